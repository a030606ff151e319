"""An upload in parts becomes evidence with its last byte, once, and by the rules of every other way in."""

import hashlib
import socket
from concurrent.futures import ThreadPoolExecutor
from secrets import token_bytes
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.contracts.tus.client import CHUNK, TusClient, checksum, metadata

TAKEN_AT = "2026-04-15T14:00:00+02:00"


def picture(size: int) -> bytes:
    """A picture followed by bytes that no picture needs, as phones append them."""
    start = png()
    return start + token_bytes(size - len(start))


def read_photo(client: PmsClient, order_id: str, photo_id: str) -> tuple[Json, bytes]:
    shown = client.data("GET", f"/v1/work-orders/{order_id}/photos/{photo_id}")
    return shown, client.send("GET", shown["url"]).content


def test_a_photo_comes_in_parts(client: PmsClient, tus: TusClient, order: Json) -> None:
    content = picture(700_001)
    said = {"kind": "photo", "filename": "IMG_1.png", "takenAt": TAKEN_AT, "step": "before"}
    path = tus.begin(len(content), workOrderId=order["id"], **said, sha256=hashlib.sha256(content).hexdigest())
    assert tus.offset(path) == 0
    for start, end in ((0, 300_000), (300_000, 300_001), (300_001, 700_000)):
        answer = tus.append(path, start, content[start:end])
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end))
        assert "fettle-evidence-id" not in answer.headers
        assert tus.offset(path) == end
    assert client.data("GET", f"/v1/work-orders/{order['id']}")["version"] == order["version"]
    last = tus.append(path, 700_000, content[700_000:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, "700001")
    shown, read = read_photo(client, order["id"], last.headers["fettle-evidence-id"])
    assert read == content
    assert (shown["state"], shown["kind"], shown["step"], shown["takenAt"]) == ("stored", "photo", "before", TAKEN_AT)
    assert (shown["originalFileName"], shown["contentType"]) == ("IMG_1.png", "image/png")
    assert "minioObjectKey" not in shown
    head = tus.send("HEAD", path)
    assert head.headers["fettle-evidence-id"] == shown["id"]
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("700001", "700001")
    assert "filename SU1HXzEucG5n" in head.headers["upload-metadata"]


@pytest.mark.parametrize(("kind", "name"), [("image", "Drawing"), ("file", None)])
def test_an_attachment_comes_with_its_creation(
    client: PmsClient, tus: TusClient, order: Json, kind: str, name: str | None
) -> None:
    content = picture(5_000)
    said = {"workOrderId": order["id"], "kind": kind, "filename": "../plan\u202e.png"} | (
        {"name": name} if name else {}
    )
    answer = tus.create(len(content), content, **said)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "5000")
    evidence_id = answer.headers["fettle-evidence-id"]
    shown = client.data("GET", f"/v1/work-orders/{order['id']}/attachments/{evidence_id}")
    assert (shown["type"], shown["name"]) == (kind.upper(), name or "plan.png")
    assert client.send("GET", shown["url"]).content == content
    again = tus.create(len(content), content, **said)
    assert again.headers["fettle-evidence-id"] == evidence_id, "an identical attachment is a repeat"


def test_the_first_bytes_come_with_the_creation(client: PmsClient, tus: TusClient, order: Json) -> None:
    content = picture(5_000)
    answer = tus.create(len(content), content[:4_000], workOrderId=order["id"], kind="photo")
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "4000")
    last = tus.append(answer.headers["location"], 4_000, content[4_000:])
    assert read_photo(client, order["id"], last.headers["fettle-evidence-id"])[1] == content


def test_every_photo_is_one_of_its_own(client: PmsClient, tus: TusClient, order: Json) -> None:
    content = picture(5_000)
    ids = {
        tus.create(5_000, content, workOrderId=order["id"], kind="photo").headers["fettle-evidence-id"]
        for _ in range(2)
    }
    assert len(ids) == 2
    assert len(client.walk(f"/v1/work-orders/{order['id']}/photos")) == 2


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_that_differs_changes_nothing(
    client: PmsClient, tus: TusClient, order: Json, algorithm: str
) -> None:
    content = picture(100_000)
    path = tus.begin(len(content), workOrderId=order["id"], kind="photo")
    assert tus.append(path, 0, content[:50_000], **checksum(content[:50_000], algorithm)).status_code == 204
    answer = tus.append(path, 50_000, content[50_000:], **checksum(b"other", algorithm))
    assert (answer.status_code, answer.json()["code"]) == (460, "CHECKSUM_MISMATCH")
    assert tus.offset(path) == 50_000
    last = tus.append(path, 50_000, content[50_000:], **checksum(content[50_000:], algorithm))
    assert read_photo(client, order["id"], last.headers["fettle-evidence-id"])[1] == content


def test_a_whole_that_differs_is_given_up(client: PmsClient, tus: TusClient, order: Json) -> None:
    content = picture(5_000)
    path = tus.begin(5_000, workOrderId=order["id"], kind="photo", sha256="0" * 64)
    answer = tus.append(path, 0, content)
    assert (answer.status_code, answer.json()["code"]) == (460, "CHECKSUM_MISMATCH")
    assert tus.send("HEAD", path).status_code == 404
    assert client.walk(f"/v1/work-orders/{order['id']}/photos") == []


