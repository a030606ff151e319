"""What an upload refuses: clearly, early, and without losing what it has."""

import hashlib

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.contracts.tus.client import CHUNK, VERSION, TusClient, metadata

PHOTO = {"kind": "photo"}


def refusal(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]  # an httpx answer


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1"])
def test_another_version(client: PmsClient, version: str | None) -> None:
    headers = {"Upload-Length": "5", "Upload-Offset": "0"} | ({"Tus-Resumable": version} if version else {})
    for method, path in (("POST", ""), ("HEAD", "/one"), ("PATCH", "/one"), ("DELETE", "/one")):
        answer = client.send(method, f"/v1/uploads{path}", headers=headers)
        assert answer.status_code == 412
        assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    assert refusal(client.send("POST", "/v1/uploads", headers=headers)) == (412, "TUS_VERSION")


@pytest.mark.parametrize("length", [None, "", "-1", "1.5", "abc", "9" * 19, "0"])
def test_an_absurd_length(tus: TusClient, order: Json, length: str | None) -> None:
    headers = {"Upload-Metadata": metadata(workOrderId=order["id"], **PHOTO)}
    answer = tus.send("POST", "/v1/uploads", headers | ({} if length is None else {"Upload-Length": length}))
    assert answer.status_code == 400, answer.text


def test_more_than_is_taken(tus: TusClient, order: Json) -> None:
    assert refusal(tus.create((1 << 30) + 1, workOrderId=order["id"], **PHOTO)) == (413, "TOO_LARGE")


@pytest.mark.parametrize("header", [{"Upload-Defer-Length": "1"}, {"Upload-Concat": "partial"}])
def test_extensions_that_are_not_offered(tus: TusClient, order: Json, header: dict[str, str]) -> None:
    sent = {"Upload-Metadata": metadata(workOrderId=order["id"], **PHOTO), "Upload-Length": "5"}
    assert refusal(tus.send("POST", "/v1/uploads", sent | header)) == (400, "INVALID_PARAMETER")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "workOrderId"),
        ({"workOrderId": "7"}, "workOrderId"),
        ({"workOrderId": "00000000-0000-4000-8000-000000000000", "kind": "photo"}, "workOrderId"),
        ({"kind": None}, "kind"),
        ({"kind": "PHOTO"}, "kind"),
        ({"kind": "image"}, "name"),
        ({"kind": "file", "name": "x" * 501}, "name"),
        ({"takenAt": "2026-04-15T12:00:00"}, "takenAt"),
        ({"sha256": "abc"}, "sha256"),
        ({"colour": "red"}, "colour"),
        ({"filename": "a\0b"}, "filename"),
    ],
)
def test_metadata_that_does_not_do(tus: TusClient, order: Json, said: dict[str, str | None], field: str) -> None:
    given = {"workOrderId": order["id"], "kind": "photo"} | said if said else {}
    answer = tus.create(5, **{key: value for key, value in given.items() if value is not None})
    assert refusal(answer) == (400, "INVALID_METADATA")
    assert [detail["field"] for detail in answer.json()["details"]] == [field]


@pytest.mark.parametrize("text", ["kind !!!", "kind cGhvdG8=,kind cGhvdG8=", "kind /w==", ",", "kind cGhvdG8=,"])
def test_metadata_that_cannot_be_read(tus: TusClient, text: str) -> None:
    answer = tus.send("POST", "/v1/uploads", {"Upload-Length": "5", "Upload-Metadata": text})
    assert refusal(answer) == (400, "INVALID_METADATA")


@pytest.mark.parametrize("checksum", ["md5 abc", "sha256", "sha256 !!!", "sha1 AAAA"])
def test_a_checksum_that_cannot_be(tus: TusClient, order: Json, checksum: str) -> None:
    path = tus.begin(5, workOrderId=order["id"], **PHOTO)
    assert refusal(tus.append(path, 0, b"12345", **{"Upload-Checksum": checksum})) == (400, "INVALID_PARAMETER")
    assert tus.offset(path) == 0


