"""The files that pages load: from the package, kept by browsers for ever, at an address that changes with them."""

import gzip
import hashlib
from functools import partial
from importlib.resources import files
from typing import Final, NamedTuple

from fettle.web.answers import Headers, Response, header
from fettle.web.calls import Call
from fettle.web.operations import Operation

_TYPES: Final = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
}
_PACKED: Final = frozenset({"js", "css", "svg", "txt", "webmanifest"})
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class _File(NamedTuple):
    content: bytes
    packed: bytes | None
    media_type: str


def _load() -> dict[str, _File]:
    loaded = {}
    for entry in sorted((files("fettle.web.pages") / "static").iterdir(), key=lambda each: each.name):
        ending = entry.name.rpartition(".")[2]
        if ending in _TYPES:
            content = entry.read_bytes()
            packed = gzip.compress(content, mtime=0) if ending in _PACKED else None
            loaded[entry.name] = _File(content, packed, _TYPES[ending])
    return loaded


_FILES: Final = _load()
VERSION: Final = hashlib.sha256(b"".join(each.content for each in _FILES.values())).hexdigest()[:12]


def static_url(name: str) -> str:
    """Where a file is; raises KeyError for one that is not there. All share a version, so modules find each other."""
    _FILES[name]  # raises for a name that a template has wrong
    return f"/static/{VERSION}/{name}"


def static_names() -> list[str]:
    """All of them."""
    return list(_FILES)


def read_static(name: str) -> bytes:
    """What is in a file."""
    return _FILES[name].content


def static_operations() -> list[Operation]:
    """One for each file."""
    return [
        Operation("GET", (static_url(name),), partial(_send, name), None, answer=str, is_documented=False)
        for name in _FILES
    ]


def send_static(call: Call, name: str, headers: Headers) -> Response:
    """A file with headers of its own."""
    file = _FILES[name]
    about = (header("content-type", file.media_type), header("vary", "Accept-Encoding"), *headers)
    if file.packed is not None and "gzip" in call.headers.get("accept-encoding", ""):
        return Response(200, file.packed, (*about, header("content-encoding", "gzip")))
    return Response(200, file.content, about)


async def _send(name: str, call: Call) -> Response:
    return send_static(call, name, (header("cache-control", _FOR_EVER),))
