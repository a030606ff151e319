"""Companies, their users, what each role may do, and who is calling."""

from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec

from fettle.domain.errors import Forbidden
from fettle.domain.instants import Instant


class Role(StrEnum):
    """What a user is in the company."""

    ADMIN = "ADMIN"
    PLANNER = "PLANNER"
    OPERATOR = "OPERATOR"
    VIEWER = "VIEWER"


class Scope(StrEnum):
    """One right. A caller has what the user's role gives and, for an API key, what the key names as well."""

    READ = "read"
    WORK_ORDERS = "work_orders:write"
    STATUS = "status:write"
    COMMENTS = "comments:write"
    EVIDENCE = "evidence:write"
    APPROVALS = "approvals:write"
    CATALOGUE = "catalogue:write"
    USERS = "users:write"
    KEYS = "keys:write"
    ON_BEHALF_OF = "on_behalf_of"


_OPERATOR: Final = frozenset({Scope.READ, Scope.STATUS, Scope.COMMENTS, Scope.EVIDENCE, Scope.APPROVALS})
_PLANNER: Final = _OPERATOR | {Scope.WORK_ORDERS, Scope.CATALOGUE}
SCOPES_OF_ROLE: Final = {
    Role.VIEWER: frozenset({Scope.READ}),
    Role.OPERATOR: _OPERATOR,
    Role.PLANNER: _PLANNER,
    Role.ADMIN: _PLANNER | {Scope.USERS, Scope.KEYS},
}
# `on_behalf_of` is given to a key, never to a role; `keys:write` to a role, never to a key.
SCOPES_OF_A_KEY: Final = frozenset(Scope) - {Scope.KEYS}


class Company(msgspec.Struct, frozen=True, array_like=True):
    """The wall around everything: no query crosses it. `last_wo_number` counts up, without reuse."""

    id: str
    name: str
    created_at: Instant
    last_wo_number: int = 0


class User(msgspec.Struct, frozen=True, array_like=True):
    """A person or a service of one company. The system user is the server itself and can never be named or sign in.

    Of one who was erased only the id is left; names and address stand for nobody.
    """

    id: str
    company_id: str
    email: str
    first_name: str
    last_name: str
    role: Role
    created_at: Instant
    password_hash: str | None = None
    is_system: bool = False
    disabled_at: Instant | None = None
    erased_at: Instant | None = None

    @property
    def is_active(self) -> bool:
        """Whether this user may act and be named."""
        return self.disabled_at is None


class CredentialKind(StrEnum):
    """An API key is made by an administrator; a user token comes from signing in."""

    KEY = "KEY"
    TOKEN = "TOKEN"  # noqa: S105 - the name of a kind, not a secret


class Credential(msgspec.Struct, frozen=True, array_like=True):
    """An API key or a user token. Only the SHA-256 of its secret is kept."""

    id: str
    company_id: str
    user_id: str
    kind: CredentialKind
    name: str
    secret_sha256: str
    scopes: str
    created_at: Instant
    created_by_user_id: str
    expires_at: Instant | None = None
    last_used_at: Instant | None = None
    revoked_at: Instant | None = None


class Caller(msgspec.Struct, frozen=True):
    """Who is asking, and with which rights."""

    credential_id: str
    kind: CredentialKind
    company_id: str
    user_id: str
    scopes: frozenset[Scope]
    role: Role
    last_used_at: Instant | None = None

    @property
    def key_id(self) -> str | None:
        """The API key that speaks; None for a signed-in person, whichever session it is."""
        return self.credential_id if self.kind is CredentialKind.KEY else None

    def require(self, scope: Scope) -> None:
        """Raise Forbidden when the right is missing."""
        if scope not in self.scopes:
            raise Forbidden(scope=scope.value)


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """What decides now whether a credential counts and what it may do: some of its row and of its user's."""

    id: str
    company_id: str
    user_id: str
    kind: CredentialKind
    secret_sha256: str
    scopes: str
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None
    role: Role
    is_system: bool
    disabled_at: Instant | None

    def counts_at(self, now: Instant) -> bool:
        """Whether it is neither revoked nor expired, of an active person or service."""
        is_over = self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)
        return not is_over and self.disabled_at is None and not self.is_system


def caller_of(standing: Standing) -> Caller:
    """What this credential may do: the role's scopes, narrowed to the key's and widened by its `on_behalf_of`."""
    is_key = standing.kind is CredentialKind.KEY
    rights = _rights_of_key(standing.role, standing.scopes) if is_key else SCOPES_OF_ROLE[standing.role]
    who = (standing.id, standing.kind, standing.company_id, standing.user_id)
    return Caller(*who, rights, standing.role, standing.last_used_at)


@lru_cache(maxsize=1024)  # a pure function that every request asks twice
def _rights_of_key(role: Role, scopes: str) -> frozenset[Scope]:
    named = frozenset(Scope(scope) for scope in scopes.split())
    return (SCOPES_OF_ROLE[role] & named & SCOPES_OF_A_KEY) | (named & {Scope.ON_BEHALF_OF})


def may_act_as(caller: Caller, user_id: str) -> None:
    """Raise NOT_YOURSELF unless the caller is this user, or may act on behalf of others (contract A, "Caller")."""
    if user_id != caller.user_id and Scope.ON_BEHALF_OF not in caller.scopes:
        raise Forbidden("NOT_YOURSELF")
