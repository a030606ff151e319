"""Pages out: a template, the words of the reader's language, and the headers that every page has."""

import gzip
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from fettle.domain.instants import show_instant
from fettle.domain.work_orders import Status
from fettle.web.answers import Headers, Response, header
from fettle.web.calls import Call
from fettle.web.pages.statics import static_url
from fettle.web.pages.words import STATUS_WORDS

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_ALWAYS: Final = (
    header("content-type", "text/html; charset=utf-8"),
    header("content-security-policy", _POLICY),
    header("referrer-policy", "same-origin"),
    header("permissions-policy", "camera=(self), geolocation=(self), microphone=()"),
    header("vary", "Cookie, Accept-Language, Accept-Encoding, HX-Request"),
)
_SMALL_BYTES: Final = 1000


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """A name that a template has wrong is an error, not an empty place."""
    made = Environment(
        loader=PackageLoader("fettle.web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {"static": static_url, "Status": Status}
    made.filters["instant"] = show_instant
    return made


def is_fragment(call: Call) -> bool:
    """Whether htmx asks for a part of a page that it has already."""
    return call.headers.get("hx-request") == "true"


def render(call: Call, template: str, *, status: int = 200, headers: Headers = (), **values: Any) -> Response:
    """The template with these values; `say(en, fr)` in it chooses the reader's language."""
    french = call.language == "fr"
    text = (
        _templates()
        .get_template(template)
        .render(
            say=lambda en, fr: fr if french else en,
            language=call.language,
            path=call.path,
            status_word=lambda of: STATUS_WORDS[of].to(call.language),
            **values,
        )
    )
    return _page(call, text.encode(), status, headers)


def redirect(to: str, *headers: tuple[bytes, bytes]) -> Response:
    """303: the browser goes there with GET. `to` is a path of ours."""
    return Response(303, headers=(header("location", to), *headers))


def _page(call: Call, body: bytes, status: int, headers: Headers) -> Response:
    about = (*_ALWAYS, *headers)
    if len(body) > _SMALL_BYTES and "gzip" in call.headers.get("accept-encoding", ""):
        return Response(status, gzip.compress(body, 5, mtime=0), (*about, header("content-encoding", "gzip")))
    return Response(status, body, about)
