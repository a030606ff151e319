"""The users of the company, whose ids the other operations name."""

from typing import Final

from msgspec import Struct

from fettle.domain.instants import show_instant
from fettle.domain.people import Role, Scope, User
from fettle.web.answers import Response, as_json
from fettle.web.calls import Call
from fettle.web.fields import DateTime, NoQuery, Uuid
from fettle.web.operations import Operations

serial: Final = Operations("people (Serial)")


class ShownUser(Struct, frozen=True):
    """A person or a service."""

    id: Uuid
    email: str
    first_name: str
    last_name: str
    role: Role
    is_active: bool
    created_at: DateTime


@serial("GET", "/users", scope=Scope.READ, query=NoQuery, answer=list[ShownUser])
async def users(call: Call, _query: NoQuery) -> Response:
    """List the users."""
    found = await call.services.users.page(call.caller)
    return as_json([_user(user) for user in found.items])


def _user(user: User) -> ShownUser:
    return ShownUser(
        user.id,
        user.email,
        user.first_name,
        user.last_name,
        user.role,
        user.is_active,
        show_instant(user.created_at),
    )
