"""Forms as bytes, written out so that a test can send what no library would."""

from collections.abc import AsyncIterator, Iterable

BOUNDARY = "----fettle"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def part(
    name: str,
    content: bytes | str,
    file_name: str | None = None,
    *headers: str,
    disposition: str | None = None,
) -> bytes:
    """One part; `disposition` replaces the whole header value."""
    named = disposition or f'form-data; name="{name}"' + ("" if file_name is None else f'; filename="{file_name}"')
    lines = "\r\n".join([f"Content-Disposition: {named}", *headers])
    body = content.encode() if isinstance(content, str) else content
    return lines.encode() + b"\r\n\r\n" + body


def form(*parts: bytes, boundary: str = BOUNDARY) -> bytes:
    """The parts between their delimiters."""
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + each + b"\r\n" for each in parts) + mark + b"--\r\n"


async def pieces(body: bytes | Iterable[bytes], size: int = 65_536) -> AsyncIterator[bytes]:
    """The body in pieces of a size, or the pieces as given."""
    if isinstance(body, bytes):
        body = [body[start : start + size] for start in range(0, len(body), size)]
    for piece in body:
        yield piece
