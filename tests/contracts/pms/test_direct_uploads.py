"""Photos sent straight to the store: announced, sent with the signed request, registered once."""

import hashlib
from secrets import token_bytes
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.contracts.pms.seed import BODY

_UNKNOWN = "00000000-0000-4000-8000-000000000000"


def _announce(client: PmsClient, order: Json, content: bytes, *, with_hash: bool = True, **changed: Any) -> Json:
    body = {"fileName": "pump.png", "contentType": "image/png", "size": len(content)}
    if with_hash:
        body["sha256"] = hashlib.sha256(content).hexdigest()
    path = f"/v1/work-orders/{order['id']}/photos/uploads"
    announced: Json = client.data("POST", path, status=201, json=body | changed)
    return announced


def _put(announced: Json, content: bytes, **headers: str) -> httpx.Response:
    """As any HTTP client would: what the answer says, and nothing else."""
    request = announced["request"]
    return httpx.request(request["method"], request["url"], headers=request["headers"] | headers, content=content)


def _registration(announced: Json, **changed: Any) -> Json:
    named = {name: announced[name] for name in ("minioObjectKey", "cdnUrl")}
    return {**BODY, **named, **changed}


def _photos(client: PmsClient, order: Json) -> list[Json]:
    return client.walk(f"/v1/work-orders/{order['id']}/photos")


def _wait_stored(client: PmsClient, order: Json) -> Json:
    for _ in range(200):
        (photo,) = _photos(client, order)
        if photo["state"] == "stored":
            return photo
    raise AssertionError(photo)


@pytest.mark.parametrize("with_hash", [True, False], ids=["hash", "no hash"])
def test_announced_sent_and_registered(client: PmsClient, order: Json, *, with_hash: bool) -> None:
    content = png() + token_bytes(200_000)
    announced = _announce(client, order, content, with_hash=with_hash)
    assert _put(announced, content).is_success
    added = client.add_photo(order["id"], **_registration(announced, step="before"))
    if with_hash:
        (photo,) = _photos(client, order)
        assert photo["state"] == "stored"
    photo = _wait_stored(client, order)
    assert (photo["sha256"], photo["step"]) == (hashlib.sha256(content).hexdigest(), "before")
    assert (photo["originalFileName"], photo["contentType"]) == ("pump.png", "image/png")
    assert client.send("GET", photo["url"]).content == content
    assert client.send("GET", urlsplit(announced["cdnUrl"]).path).content == content
    assert added.headers["location"].endswith(photo["id"])


def test_the_request_is_valid_for_at_most_15_minutes_and_for_these_bytes(client: PmsClient, order: Json) -> None:
    content = png()
    announced = _announce(client, order, content)
    request = announced["request"]
    assert request["method"] == "PUT"
    assert request["headers"].items() >= {"content-type": "image/png"}.items() or request["headers"] == {
        "Content-Type": "image/png"
    }
    signed = parse_qs(urlsplit(request["url"]).query)
    assert int(signed.get("X-Amz-Expires", ["1"])[0]) <= 900
    refused = _put(announced, content + b"more")
    assert not refused.is_success
    body = _registration(announced)
    client.refused(400, "OBJECT_NOT_FOUND", "POST", f"/v1/work-orders/{order['id']}/photos", json=body)
    assert _put(announced, content).is_success


