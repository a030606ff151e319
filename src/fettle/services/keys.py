"""API keys: made, seen, revoked. The secret is told once; only its hash is kept."""

from typing import NamedTuple

import msgspec

from fettle.domain.accounts import check_key_scopes
from fettle.domain.credentials import hash_secret, write_credential
from fettle.domain.errors import NotFound, invalid_field
from fettle.domain.instants import Instant
from fettle.domain.limits import MAX_NAME_CHARACTERS
from fettle.domain.people import Caller, Credential, CredentialKind, Scope
from fettle.services.gate import Act, Done, Gate, Intent, require_user
from fettle.services.ports import Clock, Database
from fettle.services.rows import Items, Page, Transaction


class NewKey(msgspec.Struct, frozen=True):
    """A key to be: it does what its user may do, narrowed to its scopes, until it expires."""

    name: str
    user_id: str
    scopes: frozenset[Scope]
    expires_at: Instant | None = None


class MadeKey(NamedTuple):
    """What was made, and the text that the client keeps: None when an earlier request had made it already."""

    done: Done
    text: str | None


class Keys:
    """Only who has `keys:write`, which no API key ever has; see each method for what it raises beside that."""

    def __init__(self, database: Database, gate: Gate, clock: Clock) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._clock = clock

    async def create(self, intent: Intent, new: NewKey) -> MadeKey:
        """Make a key for a user of the company; raises INVALID_BODY, USER_NOT_FOUND."""
        secret = self._clock.new_secret()
        done = await self._gate.write(intent, lambda tx, act: add_key(tx, act, new, secret))
        return made_key(done, secret)

    async def revoke(self, intent: Intent, key_id: str) -> Done:
        """End a key: the next request with it gets 401. Revoked already: a repeat. Raises NotFound."""
        return await self._gate.write(intent, lambda tx, act: revoke_key(tx, act, key_id))

    async def get(self, caller: Caller, key_id: str) -> Credential:
        """One key of the caller's company; raises Forbidden, NotFound."""
        caller.require(Scope.KEYS)
        return await self._database.read(lambda tx: _get_key(tx, caller.company_id, key_id))

    async def page(self, caller: Caller, page: Page | None = None) -> Items[Credential]:
        """The keys of the caller's company, revoked ones too; raises Forbidden."""
        caller.require(Scope.KEYS)

        def query(tx: Transaction) -> Items[Credential]:
            keys = tx.people.credentials(caller.company_id, CredentialKind.KEY, page)
            return Items(keys, tx.people.count_credentials(caller.company_id, CredentialKind.KEY))

        return await self._database.read(query)


def made_key(done: Done, secret: str) -> MadeKey:
    """The text of a key just made; a repeat does not tell it again."""
    return MadeKey(done, None if done.replayed else write_credential(CredentialKind.KEY, done.id, secret))


def add_key(tx: Transaction, act: Act, new: NewKey, secret: str) -> Done:
    """Make a key in the company of the act; raises INVALID_BODY, USER_NOT_FOUND."""
    if not 1 <= len(new.name) <= MAX_NAME_CHARACTERS:
        raise invalid_field("name", "length", min=1, max=MAX_NAME_CHARACTERS)
    if new.expires_at is not None and new.expires_at <= act.now:
        raise invalid_field("expires_at", "in_the_past")
    scopes = check_key_scopes(new.scopes)
    require_user(tx, act.company_id, new.user_id, "user_id")
    key = _key(act, new, scopes, secret)
    tx.people.add_credential(key)
    return Done(key.id)


def revoke_key(tx: Transaction, act: Act, key_id: str) -> Done:
    """End a key of the company of the act; raises NotFound."""
    key = _get_key(tx, act.company_id, key_id)
    if key.revoked_at is not None:
        return Done(key.id, replayed=True)
    tx.people.change_credential(key.id, revoked_at=act.now)
    return Done(key.id)


def _get_key(tx: Transaction, company_id: str, key_id: str) -> Credential:
    found = tx.people.find_credential(key_id)
    if found is None or found[0].company_id != company_id or found[0].kind is not CredentialKind.KEY:
        raise NotFound
    return found[0]


def _key(act: Act, new: NewKey, scopes: str, secret: str) -> Credential:
    return Credential(
        id=act.new_id(),
        company_id=act.company_id,
        user_id=new.user_id,
        kind=CredentialKind.KEY,
        name=new.name,
        secret_sha256=hash_secret(secret),
        scopes=scopes,
        created_at=act.now,
        created_by_user_id=act.actor_id,
        expires_at=new.expires_at,
    )
