"""The API's documentation as a page, and its files: from the package, under a policy that names this server alone."""

import hashlib
from importlib.resources import files
from typing import Final

from fettle.domain.errors import Unavailable
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.conditions import is_unchanged
from fettle.web.operations import Operation

_FOLDER: Final = files("fettle.web") / "docs"
_SWAGGER_UI: Final = "swagger-ui-5.35.0"
_JAVASCRIPT: Final = "text/javascript; charset=utf-8"
_HTML: Final = "text/html; charset=utf-8"
_ASSETS: Final = {
    f"{_SWAGGER_UI}/swagger-ui-bundle.js": _JAVASCRIPT,
    f"{_SWAGGER_UI}/swagger-ui.css": "text/css; charset=utf-8",
    "start.js": _JAVASCRIPT,
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_RETRY_AFTER_S: Final = 5
_A_DAY: Final = "public, max-age=86400"
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def docs_operations(tag: str) -> list[Operation]:
    """The page and its files; the files are no part of the documented API."""
    page = Operation(
        "GET",
        ("/docs",),
        _docs,
        None,
        answer=str,
        media_type="text/html",
        tag=tag,
        summary="The documentation as a page",
    )
    return [page, *(_asset(name, tag) for name in _ASSETS)]


def page_response(body: bytes, *more: tuple[bytes, bytes]) -> Response:
    """A page of ours, which may load from this server only and stands in no frame."""
    headers = (
        header("content-type", _HTML),
        header("content-security-policy", _POLICY),
        header("referrer-policy", "no-referrer"),
        *more,
    )
    return Response(200, body, headers)


async def _docs(_call: Call) -> Response:
    return page_response(_read("docs.html"))


def _asset(name: str, tag: str) -> Operation:
    async def send_asset(call: Call) -> Response:
        return _file(name, call)

    return Operation("GET", (f"/docs/{name}",), send_asset, None, answer=str, tag=tag, is_documented=False)


def _file(name: str, call: Call) -> Response:
    """Read anew for each browser that has not kept it: it is asked for too seldom to be held in memory."""
    content = _read(name)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    kept = header("cache-control", _FOR_EVER if name.startswith(_SWAGGER_UI) else _A_DAY)
    headers = (header("etag", etag), kept)
    if is_unchanged(call.headers, etag):
        return Response(304, headers=headers)
    return Response(200, content, (header("content-type", _ASSETS[name]), *headers))


def _read(name: str) -> bytes:
    try:
        return (_FOLDER / name).read_bytes()
    except OSError as error:
        raise Unavailable(retry_after_s=_RETRY_AFTER_S) from error