def test_the_key_works_once(client: PmsClient, order: Json) -> None:
    content = png()
    announced = _announce(client, order, content)
    _put(announced, content)
    first = client.add_photo(order["id"], **_registration(announced))
    again = client.add_photo(order["id"], **_registration(announced))
    assert again.headers["fettle-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    for changed in ({"step": "another"}, {"takenAt": "2026-01-01T00:00:00Z"}):
        body = _registration(announced, **changed)
        client.refused(400, "OBJECT_NOT_FOUND", "POST", f"/v1/work-orders/{order['id']}/photos", json=body)
    assert len(_photos(client, order)) == 1


def test_the_key_works_for_its_order_and_company_alone(client: PmsClient, stranger: PmsClient, order: Json) -> None:
    content = png()
    announced = _announce(client, order, content)
    _put(announced, content)
    for other in (client, stranger):
        path = f"/v1/work-orders/{other.new_order()['id']}/photos"
        other.refused(400, "OBJECT_NOT_FOUND", "POST", path, json=_registration(announced))
    client.add_photo(order["id"], **_registration(announced))


@pytest.mark.parametrize("with_hash", [True, False], ids=["hash", "no hash"])
def test_what_was_not_sent_cannot_be_registered(client: PmsClient, order: Json, *, with_hash: bool) -> None:
    body = _registration(_announce(client, order, png(), with_hash=with_hash))
    client.refused(400, "OBJECT_NOT_FOUND", "POST", f"/v1/work-orders/{order['id']}/photos", json=body)
    assert _photos(client, order) == []


@pytest.mark.parametrize("field", ["sha256", "contentType"])
def test_other_bytes_than_announced_are_refused_and_gone(client: PmsClient, order: Json, field: str) -> None:
    """Where a store takes them all the same, the registration finds it out."""
    content = png("sent")
    wrong: Json = {"sha256": hashlib.sha256(b"other").hexdigest(), "contentType": "image/jpeg"}
    changed: Json = {field: wrong[field]}
    announced = _announce(client, order, content, **changed)
    sent, path = _put(announced, content), f"/v1/work-orders/{order['id']}/photos"
    if sent.is_success:
        problem = client.refused(400, "OBJECT_DIFFERS", "POST", path, json=_registration(announced))
        assert [detail["field"] for detail in problem["details"]] == [field]
    else:
        assert sent.status_code == 400, sent.text
    client.refused(400, "OBJECT_NOT_FOUND", "POST", path, json=_registration(announced))
    assert _photos(client, order) == []


def test_the_same_bytes_may_be_sent_again(client: PmsClient, order: Json) -> None:
    content = png()
    announced = _announce(client, order, content)
    assert _put(announced, content).is_success
    assert _put(announced, content).is_success
    client.add_photo(order["id"], **_registration(announced))
    (photo,) = _photos(client, order)
    assert client.send("GET", photo["url"]).content == content


def test_a_repeated_announcement_is_answered_with_the_same_key(client: PmsClient, order: Json) -> None:
    path = f"/v1/work-orders/{order['id']}/photos/uploads"
    body = {"fileName": "a.png", "contentType": "image/png", "size": 10}
    headers = {"Idempotency-Key": "announced-once"}
    one = client.send("POST", path, json=body, headers=headers)
    two = client.send("POST", path, json=body, headers=headers)
    assert two.headers["fettle-replayed"] == "true"
    assert one.json()["data"]["minioObjectKey"] == two.json()["data"]["minioObjectKey"]


@pytest.mark.parametrize(
    ("changed", "status", "code", "field"),
    [
        ({"size": 0}, 400, "INVALID_BODY", "size"),
        ({"size": -1}, 400, "INVALID_BODY", "size"),
        ({"size": 1 << 60}, 413, "TOO_LARGE", None),
        ({"size": "10"}, 400, "INVALID_BODY", "size"),
        ({"sha256": "abc"}, 400, "INVALID_BODY", "sha256"),
        ({"contentType": "text/html"}, 415, "NOT_AN_IMAGE", None),
        ({"contentType": "image/svg+xml"}, 415, "NOT_AN_IMAGE", None),
        ({"contentType": "image/jpeg\r\nX-Evil: 1"}, 400, "INVALID_BODY", "contentType"),
        ({"contentType": "image/"}, 400, "INVALID_BODY", "contentType"),
        ({"unknown": 1}, 400, "INVALID_BODY", "unknown"),
    ],
)
def test_what_cannot_be_announced(
    client: PmsClient, order: Json, changed: Json, status: int, code: str, field: str | None
) -> None:
    body = {"fileName": "a.png", "contentType": "image/png", "size": 10} | changed
    problem = client.refused(status, code, "POST", f"/v1/work-orders/{order['id']}/photos/uploads", json=body)
    if field:
        assert [detail["field"] for detail in problem["details"]] == [field]


def test_a_closed_order_takes_no_announcement(client: PmsClient, order: Json) -> None:
    content = png()
    announced = _announce(client, order, content)
    _put(announced, content)
    client.move(order["id"], "REVIEW", "PRODUCTION", "COMPLETE")
    body = {"fileName": "a.png", "contentType": "image/png", "size": 10}
    path = f"/v1/work-orders/{order['id']}/photos"
    client.refused(409, "WORK_ORDER_CLOSED", "POST", f"{path}/uploads", json=body)
    client.refused(409, "WORK_ORDER_CLOSED", "POST", path, json=_registration(announced))


def test_an_address_of_this_server_needs_its_signature(client: PmsClient, order: Json) -> None:
    """The same answer to the letter for an upload that does not exist."""
    content = png()
    key = _announce(client, order, content)["minioObjectKey"]
    answers = []
    for path in (key, f"{key}?signature=", f"{key}?signature=abc", f"{key}?signature=é", f"{_UNKNOWN}?signature=abc"):
        answer = httpx.put(f"{client.base_url}/v1/direct-uploads/{path}", content=content)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), answer.text
        answers.append({name: value for name, value in answer.json().items() if name != "traceId"})
    assert all(answer == answers[0] for answer in answers)
