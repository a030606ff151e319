"""Who I am, and my password, below `/v1`."""

from collections.abc import Awaitable, Callable
from typing import Final

from fettle.domain.people import CredentialKind, Role, Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Uuid
from fettle.web.operations import Operation, Operations
from fettle.web.pms.people import Password
from fettle.web.pms.shapes import REPLAYED, Body, Data, Made, Shape, replay_headers, show
from fettle.web.sign_ins import SignIns

_USER_ID: Final = "0197a0c8-5d2e-7c44-9d53-2f4d6a1b8c01"


class Me(Shape, frozen=True):
    """The caller: its user, the credential it came with, and every right that it has."""

    user_id: Uuid
    company_id: Uuid
    email: str
    first_name: str
    last_name: str
    role: Role
    credential: CredentialKind
    scopes: list[Scope]


class PasswordBody(Body, frozen=True):
    """The password as it is, and as it shall be."""

    current_password: str
    new_password: Password


def me_operations(sign_ins: SignIns) -> list[Operation]:
    """Both operations; guessing the present password is throttled like signing in."""
    declare = Operations("me")
    declare("GET", "/v1/me", scope=Scope.READ, answer=Data[Me])(get_me)
    declare(
        "PUT",
        "/v1/me/password",
        scope=Scope.READ,
        body=PasswordBody,
        answer=Data[Made],
        headers=REPLAYED,
        errors=("INVALID_BODY", "USER_TOKEN_REQUIRED", "TOO_MANY_REQUESTS", "IDEMPOTENCY_KEY_REUSED"),
        examples={
            "body": {"currentPassword": "as it was until now", "newPassword": "as it shall be"},
            "answer": {"data": {"id": _USER_ID}},
        },
    )(_change_password(sign_ins))
    return declare.all


async def get_me(call: Call) -> Response:
    """Say who the caller is and what it may do."""
    caller = call.caller
    user = await call.services.users.get(caller, caller.user_id)
    me = Me(
        user_id=user.id,
        company_id=user.company_id,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        role=user.role,
        credential=caller.kind,
        scopes=sorted(caller.scopes),
    )
    return show(me)


def _change_password(sign_ins: SignIns) -> Callable[[Call, PasswordBody], Awaitable[Response]]:
    async def change_password(call: Call, body: PasswordBody) -> Response:
        """Set another password, and end the caller's other sessions."""
        with sign_ins.attempt(call.client, call.caller.user_id):
            done = await call.services.sessions.change_password(call.intent(), body.current_password, body.new_password)
        return show(Made(done.id), headers=replay_headers(done))

    return change_password
