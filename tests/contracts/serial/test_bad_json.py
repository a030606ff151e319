"""JSON that is not what the operation takes: 400 and the reason, never a fault, and nothing is written."""

import pytest

from tests.contracts.serial.client import Json, SerialClient

_JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b'{"comment": NaN}',
        b'{"comment": "\\ud800", "added_by_user_id": "x"}',
        b'{"comment": "\\u0000", "added_by_user_id": "x"}',
        b'{"comment": "a", "comment": "b", "added_by_user_id": "x"}',
        b'{"comment": "\xff", "added_by_user_id": "x"}',
        '{"comment": "a"}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"comment": ' + b"[" * 100_000,
        b'{"comment": ' + b"9" * 5000 + b"}",
        b'{"comment": 1, "added_by_user_id": "x"}',
        b'{"comment": "", "added_by_user_id": "x"}',
        b'{"comment": "a"} {}',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_body_that_is_no_comment_is_refused(client: SerialClient, order: Json, body: bytes) -> None:
    path = f"/work-orders/{order['id']}/comments"
    refusal = client.refused(400, "INVALID_BODY", "POST", path, content=body, headers=_JSON)
    assert refusal["details"]
    assert client.whole("GET", f"/work-order/{order['id']}") == order


def test_a_body_of_more_than_two_mebibytes_is_refused(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/comments"
    body = b'{"comment": "' + b"x" * (2 << 20) + b'"}'
    client.refused(413, "TOO_LARGE", "POST", path, content=body, headers=_JSON)
    chunks = (body[at : at + 65536] for at in range(0, len(body), 65536))
    client.refused(413, "TOO_LARGE", "POST", path, content=chunks, headers=_JSON)


def test_the_longest_comment(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/comments"
    longest = {"comment": "é" * 20_000, "added_by_user_id": client.user_id}
    assert client.whole("POST", path, json=longest)["activity_log"][-1]["message"] == longest["comment"]
    client.refused(400, "INVALID_BODY", "POST", path, json={**longest, "comment": "é" * 20_001})


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=UTF-8", 200),
        ("application/merge-patch+json", 200),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_json_by_its_media_type(client: SerialClient, order: Json, content_type: str, status: int) -> None:
    headers = {"Content-Type": content_type}
    answer = client.send("PATCH", f"/work-order/{order['id']}", content=b'{"quantity": 2}', headers=headers)
    assert answer.status_code == status
