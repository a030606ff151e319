"""One request over HTTP and its answer, with an end to how long and how much; redirects are not followed."""

import asyncio
import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from fettle import __version__
from fettle.domain.checkpoint_copies import Fault
from fettle.services.copy_ports import NotCopied

_WITHIN_S: Final = 10
_MOST_BYTES: Final = 64 << 10
_CHUNK: Final = 16 << 10
_PORTS: Final = {"http": 80, "https": 443}


class Answer(NamedTuple):
    """Status, headers by their lower-case names, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def require_success(self) -> None:
        """Raise NotCopied for any status but 2xx."""
        family = self.status // 100
        if family != 2:  # noqa: PLR2004 - as in 2xx
            raise NotCopied(Fault.REDIRECTED if family == 3 else Fault.REFUSED, f"status {self.status}")  # noqa: PLR2004 - as in 3xx


class _Received:
    """What `http.client` reads from in place of a socket: everything has come."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self._content)


async def exchange(method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """The answer, whatever its status, within 10 seconds and of at most 64 KiB; raises NotCopied."""
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(_WITHIN_S):
            received = await _converse(parts, _head(method, parts, headers, body) + body)
    except TimeoutError:
        raise NotCopied(Fault.TIMED_OUT) from None
    except OSError as error:
        raise NotCopied(Fault.UNREACHABLE, str(error)) from error
    return _read(method, received)


def _head(method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    ours = {
        "Host": parts.netloc,
        "User-Agent": f"Fettle/{__version__}",
        "Connection": "close",
        "Content-Length": str(len(body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**ours, **headers}.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")


async def _converse(parts: SplitResult, sent: bytes) -> bytes:
    context = await asyncio.to_thread(ssl.create_default_context) if parts.scheme == "https" else None
    port = parts.port or _PORTS[parts.scheme]
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    try:
        writer.write(sent)
        await writer.drain()
        return await _all(reader)
    finally:
        writer.transport.abort()  # all has been said: a goodbye is not waited for


async def _all(reader: asyncio.StreamReader) -> bytes:
    received = bytearray()
    while chunk := await reader.read(_CHUNK):
        received += chunk
        if len(received) > _MOST_BYTES:
            raise NotCopied(Fault.TOO_LARGE)
    return bytes(received)


def _read(method: str, received: bytes) -> Answer:
    response = HTTPResponse(_Received(received), method=method)  # type: ignore[arg-type]  # it asks for makefile() only
    try:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
    except (HTTPException, ValueError) as error:
        raise NotCopied(Fault.NOT_UNDERSTOOD, repr(error)) from error
