"""That who is signed in is still there: they show again, just now, what only they have."""

import asyncio
from typing import NamedTuple, Protocol

from fettle.domain.accounts import require_user_token
from fettle.domain.canonical import canonical
from fettle.domain.completions import Method, Statement
from fettle.domain.errors import Conflict, Unauthenticated
from fettle.domain.passkeys import Answer, Challenge, Passkey, Purpose, Site, require_site
from fettle.domain.people import Caller, User
from fettle.services.gate import Act
from fettle.services.passkey_ports import PasskeyVerifier, Used
from fettle.services.password_checks import PasswordChecks
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction


class Proof(Protocol):
    """What was shown, for one signature."""

    @property
    def method(self) -> Method: ...

    def nonce(self, act: Act) -> str:
        """What the statement is salted with."""
        ...

    def assertion(self, tx: Transaction, act: Act, signer: User, statement: Statement) -> str | None:
        """What is kept of it; raises when it does not count for this person and statement now."""
        ...


class PasswordProof(NamedTuple):
    """A password that was right a moment ago; `password_hash` is what it was compared with."""

    password_hash: str
    method: Method = Method.PASSWORD

    def nonce(self, act: Act) -> str:
        """A fresh one."""
        return act.new_salt()

    def assertion(self, _tx: Transaction, _act: Act, signer: User, _statement: Statement) -> None:
        """Raise WRONG_PASSWORD when the password was changed meanwhile."""
        require_same_password(signer, self)


class PasskeyProof(NamedTuple):
    """A passkey's answer to a challenge, which is the hash of the statement that is signed."""

    challenge: Challenge
    passkey: Passkey
    used: Used
    method: Method = Method.PASSKEY

    def nonce(self, _act: Act) -> str:
        """That of the challenge."""
        return self.challenge.nonce

    def assertion(self, tx: Transaction, act: Act, signer: User, statement: Statement) -> str:
        """Raise CONTENT_CHANGED when another statement was signed than holds now, WRONG_PASSKEY for a second use."""
        asked = tx.passkeys.find_challenge(signer.id, self.challenge.purpose, self.challenge.subject)
        passkey = tx.passkeys.find(signer.id, self.passkey.id)
        if asked != self.challenge or not asked.counts_at(act.now) or passkey != self.passkey:
            raise Unauthenticated("WRONG_PASSKEY")
        if statement.sha256 != asked.sha256:
            raise Conflict("CONTENT_CHANGED")
        tx.passkeys.end_challenge(asked)
        tx.passkeys.note_use(passkey.id, self.used.sign_count, act.now)
        return canonical(self.used.assertion).decode()


class NoProof(NamedTuple):
    """An answer to a challenge that is not open: all that it can be is a repeat of what was done already."""

    method: Method = Method.PASSKEY

    def nonce(self, act: Act) -> str:
        """One that nobody signed."""
        return act.new_salt()

    def assertion(self, _tx: Transaction, _act: Act, _signer: User, _statement: Statement) -> str:
        """Raise WRONG_PASSKEY."""
        raise Unauthenticated("WRONG_PASSKEY")


class Proofs:
    """Every method raises USER_TOKEN_REQUIRED for an API key."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: PasswordChecks,
        verifier: PasskeyVerifier,
        site: Site | None,
    ) -> None:
        """All come from `build.py`."""
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._verifier = verifier
        self._site = site

    async def password(self, caller: Caller, password: str) -> PasswordProof:
        """Compare the caller's password; raises WRONG_PASSWORD."""
        require_user_token(caller)
        user = await self._database.peek(lambda tx: tx.people.find_user(caller.company_id, caller.user_id))
        encoded = user.password_hash if user else None
        if not await self._passwords.matches(encoded, password) or encoded is None:
            raise Unauthenticated("WRONG_PASSWORD")
        return PasswordProof(encoded)

    async def passkey(self, caller: Caller, work_order_id: str, answer: Answer) -> PasskeyProof | NoProof:
        """Check the answer to the challenge that the caller was given for this order.

        Raises PASSKEYS_UNAVAILABLE, WRONG_PASSKEY.
        """
        require_user_token(caller)
        site, now = require_site(self._site), self._clock.now()
        credential_id = str(answer.get("id"))

        def query(tx: Transaction) -> tuple[Challenge | None, Passkey | None]:
            challenge = tx.passkeys.find_challenge(caller.user_id, Purpose.SIGN, work_order_id)
            return challenge, tx.passkeys.find_by_credential(caller.user_id, credential_id)

        challenge, passkey = await self._database.peek(query)
        if challenge is None or not challenge.counts_at(now):
            return NoProof()
        if passkey is None:
            raise Unauthenticated("WRONG_PASSKEY")
        asked = bytes.fromhex(challenge.sha256)
        used = await asyncio.to_thread(self._verifier.used, answer, asked, site, passkey)
        return PasskeyProof(challenge, passkey, used)


def require_same_password(user: User, proof: PasswordProof) -> None:
    """Raise WRONG_PASSWORD when the password was changed since."""
    if user.password_hash != proof.password_hash:
        raise Unauthenticated("WRONG_PASSWORD")
