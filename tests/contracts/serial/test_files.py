"""POST /files and GET /files/{file_name}: bytes first, and bytes back."""

import hashlib
from typing import Any
from uuid import UUID

import pytest

from tests.contracts.pictures import png
from tests.contracts.serial.client import Json, SerialClient


@pytest.fixture(scope="module")
def stored(client: SerialClient) -> Json:
    answer = client.send("POST", "/files", files={"file": ("Plan é.png", png("stored"), "text/html")})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_answer_describes_the_file(stored: Json) -> None:
    keys = ["name", "id", "updated_at", "created_at", "bucket_id", "last_accessed_at", "metadata"]
    assert list(stored) == keys
    assert UUID(stored["name"]) == UUID(stored["id"])
    content = png("stored")
    assert stored["metadata"] == {
        "eTag": f'"{hashlib.sha256(content).hexdigest()}"',
        "size": len(content),
        "mimetype": "image/png",
        "cacheControl": "private, no-cache",
        "lastModified": stored["created_at"],
        "contentLength": str(len(content)),
        "httpStatusCode": 200,
    }


def test_the_bytes_come_back_so_that_nothing_in_them_runs(client: SerialClient, stored: Json) -> None:
    answer = client.send("GET", f"/files/{stored['name'].upper()}")
    assert answer.content == png("stored")
    safe = {
        "content-type": "image/png",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "content-disposition": "inline; filename=\"Plan _.png\"; filename*=UTF-8''Plan%20%C3%A9.png",
        "etag": stored["metadata"]["eTag"],
    }
    assert {name: answer.headers[name] for name in safe} == safe
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("sent", "status", "start", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=5-", 206, 5, None),
        ("bytes=-5", 206, -5, None),
        ("bytes=0-999999", 206, 0, None),
        ("bytes=9-5", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=0-1,3-4", 200, 0, None),
    ],
)
def test_ranges(client: SerialClient, stored: Json, sent: str, status: int, start: int, end: int | None) -> None:
    answer = client.send("GET", f"/files/{stored['name']}", headers={"Range": sent})
    assert (answer.status_code, answer.content) == (status, png("stored")[start:end])


def test_a_range_past_the_end(client: SerialClient, stored: Json) -> None:
    path, headers = f"/files/{stored['name']}", {"Range": "bytes=100000-"}
    client.refused(416, "RANGE_NOT_SATISFIABLE", "GET", path, headers=headers)
    assert client.send("GET", path, headers=headers).headers["content-range"] == f"bytes */{len(png('stored'))}"


def test_a_known_file_is_not_sent_again(client: SerialClient, stored: Json) -> None:
    headers = {"If-None-Match": stored["metadata"]["eTag"]}
    answer = client.send("GET", f"/files/{stored['name']}", headers=headers)
    assert (answer.status_code, answer.content) == (304, b"")


def test_head_tells_the_size(client: SerialClient, stored: Json) -> None:
    answer = client.send("HEAD", f"/files/{stored['name']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(png("stored")))


@pytest.mark.parametrize("name", ["3c90c3cc-0d44-4b50-8888-8dd25736052a", "x", "1", "..%2f..%2fetc%2fpasswd", "%2e%2e"])
def test_what_names_no_file_is_not_found(client: SerialClient, name: str) -> None:
    client.refused(404, "NOT_FOUND", "GET", f"/files/{name}")


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ({"attachment": ("a.png", b"x")}, "attachment"),
        ({"file": ("a.png", b"")}, "file"),
        ({"file": ("a.png", b"x"), "name": (None, "a")}, "name"),
    ],
)
def test_a_form_without_the_file_is_refused(client: SerialClient, files: Any, field: str) -> None:
    refusal = client.refused(400, "INVALID_BODY", "POST", "/files", files=files)
    assert [detail["field"] for detail in refusal["details"]] == [field]


def test_an_empty_form_is_refused(client: SerialClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    refusal = client.refused(400, "INVALID_BODY", "POST", "/files", content=b"--b--\r\n", headers=headers)
    assert [detail["field"] for detail in refusal["details"]] == ["file"]


def test_the_same_upload_under_a_key_is_one_file(client: SerialClient, stored: Json) -> None:
    key = {"Idempotency-Key": f"file {stored['name']}"}
    first = client.send("POST", "/files", files={"file": ("a.png", png())}, headers=key)
    again = client.send("POST", "/files", files={"file": ("a.png", png())}, headers=key)
    assert again.json() == first.json()
    assert (first.headers.get("fettle-replayed"), again.headers["fettle-replayed"]) == (None, "true")
