"""API keys below `/v1`: managed by a signed-in administrator, never by a key. The secret is shown once."""

from typing import Final

from msgspec import UNSET, UnsetType

from fettle.domain.instants import show_instant
from fettle.domain.people import Credential, Scope
from fettle.services.keys import NewKey
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Name, Uuid, optional_instant_of, optional_uuid_of
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
    known,
    known_instant,
    replay_headers,
    show,
)

api_keys = Operations("apiKeys")

_ONE: Final = "/v1/api-keys/{keyId}"


class KeyShape(Shape, frozen=True):
    """A key without its secret: it does what its user may do, narrowed to its scopes."""

    id: Uuid
    name: str
    user_id: Uuid
    scopes: list[Scope]
    created_at: DateTime
    created_by_user_id: Uuid
    expires_at: DateTime | UnsetType = UNSET
    last_used_at: DateTime | UnsetType = UNSET
    revoked_at: DateTime | UnsetType = UNSET


class KeyBody(Body, frozen=True):
    """A key to be, of the caller where no user is named; `expiresAt` lies in the future."""

    name: Name
    scopes: tuple[Scope, ...]
    user_id: Uuid | None = None
    expires_at: DateTime | None = None


class KeyMade(Shape, frozen=True):
    """`key` is the secret, told this once: a repeat of the request does not tell it again."""

    id: Uuid
    key: str | UnsetType = UNSET


@api_keys(
    "GET",
    "/v1/api-keys",
    scope=Scope.KEYS,
    needs_person=True,
    query=ListQuery,
    answer=Listed[KeyShape],
    errors=("KEYS_NEED_A_PERSON", *LIST_ERRORS),
)
async def list_keys(call: Call, query: ListQuery) -> Response:
    """List the API keys, oldest first, revoked ones too."""
    place = place_of(query, "v1.api-keys", int)
    found = await call.services.keys.page(call.caller, place.rows)
    return show_list(place, found.items, found.total, _shape, lambda key: (key.created_at, key.id))


@api_keys(
    "POST",
    "/v1/api-keys",
    scope=Scope.KEYS,
    needs_person=True,
    status=201,
    body=KeyBody,
    answer=Data[KeyMade],
    headers=CREATED,
    errors=("KEYS_NEED_A_PERSON", "INVALID_BODY", "USER_NOT_FOUND", "IDEMPOTENCY_KEY_REUSED"),
    examples={"body": {"name": "Property management", "scopes": ["read", "evidence:write", "on_behalf_of"]}},
)
async def create_key(call: Call, body: KeyBody) -> Response:
    """Make an API key; its secret is in this answer and nowhere else."""
    user_id = optional_uuid_of(body.user_id, "userId") or call.caller.user_id
    expires_at = optional_instant_of(body.expires_at, "expiresAt")
    made = await call.services.keys.create(
        call.intent(), NewKey(body.name, user_id, frozenset(body.scopes), expires_at)
    )
    return created(KeyMade(id=made.done.id, key=known(made.text)), f"/v1/api-keys/{made.done.id}", made.done)


@api_keys(
    "GET",
    _ONE,
    scope=Scope.KEYS,
    needs_person=True,
    answer=Data[KeyShape],
    errors=("KEYS_NEED_A_PERSON", "NOT_FOUND"),
)
async def get_key(call: Call) -> Response:
    """Look at one API key; its secret cannot be seen again."""
    return show(_shape(await call.services.keys.get(call.caller, call.params["keyId"])))


@api_keys(
    "DELETE",
    _ONE,
    scope=Scope.KEYS,
    needs_person=True,
    answer=Data[Made],
    headers=REPLAYED,
    errors=("KEYS_NEED_A_PERSON", "NOT_FOUND"),
)
async def revoke_key(call: Call) -> Response:
    """Revoke an API key: the next request with it is refused."""
    done = await call.services.keys.revoke(call.intent(), call.params["keyId"])
    return show(Made(done.id), headers=replay_headers(done))


def _shape(key: Credential) -> KeyShape:
    return KeyShape(
        id=key.id,
        name=key.name,
        user_id=key.user_id,
        scopes=[Scope(scope) for scope in key.scopes.split()],
        created_at=show_instant(key.created_at),
        created_by_user_id=key.created_by_user_id,
        expires_at=known_instant(key.expires_at),
        last_used_at=known_instant(key.last_used_at),
        revoked_at=known_instant(key.revoked_at),
    )
