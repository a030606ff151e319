"""The passkeys of a person: registered with the password, listed, taken away."""

import asyncio
import hashlib
from typing import NamedTuple

from fettle.domain.accounts import require_user_token
from fettle.domain.errors import Conflict, NotFound, invalid_field
from fettle.domain.instants import SECOND
from fettle.domain.passkeys import (
    CHALLENGE_LASTS_S,
    MAX_PASSKEYS,
    Answer,
    Challenge,
    Passkey,
    Purpose,
    Site,
    require_site,
)
from fettle.domain.people import Caller, User
from fettle.services.gate import Act, Done, Gate, Intent, require_user
from fettle.services.passkey_ports import PasskeyVerifier
from fettle.services.ports import Clock, Database
from fettle.services.proofs import PasswordProof, require_same_password
from fettle.services.rows import Transaction


class Asked(NamedTuple):
    """What a browser needs to ask a device with: the challenge, who is asked, which passkeys the person has here."""

    site: Site
    challenge: Challenge
    user: User
    passkeys: list[Passkey]


class Passkeys:
    """Every method raises USER_TOKEN_REQUIRED for an API key."""

    def __init__(
        self, database: Database, gate: Gate, clock: Clock, verifier: PasskeyVerifier, site: Site | None
    ) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._clock = clock
        self._verifier = verifier
        self._site = site

    def require_available(self) -> None:
        """Raise PASSKEYS_UNAVAILABLE where there is no public address that browsers take passkeys for."""
        require_site(self._site)

    async def of_caller(self, caller: Caller) -> list[Passkey]:
        """The caller's own, the oldest first."""
        require_user_token(caller)
        return await self._database.read(lambda tx: tx.passkeys.of_user(caller.user_id))

    async def begin(self, intent: Intent, proof: PasswordProof) -> Asked:
        """A challenge to register a passkey with; raises PASSKEYS_UNAVAILABLE, WRONG_PASSWORD, TOO_MANY_PASSKEYS."""
        require_user_token(intent.caller)
        require_site(self._site)

        def command(tx: Transaction, act: Act) -> Done:
            user = require_user(tx, act.company_id, act.actor_id, "user_id")
            require_same_password(user, proof)
            if len(tx.passkeys.of_user(user.id)) >= MAX_PASSKEYS:
                raise Conflict("TOO_MANY_PASSKEYS", max=MAX_PASSKEYS)
            nonce = act.new_salt()
            ask(tx, act, Purpose.REGISTER, "", nonce, hashlib.sha256(nonce.encode()).hexdigest())
            return Done(user.id)

        await self._gate.write(intent, command)
        return await self.asked(intent.caller, Purpose.REGISTER, "")

    async def asked(self, caller: Caller, purpose: Purpose, subject: str) -> Asked:
        """The challenge that is open, with what belongs to it."""
        site = require_site(self._site)

        def query(tx: Transaction) -> Asked:
            challenge = tx.passkeys.find_challenge(caller.user_id, purpose, subject)
            if challenge is None:
                raise NotFound
            user = require_user(tx, caller.company_id, caller.user_id, "user_id")
            return Asked(site, challenge, user, tx.passkeys.of_user(caller.user_id))

        return await self._database.read(query)

    async def register(self, intent: Intent, name: str, answer: Answer) -> Done:
        """Keep the passkey that answers the challenge; raises PASSKEYS_UNAVAILABLE, INVALID_BODY."""
        require_user_token(intent.caller)
        site, user_id = require_site(self._site), intent.caller.user_id
        challenge = await self._database.peek(lambda tx: tx.passkeys.find_challenge(user_id, Purpose.REGISTER, ""))
        if challenge is None:
            raise invalid_field("credential", "passkey")
        asked = bytes.fromhex(challenge.sha256)
        new = await asyncio.to_thread(self._verifier.registered, answer, asked, site)

        def command(tx: Transaction, act: Act) -> Done:
            if not _is_open(tx, act, challenge):
                raise invalid_field("credential", "passkey")
            made = Passkey(act.new_id(), act.company_id, act.actor_id, name, *new, created_at=act.now)
            if not tx.passkeys.add(made):
                raise invalid_field("credential", "taken")
            tx.passkeys.end_challenge(challenge)
            return Done(made.id)

        return await self._gate.write(intent, command)

    async def remove(self, intent: Intent, passkey_id: str) -> Done:
        """Forget one of the caller's own; what it signed stays verifiable. Raises NotFound."""
        require_user_token(intent.caller)

        def command(tx: Transaction, act: Act) -> Done:
            if tx.passkeys.find(act.actor_id, passkey_id) is None:
                raise NotFound
            tx.passkeys.delete(passkey_id)
            return Done(passkey_id)

        return await self._gate.write(intent, command)


def ask(tx: Transaction, act: Act, purpose: Purpose, subject: str, nonce: str, sha256: str) -> None:
    """Open a challenge for the person who acts."""
    expires_at = act.now + CHALLENGE_LASTS_S * SECOND
    tx.passkeys.ask(Challenge(act.actor_id, purpose, subject, act.company_id, nonce, sha256, expires_at))


def _is_open(tx: Transaction, act: Act, challenge: Challenge) -> bool:
    found = tx.passkeys.find_challenge(challenge.user_id, challenge.purpose, challenge.subject)
    return found == challenge and challenge.counts_at(act.now)
