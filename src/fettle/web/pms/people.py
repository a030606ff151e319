"""Users of the company below `/v1`. A password goes in and never comes out, nor does its hash."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from fettle.domain.accounts import MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS
from fettle.domain.instants import show_instant
from fettle.domain.people import Role, Scope, User
from fettle.services.users import NewUser, UserChange
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Name, Uuid
from fettle.web.operations import Operations
from fettle.web.pms.paging import LIST_ERRORS, Listed, ListQuery, place_of, show_list
from fettle.web.pms.shapes import (
    CREATED,
    REPLAYED,
    Body,
    Data,
    Made,
    Shape,
    created,
    known_instant,
    replay_headers,
    sent_fields,
    show,
)

people = Operations("users")

# The lengths are for the documentation; the rule that refuses is the domain's.
Password = Annotated[
    str, Meta(extra_json_schema={"minLength": MIN_PASSWORD_CHARACTERS, "maxLength": MAX_PASSWORD_CHARACTERS})
]


class UserShape(Shape, frozen=True):
    """A person or a service. `isSystem` marks the server itself, under whose name it records what it does alone.

    Since `erasedAt` only the id stands for a person; e-mail address and names are made up.
    """

    id: Uuid
    email: str
    first_name: str
    last_name: str
    role: Role
    is_active: bool
    is_system: bool
    created_at: DateTime
    disabled_at: DateTime | UnsetType = UNSET
    erased_at: DateTime | UnsetType = UNSET


class UserBody(Body, frozen=True):
    """A user to be; without a password nobody can sign in, but API keys can be made for it."""

    email: Annotated[str, Meta(extra_json_schema={"format": "email"})]
    first_name: Name
    last_name: Name
    role: Role
    password: Password | None = None


class UserEdit(Body, frozen=True):
    """What is to be different. Another password ends the user's sessions; `isActive` false ends all it could do."""

    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    password: Password | UnsetType = UNSET


@people("GET", "/v1/users", scope=Scope.READ, query=ListQuery, answer=Listed[UserShape], errors=LIST_ERRORS)
async def list_users(call: Call, query: ListQuery) -> Response:
    """List the users by e-mail address."""
    place = place_of(query, "v1.users")
    found = await call.services.users.page(call.caller, place.rows)
    return show_list(place, found.items, found.total, _shape, lambda user: (user.email, user.id))


@people("GET", "/v1/users/{userId}", scope=Scope.READ, answer=Data[UserShape], errors=("NOT_FOUND",))
async def get_user(call: Call) -> Response:
    """Look at one user."""
    return show(_shape(await call.services.users.get(call.caller, call.params["userId"])))


@people(
    "POST",
    "/v1/users",
    scope=Scope.USERS,
    status=201,
    body=UserBody,
    answer=Data[Made],
    headers=CREATED,
    errors=("INVALID_BODY", "EMAIL_TAKEN", "IDEMPOTENCY_KEY_REUSED"),
    examples={"body": {"email": "kim@example.com", "firstName": "Kim", "lastName": "Ng", "role": "OPERATOR"}},
)
async def add_user(call: Call, body: UserBody) -> Response:
    """Add a user."""
    new = NewUser(body.email, body.first_name, body.last_name, body.role, body.password)
    done = await call.services.users.add(call.intent(), new)
    return created(Made(done.id), f"/v1/users/{done.id}", done)


@people(
    "PATCH",
    "/v1/users/{userId}",
    scope=Scope.USERS,
    body=UserEdit,
    answer=Data[Made],
    headers=REPLAYED,
    errors=("NOT_FOUND", "INVALID_BODY", "LAST_ADMIN", "IDEMPOTENCY_KEY_REUSED"),
    examples={"body": {"isActive": False}},
)
async def edit_user(call: Call, body: UserEdit) -> Response:
    """Change a user, or disable it; users are never deleted, for the record names them."""
    change = UserChange(**sent_fields(body))
    done = await call.services.users.change(call.intent(), call.params["userId"], change)
    return show(Made(done.id), headers=replay_headers(done))


def _shape(user: User) -> UserShape:
    return UserShape(
        id=user.id,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        role=user.role,
        is_active=user.is_active,
        is_system=user.is_system,
        created_at=show_instant(user.created_at),
        disabled_at=known_instant(user.disabled_at),
        erased_at=known_instant(user.erased_at),
    )
