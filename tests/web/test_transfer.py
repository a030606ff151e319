"""Bytes out: ranges and validators by RFC 9110, names by RFC 6266, and headers that let nothing run."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator

import pytest

from fettle.domain.errors import PreconditionFailed
from fettle.domain.files import Origin, StoredFile
from fettle.web.answers import Response
from fettle.web.transfer import RangeNotSatisfiable, content_disposition, send_file

CONTENT = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(32))[:1000]
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ETAG = f'"{SHA256}"'


def stored(
    content_type: str = "image/jpeg", file_name: str | None = "photo.jpg", content: bytes = CONTENT
) -> StoredFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return StoredFile(
        "5e8d", "company", "kept/aa/key", len(content), sha256, content_type, file_name, Origin.UPLOAD, 0, "user"
    )


class Opened:
    """Plays the store, and remembers what was asked of it."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.asked: list[tuple[int, int | None]] = []

    async def __call__(self, start: int, length: int | None) -> AsyncIterator[bytes]:
        self.asked.append((start, length))
        return self._pieces(self.content[start : None if length is None else start + length])

    async def _pieces(self, content: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(content), 300):
            yield content[start : start + 300]


async def body_of(response: Response) -> bytes:
    if isinstance(response.body, bytes):
        return response.body
    return b"".join([piece async for piece in response.body])


def headers_of(response: Response) -> dict[str, str]:
    found = {name.decode(): value.decode("latin-1") for name, value in response.headers}
    assert len(found) == len(response.headers)
    return found


async def get(**headers: str) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await send_file(stored(), "GET", sent, Opened())


async def test_the_whole_file_with_all_that_keeps_it_from_running() -> None:
    response = await get()
    assert (response.status, await body_of(response)) == (200, CONTENT)
    assert headers_of(response) == {
        "content-type": "image/jpeg",
        "content-length": "1000",
        "content-disposition": 'inline; filename="photo.jpg"',
        "etag": ETAG,
        "repr-digest": f"sha-256=:{b64encode(hashlib.sha256(CONTENT).digest()).decode()}:",
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
    }


@pytest.mark.parametrize(
    ("sent", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 1000),
        ("bytes=10-19", 10, 20),
        ("bytes=990-", 990, 1000),
        ("bytes=990-5000", 990, 1000),
        ("bytes=-10", 990, 1000),
        ("bytes=-5000", 0, 1000),
        ("Bytes = 10-19 ", 10, 20),
    ],
)
async def test_one_range_is_served(sent: str, start: int, end: int) -> None:
    response = await get(range=sent)
    assert (response.status, await body_of(response)) == (206, CONTENT[start:end])
    headers = headers_of(response)
    assert headers["content-range"] == f"bytes {start}-{end - 1}/1000"
    assert headers["content-length"] == str(end - start)
    assert headers["etag"] == ETAG
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "sent",
    [
        "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "lines=0-1", "bytes=0-1,3-4", "bytes=1.5-2",
        "bytes=٣-٤", f"bytes={'9' * 40}-", "bytes=0x1-2",
    ],
)  # fmt: skip  # a list of short values
async def test_a_malformed_or_manifold_range_is_the_whole_file(sent: str) -> None:
    response = await get(range=sent)
    assert (response.status, await body_of(response)) == (200, CONTENT)
    assert "content-range" not in headers_of(response)


