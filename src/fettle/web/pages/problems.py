"""Refusals as pages: the same sentence as everywhere, and the way on from there."""

from typing import Final
from urllib.parse import quote

from fettle.domain.errors import FettleError, Kind
from fettle.domain.messages import detail_of, sentence_of
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.cookies import end_session
from fettle.web.pages.rendering import is_fragment, redirect, render
from fettle.web.problems import problem, status_of

SIGN_IN: Final = "/sign-in"


def problem_page(error: FettleError, call: Call) -> Response:
    """What a person reads of a refusal; who is not signed in comes to sign in, and back again."""
    if error.kind is Kind.UNAUTHENTICATED and call.operation is not None and call.operation.scope is not None:
        return _to_sign_in(call)
    details = [detail_of(detail, call.language) for detail in error.details]
    return render(
        call,
        "problem.html",
        status=status_of(error),
        headers=tuple(each for each in problem(error, call).headers if each[0] != b"content-type"),
        sentence=sentence_of(error, call.language),
        details=details,
        code=error.code,
        trace_id=call.trace_id,
        is_fragment=is_fragment(call),
    )


def _to_sign_in(call: Call) -> Response:
    """Back to the page that was asked for; a part of a page, or a change, goes back to the page it was on."""
    if is_fragment(call):
        return Response(401, headers=(header("hx-redirect", SIGN_IN), end_session(call)))
    query = call.query_string.decode("latin-1")
    wanted = call.path + (f"?{query}" if query else "") if call.method == "GET" else "/"
    return redirect(f"{SIGN_IN}?next={quote(wanted, safe='')}", end_session(call))
