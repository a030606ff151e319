"""Bytes in, as they come, and bytes out: ranges, validators, and headers that let nothing run (RFC 9110)."""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final
from urllib.parse import quote

from fettle.domain.errors import Invalid, PreconditionFailed
from fettle.domain.files import StoredFile
from fettle.web.answers import Headers, Response, header

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
OpenBytes = Callable[[int, int | None], Awaitable[AsyncIterator[bytes]]]

STALL_S: Final = 30.0
_STALLED: Final = "no byte in time"
_DRAINED_BYTES: Final = 8 << 20
_DRAINED_S: Final = 2.0

_SHOWN_INLINE: Final = frozenset(
    {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "application/pdf"}
)
# Beside these, `app.py` gives every answer `nosniff`.
_SAFE: Final[Headers] = (
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)
_IN_RANGES: Final = (b"accept-ranges", b"bytes")
# Not kept without asking: whoever lost the right to read does not read it from a cache.
_CACHED: Final = (b"cache-control", b"private, no-cache")
_ONE_RANGE: Final = re.compile(r"bytes\s*=\s*(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))\s*", re.ASCII | re.IGNORECASE)
_MOST_RANGES_IGNORED: Final = 16
_PLAIN_NAME: Final = re.compile(r"[^\x20-\x7e]|[\"\\%]")
_ATTRIBUTE_CHARACTERS: Final = "!#$&+-.^_`|~"


class ClientGone(Exception):
    """The client hung up before the end of its request; there is nobody to answer."""


class RangeNotSatisfiable(Invalid):
    """The range begins behind the end of a file of `size` bytes; the answer's Content-Range is `bytes */size`."""

    code = "RANGE_NOT_SATISFIABLE"

    def __init__(self, size: int) -> None:
        super().__init__(size=size)
        self.size = size


async def body_chunks(receive: Receive, *, stall_s: float = STALL_S) -> AsyncIterator[bytes]:
    """The request's body as it comes; raises REQUEST_TIMEOUT after `stall_s` without a byte, ClientGone."""
    has_more = True
    while has_more:
        message = await _next_message(receive, stall_s)
        if message["type"] == "http.disconnect":
            raise ClientGone
        has_more = message.get("more_body", False)
        chunk = message.get("body", b"")
        if chunk:
            yield chunk


async def _next_message(receive: Receive, stall_s: float) -> MutableMapping[str, Any]:
    """As with asyncio.timeout, at a third of its price: every request waits here at least once."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is None:
        raise RuntimeError("a body is read by a task")
    alarm = loop.call_later(stall_s, task.cancel, _STALLED)
    try:
        return await receive()
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_STALLED,):
            raise
        task.uncancel()
        raise Invalid("REQUEST_TIMEOUT") from None
    finally:
        alarm.cancel()


async def drain(receive: Receive, *, max_bytes: int = _DRAINED_BYTES, max_s: float = _DRAINED_S) -> None:
    """Read and throw away what the client still sends, within limits, so that it gets to read an early refusal."""
    try:
        async with asyncio.timeout(max_s):
            drained = 0
            async for chunk in body_chunks(receive):
                drained += len(chunk)
                if drained > max_bytes:
                    return
    except (TimeoutError, ClientGone):
        return


async def send_file(file: StoredFile, method: str, headers: Mapping[str, str], open_bytes: OpenBytes) -> Response:
    """The answer to GET or HEAD of a stored file: 200, 206 or 304. `headers` are the request's, lower case.

    `open_bytes(start, length)` is called for GET alone. One range is served; of several the whole file is sent and
    very many are refused, as RFC 9110 section 14.2 allows. Raises PRECONDITION_FAILED, RangeNotSatisfiable, and what
    `open_bytes` raises.
    """
    etag = f'"{file.sha256}"'
    if not _is_wanted(headers.get("if-match"), etag):
        raise PreconditionFailed("FILE_CHANGED")
    validators = (header("etag", etag), _CACHED, _IN_RANGES, *_SAFE)
    if _matches(headers.get("if-none-match", ""), etag):
        return Response(304, headers=validators)
    chosen = _chosen_range(file.size, etag, headers) if method == "GET" else None
    start, length = chosen or (0, file.size)
    described = _describe(file, length, chosen) + validators
    if method == "HEAD":
        return Response(200, headers=described)
    body = await open_bytes(start, length if chosen else None)
    return Response(206 if chosen else 200, body, described)


def download_headers(content_type: str, file_name: str, length: int) -> Headers:
    """The headers of a download that is made for one answer and kept by nobody."""
    return (
        header("content-type", content_type),
        header("content-length", str(length)),
        header("content-disposition", content_disposition(content_type, file_name)),
        header("cache-control", "private, no-store"),
        *_SAFE,
    )


def content_disposition(content_type: str, file_name: str) -> str:
    """Inline for what is safe to show, else a download, with the name by RFC 6266 and RFC 8187."""
    manner = "inline" if content_type in _SHOWN_INLINE else "attachment"
    plain = _PLAIN_NAME.sub("_", file_name)
    if plain == file_name:
        return f'{manner}; filename="{plain}"'
    extended = quote(file_name, safe=_ATTRIBUTE_CHARACTERS, errors="replace")
    return f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{extended}"


def _describe(file: StoredFile, length: int, chosen: tuple[int, int] | None) -> Headers:
    digest = b64encode(bytes.fromhex(file.sha256)).decode()
    named = content_disposition(file.content_type, file.original_file_name or file.name)
    described = (
        header("content-type", file.content_type),
        header("content-length", str(length)),
        header("content-disposition", named),
        header("repr-digest", f"sha-256=:{digest}:"),
    )
    if chosen is None:
        return described
    start, length = chosen
    return (*described, header("content-range", f"bytes {start}-{start + length - 1}/{file.size}"))


def _matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, RFC 9110 section 13.1.2."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]


def _is_wanted(if_match: str | None, etag: str) -> bool:
    """Strong comparison, RFC 9110 section 13.1.1."""
    return if_match is None or if_match.strip() == "*" or etag in {tag.strip() for tag in if_match.split(",")}


def _chosen_range(size: int, etag: str, headers: Mapping[str, str]) -> tuple[int, int] | None:
    """Start and length of the one range that is asked for; None for the whole file (RFC 9110 section 14)."""
    sent = headers.get("range", "")
    if sent.count(",") >= _MOST_RANGES_IGNORED:
        raise RangeNotSatisfiable(size)
    match = _ONE_RANGE.fullmatch(sent)
    if match is None or headers.get("if-range", etag).strip() != etag:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        start, end = max(0, size - int(suffix)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise RangeNotSatisfiable(size)
    return start, end - start
