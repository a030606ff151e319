"""Signing in and out in the browser."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from msgspec import Meta, Struct

from fettle.domain.errors import FettleError
from fettle.domain.instants import SECOND
from fettle.domain.messages import sentence_of
from fettle.domain.people import Scope
from fettle.domain.sentences import LANGUAGES
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.cookies import LANGUAGE, begin_session, end_session, require_own_page
from fettle.web.operations import Operation
from fettle.web.pages.declaring import Pages
from fettle.web.pages.problems import SIGN_IN
from fettle.web.pages.rendering import redirect, render
from fettle.web.problems import status_of
from fettle.web.sign_ins import SignIns

_HOME: Final = "/"
_A_YEAR_S: Final = 365 * 24 * 3600


class SignInForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in, and where to go then."""

    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=1024)]
    next: str = _HOME


class NextQuery(Struct, frozen=True):
    """The page that was asked for."""

    next: str = _HOME


class LanguageForm(Struct, frozen=True, forbid_unknown_fields=True):
    """The language to speak from now on, and the page to speak it on."""

    language: str
    next: str = _HOME


def session_pages(sign_ins: SignIns) -> list[Operation]:
    """The pages of signing in and out, and of the language, which needs no account."""
    pages = Pages()
    pages("GET", SIGN_IN, scope=None, query=NextQuery)(show_sign_in)
    pages("POST", SIGN_IN, scope=None, fields=SignInForm, status=303)(_sign_in(sign_ins))
    pages("POST", "/sign-out", scope=Scope.READ, status=303)(sign_out)
    pages("POST", "/language", scope=None, fields=LanguageForm, status=303)(set_language)
    return pages.all


async def show_sign_in(call: Call, query: NextQuery) -> Response:
    """The form."""
    return _form(call, "", query.next)


def _sign_in(sign_ins: SignIns) -> Callable[[Call, SignInForm], Awaitable[Response]]:
    async def sign_in(call: Call, form: SignInForm) -> Response:
        """Give the browser a session; a refusal is told in the form, with the address as it was typed."""
        require_own_page(call)
        try:
            with sign_ins.attempt(call.client, form.email.lower()):
                session = await call.services.sessions.sign_in(form.email, form.password)
        except FettleError as error:
            return _form(call, form.email, form.next, error)
        lasts_s = max(0, session.expires_at - call.services.clock.now()) // SECOND
        return redirect(path_of_ours(form.next), begin_session(call, session.token, lasts_s))

    return sign_in


async def sign_out(call: Call) -> Response:
    """End the session."""
    await call.services.sessions.sign_out(call.intent())
    return redirect(SIGN_IN, end_session(call))


async def set_language(call: Call, form: LanguageForm) -> Response:
    """Speak another language on this browser from now on."""
    require_own_page(call)
    language = form.language if form.language in LANGUAGES else call.language
    kept = f"{LANGUAGE}={language}; Path=/; Max-Age={_A_YEAR_S}; SameSite=Lax"
    return redirect(path_of_ours(form.next), header("set-cookie", kept))


def path_of_ours(wanted: str) -> str:
    """The path as it is, when it leads to a page of this server; else the first page.

    Browsers take a backslash for a slash, and two of them lead to another server.
    """
    is_ours = wanted.startswith("/") and wanted[1:2] not in {"/", "\\"}
    return wanted if is_ours and wanted.isascii() and wanted.isprintable() else _HOME


def _form(call: Call, email: str, wanted: str, error: FettleError | None = None) -> Response:
    said = None if error is None else sentence_of(error, call.language)
    status = 200 if error is None else status_of(error)
    return render(call, "sign_in.html", status=status, email=email, next=path_of_ours(wanted), said=said)
