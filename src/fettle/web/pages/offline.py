"""What makes the pages an app: a manifest, and a worker that keeps what was opened for when there is no network."""

from typing import Final

import msgspec

from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.pages.declaring import Pages
from fettle.web.pages.rendering import render
from fettle.web.pages.statics import VERSION, read_static, static_names, static_url

pages: Final = Pages()

_PNG: Final = "image/png"
_SCRIPT: Final = header("content-type", "text/javascript; charset=utf-8")
_GREEN: Final = "#0f766e"
_ICONS: Final = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)


@pages("GET", "/manifest.webmanifest", scope=None)
async def show_manifest(call: Call) -> Response:
    """How a phone installs the pages; without a cookie, as browsers ask for it."""
    icons = [
        {"src": static_url(name), "sizes": sizes, "type": "image/png", "purpose": to} for name, sizes, to in _ICONS
    ]
    about = {
        "id": "/",
        "name": "Fettle",
        "short_name": "Fettle",
        "lang": call.language,
        "start_url": "/orders",
        "scope": "/",
        "display": "standalone",
        "theme_color": _GREEN,
        "background_color": "#ffffff",
        "icons": icons,
    }
    return Response(200, msgspec.json.encode(about), (header("content-type", "application/manifest+json"),))


@pages("GET", "/worker.js", scope=None)
async def show_worker(_call: Call) -> Response:
    """The service worker: at the root, for what is below its path is what it may serve. It changes with the files."""
    names = [static_url(name) for name in static_names() if not name.endswith(".txt")]
    start = f"const VERSION = {VERSION!r};\nconst FILES = {msgspec.json.encode(names).decode()};\n"
    return Response(
        200, start.encode() + read_static("worker.js"), (header("content-type", "text/javascript; charset=utf-8"),)
    )


@pages("GET", "/offline", scope=None)
async def show_offline(call: Call) -> Response:
    """What the worker shows in place of a page that it does not have."""
    return render(call, "offline.html", headers=(header("content-language", call.language),))