@pytest.mark.parametrize("sent", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=" + "0-0," * 999 + "0-0"])
async def test_a_range_behind_the_end_and_a_thousand_ranges_are_refused(sent: str) -> None:
    opened = Opened()
    with pytest.raises(RangeNotSatisfiable) as caught:
        await send_file(stored(), "GET", {"range": sent}, opened)
    assert (caught.value.code, caught.value.size, opened.asked) == ("RANGE_NOT_SATISFIABLE", 1000, [])


@pytest.mark.parametrize("sent", ["bytes=0-", "bytes=-1"])
async def test_an_empty_file_has_no_range(sent: str) -> None:
    empty = stored(content=b"")
    with pytest.raises(RangeNotSatisfiable):
        await send_file(empty, "GET", {"range": sent}, Opened(b""))
    response = await send_file(empty, "GET", {}, Opened(b""))
    assert (response.status, await body_of(response)) == (200, b"")


@pytest.mark.parametrize(
    ("if_range", "status"),
    [(ETAG, 206), ('"another"', 200), (f"W/{ETAG}", 200), ("Wed, 21 Oct 2015 07:28:00 GMT", 200)],
)
async def test_a_range_of_another_version_is_the_whole_file(if_range: str, status: int) -> None:
    response = await get(range="bytes=0-9", if_range=if_range)
    assert response.status == status


@pytest.mark.parametrize(
    ("if_none_match", "status"),
    [(ETAG, 304), (f"W/{ETAG}", 304), (f'"a", {ETAG}', 304), ("*", 304), ('"a"', 200), (SHA256, 200), ("", 200)],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_the_client_has_is_not_sent_again(if_none_match: str, status: int, method: str) -> None:
    opened = Opened()
    sent = (
        {"if-none-match": if_none_match, "range": "bytes=5000-"} if status == 304 else {"if-none-match": if_none_match}
    )
    response = await send_file(stored(), method, sent, opened)
    assert response.status == status
    assert headers_of(response)["etag"] == ETAG
    if status == 304:
        assert (response.body, opened.asked) == (b"", [])
        assert "content-length" not in headers_of(response)


@pytest.mark.parametrize(
    ("if_match", "is_sent"),
    [(ETAG, True), (f'"a", {ETAG}', True), ("*", True), ('"a"', False), (f"W/{ETAG}", False), ('"7"', False)],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_another_file_than_the_client_means_is_not_sent(if_match: str, method: str, *, is_sent: bool) -> None:
    opened = Opened()
    asked = send_file(stored(), method, {"if-match": if_match, "if-none-match": '"b"'}, opened)
    if is_sent:
        assert (await asked).status == 200
        return
    with pytest.raises(PreconditionFailed) as refused:
        await asked
    assert (refused.value.code, opened.asked) == ("FILE_CHANGED", [])


async def test_head_tells_the_same_and_opens_nothing() -> None:
    opened = Opened()
    head = await send_file(stored(), "HEAD", {"range": "bytes=0-9"}, opened)
    assert (head.status, head.body, opened.asked) == (200, b"", [])
    assert head.headers == (await get()).headers


async def test_the_whole_file_is_asked_for_as_a_whole() -> None:
    """So that who opens it can hold it against its SHA-256."""
    opened = Opened()
    await send_file(stored(), "GET", {}, opened)
    await send_file(stored(), "GET", {"range": "bytes=5-9"}, opened)
    assert opened.asked == [(0, None), (5, 5)]


@pytest.mark.parametrize(
    ("content_type", "manner"),
    [
        ("image/jpeg", "inline"),
        ("image/png", "inline"),
        ("image/webp", "inline"),
        ("image/gif", "inline"),
        ("image/avif", "inline"),
        ("application/pdf", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("text/plain", "attachment"),
        ("application/xml", "attachment"),
        ("image/heic", "attachment"),
        ("application/octet-stream", "attachment"),
        ("video/mp4", "attachment"),
    ],
)
def test_only_what_cannot_run_is_shown(content_type: str, manner: str) -> None:
    assert content_disposition(content_type, "a") == f'{manner}; filename="a"'


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("plain name.jpg", 'filename="plain name.jpg"'),
        ('a"b.jpg', "filename=\"a_b.jpg\"; filename*=UTF-8''a%22b.jpg"),
        ("été.jpg", "filename=\"_t_.jpg\"; filename*=UTF-8''%C3%A9t%C3%A9.jpg"),
        ("a\\b", "filename=\"a_b\"; filename*=UTF-8''a%5Cb"),
        ("50%.jpg", "filename=\"50_.jpg\"; filename*=UTF-8''50%25.jpg"),
        ("a\r\nSet-Cookie: x=1", "filename=\"a__Set-Cookie: x=1\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3D1"),
        ("дом'*.jpg", "filename=\"___'*.jpg\"; filename*=UTF-8''%D0%B4%D0%BE%D0%BC%27%2A.jpg"),
        ("😀;a=b", "filename=\"_;a=b\"; filename*=UTF-8''%F0%9F%98%80%3Ba%3Db"),
    ],
)
def test_any_name_is_written_so_that_it_stays_a_name(file_name: str, expected: str) -> None:
    written = content_disposition("image/png", file_name)
    assert written == f"inline; {expected}"
    assert written.isascii()
    assert written.isprintable()


async def test_a_file_without_a_name_is_called_by_its_own() -> None:
    response = await send_file(stored(file_name=None), "GET", {}, Opened())
    assert headers_of(response)["content-disposition"] == 'inline; filename="5e8d"'
