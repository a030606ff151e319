"""What a handler gives back."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import msgspec

Headers = tuple[tuple[bytes, bytes], ...]
JSON_TYPE: Headers = ((b"content-type", b"application/json"),)

_encode = msgspec.json.Encoder().encode


class Response(NamedTuple):
    """Status, body (whole, or as chunks) and headers; the app adds length, trace id and what every answer has."""

    status: int
    body: bytes | AsyncIterator[bytes] = b""
    headers: Headers = ()


def as_json(value: Any, status: int = 200, headers: Headers = ()) -> Response:
    """The value as JSON, in the order of its fields."""
    return Response(status, _encode(value), JSON_TYPE + headers)


def header(name: str, value: str) -> tuple[bytes, bytes]:
    """One header as ASGI wants it; `value` is Latin-1 at most."""
    return name.encode(), value.encode("latin-1")