def test_wrong_offset_type_and_length_change_nothing(tus: TusClient, order: Json) -> None:
    path = tus.begin(10, workOrderId=order["id"], **PHOTO)
    tus.append(path, 0, b"1234")
    assert refusal(tus.append(path, 0, b"1234")) == (409, "UPLOAD_OFFSET")
    assert refusal(tus.append(path, 5, b"1234")) == (409, "UPLOAD_OFFSET")
    assert refusal(tus.append(path, -4, b"1234")) == (400, "INVALID_PARAMETER")
    assert refusal(tus.send("PATCH", path, CHUNK, b"1234")) == (400, "INVALID_PARAMETER")
    other = {"Content-Type": "application/json", "Upload-Offset": "4"}
    assert refusal(tus.send("PATCH", path, other, b"{}")) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert refusal(tus.append(path, 4, b"1234567")) == (413, "TOO_LARGE")
    assert tus.offset(path) == 4


def test_the_walls(client: PmsClient, colleague: TusClient, stranger: TusClient, tus: TusClient, order: Json) -> None:
    path = tus.begin(5, workOrderId=order["id"], **PHOTO)
    for other in (stranger, colleague):
        unknown = other.append("/v1/uploads/00000000-0000-4000-8000-000000000000", 0, b"12345")
        for answer in (other.append(path, 0, b"12345"), other.send("DELETE", path)):
            assert refusal(answer) == refusal(unknown) == (404, "NOT_FOUND")
        assert other.send("HEAD", path).status_code == 404
    foreign = stranger.create(5, workOrderId=order["id"], **PHOTO)
    assert refusal(foreign) == (400, "INVALID_METADATA")
    answer = client.send("PATCH", path, headers={**VERSION, **CHUNK, "X-API-Key": "none", "Upload-Offset": "0"})
    assert answer.status_code == 401
    assert tus.offset(path) == 0


def test_what_is_no_picture(tus: TusClient, order: Json) -> None:
    path = tus.begin(20, workOrderId=order["id"], **PHOTO)
    tus.append(path, 0, b"<script>")
    assert refusal(tus.append(path, 8, b"alert(1)</s>")) == (415, "NOT_AN_IMAGE")
    assert tus.offset(path) == 8


def test_a_picture_in_place_of_what_was_none(client: PmsClient, tus: TusClient, order: Json) -> None:
    content = png()
    path = tus.begin(len(content), workOrderId=order["id"], **PHOTO)
    tus.append(path, 0, content[:1])
    assert refusal(tus.append(path, 1, bytes(len(content) - 1))) == (415, "NOT_AN_IMAGE")
    photo_id = tus.append(path, 1, content[1:]).headers["fettle-evidence-id"]
    photo = client.data("GET", f"/v1/work-orders/{order['id']}/photos/{photo_id}")
    assert photo["sha256"] == hashlib.sha256(content).hexdigest()
    assert client.send("GET", photo["url"]).content == content


def test_an_order_that_is_closed_meanwhile(client: PmsClient, tus: TusClient, order: Json) -> None:
    content = png()
    path = tus.begin(len(content), workOrderId=order["id"], **PHOTO)
    tus.append(path, 0, content[:10])
    client.data("PATCH", f"/v1/work-orders/{order['id']}/status", json={"status": "CANCELED", "comment": "no"})
    assert refusal(tus.append(path, 10, content[10:])) == (409, "WORK_ORDER_CLOSED")
    assert tus.offset(path) == 10
    assert refusal(tus.create(5, workOrderId=order["id"], **PHOTO)) == (409, "WORK_ORDER_CLOSED")
    client.data("PATCH", f"/v1/work-orders/{order['id']}/status", json={"status": "DRAFT", "comment": "yes"})
    assert tus.append(path, 10, content[10:]).headers["fettle-evidence-id"]


def test_attachments_only_while_draft(client: PmsClient, tus: TusClient, order: Json) -> None:
    client.data("PATCH", f"/v1/work-orders/{order['id']}/status", json={"status": "REVIEW"})
    said = {"workOrderId": order["id"], "kind": "file", "filename": "a.txt"}
    assert refusal(tus.create(5, **said)) == (409, "WORK_ORDER_NOT_DRAFT")
    assert tus.create(5, **(said | {"kind": "photo"})).status_code == 201