def test_what_came_before_a_cut_is_kept(client: PmsClient, tus: TusClient, order: Json, server_port: int) -> None:
    content = picture(3_000_000)
    path = tus.begin(len(content), workOrderId=order["id"], kind="photo")
    with socket.create_connection(("127.0.0.1", server_port)) as cut:
        cut.sendall(_request(client, path, 0, len(content)) + content[:1_500_000])
        sleep(0.5)
    deadline = monotonic() + 5
    while (offset := tus.offset(path)) == 0:
        assert monotonic() < deadline
        sleep(0.05)
    assert offset == 1_500_000
    last = tus.append(path, offset, content[offset:])
    assert read_photo(client, order["id"], last.headers["fettle-evidence-id"])[1] == content


def test_who_comes_back_need_not_wait_for_a_lost_connection(
    client: PmsClient, tus: TusClient, order: Json, server_port: int
) -> None:
    content = picture(600_000)
    path = tus.begin(len(content), workOrderId=order["id"], kind="photo")
    with socket.create_connection(("127.0.0.1", server_port)) as lost:
        lost.sendall(_request(client, path, 0, len(content)) + content[:500_000])
        sleep(0.5)
        busy = tus.append(path, 0, content)
        assert (busy.status_code, busy.json()["code"]) == (423, "UPLOAD_BUSY")
        sleep(2)
        began = monotonic()
        assert tus.offset(path) == 500_000
        assert monotonic() - began < 2
        assert tus.append(path, 500_000, content[500_000:]).headers["fettle-evidence-id"]


def test_of_many_at_once_one_wins(client: PmsClient, tus: TusClient, order: Json) -> None:
    content = picture(200_000)
    path = tus.begin(len(content), workOrderId=order["id"], kind="photo")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: tus.append(path, 0, content), range(8)))
    assert sorted({answer.status_code for answer in answers} - {409, 423}) == [204]
    assert [answer.status_code for answer in answers].count(204) == 1
    assert len(client.walk(f"/v1/work-orders/{order['id']}/photos")) == 1
    assert tus.offset(path) == len(content)


def test_an_upload_is_given_up(tus: TusClient, order: Json) -> None:
    path = tus.begin(10, workOrderId=order["id"], kind="file", filename="a.txt")
    tus.append(path, 0, b"12345")
    assert tus.send("DELETE", path).status_code == 204
    for answer in (tus.send("HEAD", path), tus.append(path, 5, b"67890"), tus.send("DELETE", path)):
        assert answer.status_code == 404


def test_the_server_tells_what_it_can_do(client: PmsClient) -> None:
    answer = client.send("OPTIONS", "/v1/uploads", headers={"X-API-Key": ""})
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    expected = {"creation", "creation-with-upload", "expiration", "checksum", "termination"}
    assert set(answer.headers["tus-extension"].split(",")) == expected
    assert set(answer.headers["tus-checksum-algorithm"].split(",")) == {"sha1", "sha256"}
    assert int(answer.headers["tus-max-size"]) == 1 << 30


def test_creation_is_repeatable(tus: TusClient, order: Json) -> None:
    said = {"Upload-Metadata": metadata(workOrderId=order["id"], kind="photo"), "Idempotency-Key": order["id"]}
    first, again, other = (
        tus.send("POST", "/v1/uploads", {"Upload-Length": length, **said}) for length in ("10", "10", "11")
    )
    assert first.headers["location"] == again.headers["location"]
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


@pytest.fixture
def server_port(client: PmsClient) -> int:
    port = urlsplit(client.base_url).port
    assert port is not None
    return port


def _request(client: PmsClient, path: str, offset: int, length: int) -> bytes:
    headers = {
        "Host": "localhost",
        "X-API-Key": client.http.headers["x-api-key"],
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(length),
    }
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()


def test_a_client_that_cannot_send_patch_or_delete(tus: TusClient, order: Json) -> None:
    path = tus.begin(6, workOrderId=order["id"], kind="file", filename="a.txt")
    for start, piece in ((0, b"abc"), (3, b"def")):
        headers = {**CHUNK, "Upload-Offset": str(start), "X-HTTP-Method-Override": "PATCH"}
        answer = tus.send("POST", path, headers, piece)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(start + 3))
    assert "fettle-evidence-id" in answer.headers
    looked = tus.send("POST", path, {"X-HTTP-Method-Override": "HEAD"})
    assert (looked.status_code, looked.headers["upload-offset"], looked.content) == (204, "6", b"")
    given_up = tus.begin(6, workOrderId=order["id"], kind="file", filename="b.txt")
    assert tus.send("POST", given_up, {"X-HTTP-Method-Override": "delete"}).status_code == 204
    assert tus.send("HEAD", given_up).status_code == 404
    for meant in ({}, {"X-HTTP-Method-Override": "PUT"}):
        assert tus.send("POST", path, meant).json()["code"] == "INVALID_PARAMETER"
