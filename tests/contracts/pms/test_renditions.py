"""What `/v1` shows of pictures, and the smaller ones that it serves."""

import hashlib
import io
import time
from base64 import b64encode

import pytest
from PIL import Image

from tests.contracts.pms.client import Json, PmsClient
from tests.media import samples


def _attach(client: PmsClient, order: Json, content: bytes, name: str = "photo.jpg", kind: str = "IMAGE") -> Json:
    form = {"type": (None, kind), "name": (None, "picture"), "attachment": (name, content)}
    answer = client.send("POST", f"/v1/work-orders/{order['id']}/attachments", files=form)
    assert answer.is_success, answer.text
    return _wait_read(client, answer.headers["location"])


def _wait_read(client: PmsClient, path: str) -> Json:
    for _ in range(300):
        shown: Json = client.data("GET", path)
        if "picture" in shown:
            return shown
        time.sleep(0.1)
    raise AssertionError(shown)


@pytest.mark.parametrize("kind", ["JPEG", "HEIF", "AVIF", "PNG", "WEBP", "TIFF"])
def test_facts_are_shown_and_renditions_are_upright(client: PmsClient, order: Json, kind: str) -> None:
    content = samples.photo(kind, orientation=6)
    shown = _attach(client, order, content)
    picture = shown["picture"]
    assert (picture["width"], picture["height"], picture["orientation"]) == (480, 640, 6)
    assert picture["camera"] == {"make": "Acme", "model": "Phone 1"}
    if kind != "TIFF":  # Pillow, which made it, writes no directories below the first into a TIFF
        assert picture["capturedAt"] == "2026-04-15T14:00:00+02:00"
        assert picture["location"] == {"latitude": 48.8566667, "longitude": -2.3508333, "altitude": 35.5}
    assert shown["sha256"] == hashlib.sha256(content).hexdigest()
    assert list(shown["renditions"]) == ["thumbnail", "preview", "large"]
    for name, size in (("thumbnail", (240, 320)), ("preview", (480, 640)), ("large", (480, 640))):
        answer = client.send("GET", shown["renditions"][name])
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
        assert (
            answer.headers["repr-digest"] == f"sha-256=:{b64encode(hashlib.sha256(answer.content).digest()).decode()}:"
        )
        assert b"SERIAL-4711" not in answer.content
        with Image.open(io.BytesIO(answer.content)) as small:
            assert small.size == size
    assert client.send("GET", shown["url"]).content == content


def test_a_rendition_is_served_with_ranges_and_conditions(client: PmsClient, order: Json) -> None:
    path = _attach(client, order, samples.photo())["renditions"]["thumbnail"]
    whole = client.send("GET", path)
    part = client.send("GET", path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert client.send("GET", path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    head = client.send("HEAD", path)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))


def test_a_cut_picture_is_kept_and_said_to_be_cut(client: PmsClient, order: Json) -> None:
    content = samples.photo()[:-3000]
    shown = _attach(client, order, content)
    assert shown["state"] == "stored"
    assert shown["picture"]["problem"] == "truncated"
    assert "renditions" not in shown
    client.refused(404, "NO_RENDITION", "GET", f"{shown['url']}/thumbnail")
    assert client.send("GET", shown["url"]).content == content


def test_of_a_pdf_the_first_page_is_a_thumbnail(client: PmsClient, order: Json) -> None:
    shown = _attach(client, order, samples.pdf(3), "plan.pdf", "FILE")
    assert shown["picture"]["pages"] == 3
    with Image.open(io.BytesIO(client.send("GET", shown["renditions"]["thumbnail"]).content)) as small:
        assert max(small.size) in {319, 320}


@pytest.mark.parametrize(
    ("taken_at", "disagrees"),
    [("2026-04-15T12:00:00Z", False), ("2026-04-15T14:04:00+02:00", False), ("2026-04-15T13:00:00Z", True)],
)
def test_times_are_kept_side_by_side(client: PmsClient, order: Json, taken_at: str, *, disagrees: bool) -> None:
    content = samples.photo()
    body = {"fileName": "a.jpg", "contentType": "image/jpeg", "size": len(content)}
    body["sha256"] = hashlib.sha256(content).hexdigest()
    announced = client.data("POST", f"/v1/work-orders/{order['id']}/photos/uploads", status=201, json=body)
    request = announced["request"]
    sent = client.send(request["method"], request["url"], headers=request["headers"], content=content)
    assert sent.is_success, sent.text
    named = {name: announced[name] for name in ("minioObjectKey", "cdnUrl")}
    added = client.add_photo(order["id"], **named, takenAt=taken_at)
    photo = _wait_read(client, added.headers["location"])
    assert (photo["takenAt"], photo["picture"]["capturedAt"]) == (taken_at, "2026-04-15T14:00:00+02:00")
    assert photo["timesDisagree"] is disagrees
    assert photo["receivedAt"]


def test_who_may_not_read_the_file_sees_no_rendition(client: PmsClient, stranger: PmsClient, order: Json) -> None:
    path = _attach(client, order, samples.photo())["renditions"]["thumbnail"]
    stranger.refused(404, "NOT_FOUND", "GET", path)
