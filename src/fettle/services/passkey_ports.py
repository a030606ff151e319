"""What the services need of WebAuthn, and of rows for it; `ports.py` and `rows.py` say more of both."""

from typing import NamedTuple, Protocol

from fettle.domain.instants import Instant
from fettle.domain.passkeys import Answer, Assertion, Challenge, NewPasskey, Passkey, Purpose, Site


class Used(NamedTuple):
    """A passkey's answer that counts, and the device's counter."""

    assertion: Assertion
    sign_count: int


class PasskeyVerifier(Protocol):
    """WebAuthn level 3, sections 7.1 and 7.2; the person has to be present and verified by the device."""

    def registered(self, answer: Answer, challenge: bytes, site: Site) -> NewPasskey:
        """The new passkey; raises INVALID_BODY, naming `credential`, for an answer that does not count."""
        ...

    def used(self, answer: Answer, challenge: bytes, site: Site, passkey: Passkey) -> Used:
        """What to keep of the answer; raises WRONG_PASSKEY for one that does not count."""
        ...

    def holds(self, assertion: str, challenge: bytes) -> bool:
        """Whether what was kept is a signature, by its own key and a verified person, of this challenge."""
        ...


class PasskeyRows(Protocol):
    """Passkeys, and the challenges that are open."""

    def add(self, passkey: Passkey) -> bool:
        """Whether it was added; another has this credential id otherwise."""
        ...

    def find(self, user_id: str, passkey_id: str) -> Passkey | None: ...
    def find_by_credential(self, user_id: str, credential_id: str) -> Passkey | None: ...
    def of_user(self, user_id: str) -> list[Passkey]:
        """The oldest first."""
        ...

    def note_use(self, passkey_id: str, sign_count: int, now: Instant) -> None: ...
    def delete(self, passkey_id: str) -> None: ...
    def forget(self, user_id: str) -> None:
        """Delete all passkeys and challenges of this user."""
        ...

    def ask(self, challenge: Challenge) -> None:
        """In place of the one there was."""
        ...

    def find_challenge(self, user_id: str, purpose: Purpose, subject: str) -> Challenge | None: ...
    def end_challenge(self, challenge: Challenge) -> None: ...
