"""Passkeys and their challenges as rows."""

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.instants import Instant
from fettle.domain.passkeys import Challenge, Passkey, Purpose

PASSKEYS = Table("passkeys", Passkey)
CHALLENGES = Table("passkey_challenges", Challenge)
_ONE = "user_id = ? AND purpose = ? AND subject = ?"


class PasskeyTables:
    """Fulfils `services.passkey_ports.PasskeyRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, passkey: Passkey) -> bool:
        return PASSKEYS.add_unless(self._sql, passkey, "(credential_id)")

    def find(self, user_id: str, passkey_id: str) -> Passkey | None:
        return PASSKEYS.find(self._sql, "id = ? AND user_id = ?", passkey_id, user_id)

    def find_by_credential(self, user_id: str, credential_id: str) -> Passkey | None:
        return PASSKEYS.find(self._sql, "credential_id = ? AND user_id = ?", credential_id, user_id)

    def of_user(self, user_id: str) -> list[Passkey]:
        return PASSKEYS.all(self._sql, "user_id = ? ORDER BY created_at, id", user_id)

    def note_use(self, passkey_id: str, sign_count: int, now: Instant) -> None:
        PASSKEYS.change(self._sql, "id = ?", [passkey_id], {"sign_count": sign_count, "last_used_at": now})

    def delete(self, passkey_id: str) -> None:
        self._sql.run("DELETE FROM passkeys WHERE id = ?", passkey_id)

    def forget(self, user_id: str) -> None:
        self._sql.run("DELETE FROM passkeys WHERE user_id = ?", user_id)
        self._sql.run("DELETE FROM passkey_challenges WHERE user_id = ?", user_id)

    def ask(self, challenge: Challenge) -> None:
        self.end_challenge(challenge)
        CHALLENGES.add(self._sql, challenge)

    def find_challenge(self, user_id: str, purpose: Purpose, subject: str) -> Challenge | None:
        return CHALLENGES.find(self._sql, _ONE, user_id, purpose, subject)

    def end_challenge(self, challenge: Challenge) -> None:
        one = challenge.user_id, challenge.purpose, challenge.subject
        self._sql.run(f"DELETE FROM passkey_challenges WHERE {_ONE}", *one)  # noqa: S608 - our text
