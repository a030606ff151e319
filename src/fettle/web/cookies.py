"""The session of a browser: a user token in a cookie that no script reads, and that counts for our own pages only."""

from http.cookies import CookieError, SimpleCookie
from typing import Final

from fettle.domain.credentials import Presented, read_credential
from fettle.domain.errors import Forbidden
from fettle.domain.people import CredentialKind
from fettle.web.answers import header
from fettle.web.calls import Call

LANGUAGE: Final = "fettle-language"
_SESSION: Final = "fettle-session"
# Browsers take a cookie of this prefix from nobody but this very host, over TLS, for all paths.
_OVER_TLS: Final = f"__Host-{_SESSION}"
_SAFE: Final = frozenset({"GET", "HEAD"})
# What a browser says of a request that a page of ours makes, or that somebody typed.
_OURS: Final = frozenset({"same-origin", "none"})


def read_cookie(headers: dict[str, str], name: str) -> str | None:
    """The value of one cookie; None for one that is missing or written wrong."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found else None


def session_of(call: Call) -> Presented | None:
    """The user token of the request's cookie, when there is one.

    Raises CROSS_SITE for a change that no page of ours asks for: a cookie comes along wherever a request begins.
    """
    text = read_cookie(call.headers, _name(call))
    presented = read_credential(text) if text else None
    if presented is None or presented.kind is not CredentialKind.TOKEN:
        return None
    if call.method not in _SAFE:
        require_own_page(call)
    return presented


def require_own_page(call: Call) -> None:
    """Raise CROSS_SITE unless the browser says that a page of this origin makes the request."""
    site, origin = call.headers.get("sec-fetch-site"), call.headers.get("origin")
    is_ours = site in _OURS if site is not None else origin == call.base_url
    if not is_ours:
        raise Forbidden("CROSS_SITE")


def begin_session(call: Call, token: str, max_age_s: int) -> tuple[bytes, bytes]:
    """The header that gives the browser its token."""
    return header("set-cookie", f"{_name(call)}={token}; Max-Age={max_age_s}; {_attributes(call)}")


def end_session(call: Call) -> tuple[bytes, bytes]:
    """The header that takes it away."""
    return header("set-cookie", f"{_name(call)}=; Max-Age=0; {_attributes(call)}")


def _is_over_tls(call: Call) -> bool:
    return call.base_url.startswith("https://")


def _name(call: Call) -> str:
    return _OVER_TLS if _is_over_tls(call) else _SESSION


def _attributes(call: Call) -> str:
    # Lax, not Strict: whoever follows the link of a label or a message is signed in as before.
    return "Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if _is_over_tls(call) else "")
