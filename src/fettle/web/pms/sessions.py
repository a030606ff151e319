"""Signing in and out below `/v1`."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from msgspec import Meta

from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Uuid
from fettle.web.operations import Operation, Operations
from fettle.web.pms.shapes import Body, Data, Made, Shape, show
from fettle.web.sign_ins import SignIns


class Credentials(Body, frozen=True):
    """Who signs in. Whether the address has an account is never said."""

    email: Annotated[str, Meta(max_length=254)]
    password: str


class SessionShape(Shape, frozen=True):
    """A user token for `Authorization: Bearer`, told this once, and when it ends."""

    token: str
    expires_at: DateTime
    user_id: Uuid


def session_operations(sign_ins: SignIns) -> list[Operation]:
    """Both operations."""
    declare = Operations("sessions")
    declare(
        "POST",
        "/v1/sessions",
        scope=None,
        status=201,
        body=Credentials,
        answer=Data[SessionShape],
        errors=("INVALID_BODY", "WRONG_PASSWORD", "TOO_MANY_REQUESTS"),
        examples={"body": {"email": "kim@example.com", "password": "correct horse battery"}},
    )(_sign_in(sign_ins))
    declare(
        "DELETE",
        "/v1/sessions/current",
        scope=Scope.READ,
        answer=Data[Made],
        errors=("USER_TOKEN_REQUIRED",),
    )(sign_out)
    return declare.all


def _sign_in(sign_ins: SignIns) -> Callable[[Call, Credentials], Awaitable[Response]]:
    async def sign_in(call: Call, body: Credentials) -> Response:
        """Sign in with e-mail address and password."""
        with sign_ins.attempt(call.client, body.email.lower()):
            session = await call.services.sessions.sign_in(body.email, body.password)
        token = SessionShape(session.token, show_instant(session.expires_at), session.user.id)
        return show(token, 201)

    return sign_in


async def sign_out(call: Call) -> Response:
    """End the session whose token came with the request."""
    done = await call.services.sessions.sign_out(call.intent())
    return show(Made(done.id))
