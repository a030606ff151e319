"""What a photo by reference may not say, and that a link is never followed (quality of input: 400 and nothing kept)."""

import socket
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.pms import seed
from tests.contracts.pms.client import Json, PmsClient, fresh_key
from tests.serving import FettleServer

_BAD_KEYS = ["", "k" * 1025, "é" * 513, "/a", "a/../b", "..", "a/..", "a\tb", "a\nb", "a\u0085b", "a\u007fb", "a\0b"]
_BAD_LINKS = [
    "",
    "photo.jpg",
    "/photo.jpg",
    "//cdn.example/photo.jpg",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "file:" + "///etc/passwd",
    "ftp://cdn.example/a",
    "https://user@cdn.example/a",
    "https://user:pw@cdn.example/a",
    "https://cdn.example\\@evil.example/a",
    "https:\\\\cdn.example\\a",
    "https://cdn.example/a\nb",
    "https://cdn.example/a\u0000b",
    "https://",
    "https:///a",
    "https://cdn.example:99999/a",
    "https://cdn.example/" + "a" * 8173,
]
_BAD_INSTANTS = [
    "",
    "2026-04-15",
    "2026-04-15T12:00:00",
    "2026-04-15 12:00",
    "2026-02-30T12:00:00Z",
    "2026-04-15T24:00:00Z",
    "2026-04-15T12:60:00Z",
    "2026-04-15T12:00:00+24:00",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "1776254400",
    "now",
    "\uff12\uff10\uff12\uff16-04-15T12:00:00Z",
]
_OTHER_SHAPES: list[tuple[str, Any]] = [
    ("minioObjectKey", 7),
    ("minioObjectKey", None),
    ("cdnUrl", None),
    ("cdnUrl", ["https://x.example"]),
    ("takenAt", 1776254400),
    ("takenAt", None),
    ("step", "s" * 101),
    ("step", "a\u0007b"),
    ("step", 3),
    ("caption", "not a property of this operation"),
    ("taken_at", "2026-04-15T12:00:00Z"),
]


def _bad_fields() -> list[tuple[str, Any]]:
    return [
        *(("minioObjectKey", key) for key in _BAD_KEYS),
        *(("cdnUrl", link) for link in _BAD_LINKS),
        *(("takenAt", text) for text in _BAD_INSTANTS),
        *_OTHER_SHAPES,
    ]


@pytest.mark.parametrize(("field", "value"), _bad_fields(), ids=lambda value: ascii(value)[:40])
def test_a_bad_field_is_named(client: PmsClient, order: Json, field: str, value: Any) -> None:
    body = {**seed.BODY, "minioObjectKey": fresh_key(), field: value}
    refused = client.refused(400, "INVALID_BODY", "POST", f"/v1/work-orders/{order['id']}/photos", json=body)
    assert [detail["field"] for detail in refused["details"]] == [field]
    assert client.page(f"/v1/work-orders/{order['id']}/photos")[1]["total"] == 0


@pytest.mark.parametrize("field", ["minioObjectKey", "cdnUrl", "takenAt"])
def test_what_is_required_is_required(client: PmsClient, order: Json, field: str) -> None:
    body = {name: value for name, value in seed.BODY.items() if name != field}
    refused = client.refused(400, "INVALID_BODY", "POST", f"/v1/work-orders/{order['id']}/photos", json=body)
    assert refused["details"] == [{"field": field, "message": "is required"}]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"minioObjectKey": "a", "minioObjectKey": "b"}',
        b'{"minioObjectKey": NaN}',
        b'{"minioObjectKey": "\\ud800"}',
        b'{"minioObjectKey": "\xff"}',
        '{"minioObjectKey": "a"}'.encode("utf-16"),
        b"[" * 100_000,
        b"1" * 5_000,
    ],
    ids=lambda sent: ascii(sent)[:30],
)
def test_what_is_no_object_is_refused(client: PmsClient, order: Json, sent: bytes) -> None:
    path, headers = f"/v1/work-orders/{order['id']}/photos", {"Content-Type": "application/json"}
    client.refused(400, "INVALID_BODY", "POST", path, content=sent, headers=headers)


def test_other_media_types_and_sizes_are_refused(client: PmsClient, order: Json) -> None:
    path = f"/v1/work-orders/{order['id']}/photos"
    client.refused(415, "UNSUPPORTED_MEDIA_TYPE", "POST", path, data=seed.BODY)
    client.refused(415, "UNSUPPORTED_MEDIA_TYPE", "POST", path, content=b"{}")
    big = {**seed.BODY, "step": "s" * (2 << 20)}
    client.refused(413, "TOO_LARGE", "POST", path, json=big)


@pytest.mark.parametrize("reference", ["0", "-1", "1.5", "x", "2489E9AD2EE28E008EC932D5F69181C0", "99999999999"])
def test_what_names_no_order_is_not_found(client: PmsClient, reference: str) -> None:
    client.refused(404, "WORK_ORDER_NOT_FOUND", "POST", f"/v1/work-orders/{reference}/photos", json=seed.BODY)


def test_no_connection_is_ever_made(client: PmsClient, order: Json) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1)
        port = listener.getsockname()[1]
        place = client.add_photo(order["id"], cdnUrl=f"http://127.0.0.1:{port}/photo.jpg").headers["location"]
        client.data("GET", place)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_settings_for_links_and_objects(tmp_path: Path) -> None:
    settings = {"FETTLE_CDN_HOSTS": "cdn.example", "FETTLE_CDN_HTTPS_ONLY": "true", "FETTLE_PHOTO_OBJECTS": "required"}
    strict = FettleServer(tmp_path, settings)
    made = strict.command("demo")
    strict.start()
    try:
        with PmsClient(strict.base_url, {"X-API-Key": made["api_key"]}) as client:
            _check_strict(client, f"/v1/work-orders/{made['work_order_id']}/photos", made["sample_file_name"])
    finally:
        strict.stop()


def _check_strict(client: PmsClient, path: str, sample_file_name: str) -> None:
    body = {**seed.BODY, "cdnUrl": "https://cdn.example/a"}
    client.refused(400, "INVALID_BODY", "POST", path, json={**body, "cdnUrl": "https://evil.example/a"})
    client.refused(400, "INVALID_BODY", "POST", path, json={**body, "cdnUrl": "http://cdn.example/a"})
    missing = client.refused(400, "OBJECT_NOT_FOUND", "POST", path, json=body)
    assert missing["details"][0]["field"] == "minioObjectKey"
    answer = client.send("POST", path, json={**body, "minioObjectKey": sample_file_name})
    assert answer.status_code == 201, answer.text
