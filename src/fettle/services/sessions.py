"""Signing in and out with e-mail address and password, and changing the password."""

from typing import NamedTuple

from fettle.domain.accounts import check_password, require_user_token
from fettle.domain.credentials import hash_secret, write_credential
from fettle.domain.errors import Unauthenticated, invalid_field
from fettle.domain.instants import SECOND, Instant
from fettle.domain.people import Caller, Credential, CredentialKind, User
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.password_checks import PasswordChecks
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction


class Session(NamedTuple):
    """A user token, told once, whose it is and when it ends."""

    id: str
    token: str
    user: User
    expires_at: Instant


class Sessions:
    """User tokens: each ends after `lasts_s` seconds, by signing out, or when the password changes elsewhere."""

    def __init__(
        self, database: Database, gate: Gate, clock: Clock, passwords: PasswordChecks, *, lasts_s: int
    ) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._clock = clock
        self._passwords = passwords
        self._lasts_s = lasts_s

    async def sign_in(self, email: str, password: str) -> Session:
        """A fresh token; raises WRONG_PASSWORD for an unknown address, a wrong password, a disabled user: all alike.

        An unknown address takes as long as a wrong password.
        """
        wanted = email.lower()
        user = await self._database.peek(lambda tx: tx.people.find_user_by_email(wanted))
        is_same = await self._passwords.matches(user.password_hash if user else None, password)
        if user is None or not is_same or not user.is_active or user.is_system:
            raise Unauthenticated("WRONG_PASSWORD")
        return await self._open(user)

    async def sign_out(self, intent: Intent) -> Done:
        """End the token that the caller came with; the answer is its id. Raises Forbidden for an API key."""
        require_user_token(intent.caller)

        def command(tx: Transaction, act: Act) -> Done:
            tx.people.change_credential(intent.caller.credential_id, revoked_at=act.now)
            return Done(intent.caller.credential_id)

        return await self._gate.write(intent, command)

    async def change_password(self, intent: Intent, current: str, new: str) -> Done:
        """Set another password and end the user's other tokens; the answer is the user's id.

        Raises Forbidden for an API key, INVALID_BODY naming `current_password` or `new_password`.
        """
        require_user_token(intent.caller)
        check_password(new, "new_password")
        old_hash = await self._find_hash(intent.caller)
        is_right = await self._passwords.matches(old_hash, current)
        new_hash = await self._passwords.hash(new)

        def command(tx: Transaction, act: Act) -> Done:
            user = tx.people.find_user(act.company_id, intent.caller.user_id)
            if user is None or not is_right or user.password_hash != old_hash:
                raise invalid_field("current_password", "wrong_password")
            tx.people.change_user(user.id, password_hash=new_hash)
            kept = intent.caller.credential_id
            tx.people.revoke_all_of(user.id, CredentialKind.TOKEN, act.now, but=kept)
            return Done(user.id)

        return await self._gate.write(intent, command)

    async def _open(self, user: User) -> Session:
        secret = self._clock.new_secret()
        expires_at = self._clock.now() + self._lasts_s * SECOND

        def command(tx: Transaction, act: Act) -> Done:
            fresh = tx.people.find_user(user.company_id, user.id)
            if fresh is None or not fresh.is_active or fresh.password_hash != user.password_hash:
                raise Unauthenticated("WRONG_PASSWORD")
            token = _new_token(act, user, secret, expires_at)
            tx.people.add_credential(token)
            return Done(token.id)

        done = await self._gate.write_as_server(user.company_id, command)
        token = write_credential(CredentialKind.TOKEN, done.id, secret)
        return Session(done.id, token, user, expires_at)

    async def _find_hash(self, caller: Caller) -> str | None:
        user = await self._database.peek(lambda tx: tx.people.find_user(caller.company_id, caller.user_id))
        return user.password_hash if user else None


def _new_token(act: Act, user: User, secret: str, expires_at: Instant) -> Credential:
    return Credential(
        id=act.new_id(),
        company_id=act.company_id,
        user_id=user.id,
        kind=CredentialKind.TOKEN,
        name="",
        secret_sha256=hash_secret(secret),
        scopes="",
        created_at=act.now,
        created_by_user_id=user.id,
        expires_at=expires_at,
    )
