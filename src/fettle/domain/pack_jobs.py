"""Evidence packs of many work orders, made in the background and kept for a while."""

from enum import StrEnum
from typing import Final

import msgspec

from fettle.domain.errors import Conflict, TooMany
from fettle.domain.instants import MINUTE, Instant

KEPT_FOR: Final = 7 * 24 * 60 * MINUTE
MOST_PACKS: Final = 20
_RETRY_S: Final = 60


class PackState(StrEnum):
    """How far it is; `ready` and `failed` are its end."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


class PackJob(msgspec.Struct, frozen=True, array_like=True):
    """One of them. `conditions` is the filter as JSON; `attempt` counts how often it was begun.

    `orders` is how many work orders there are, once that is known; `bytes` how many bytes are written. `problem` is the
    code of the error that it failed with.
    """

    id: str
    company_id: str
    created_by_user_id: str
    created_at: Instant
    expires_at: Instant
    conditions: str
    language: str
    state: PackState
    attempt: int = 0
    orders_done: int = 0
    bytes: int = 0
    orders: int | None = None
    time_zone: str | None = None
    storage_key: str | None = None
    sha256: str | None = None
    ended_at: Instant | None = None
    problem: str | None = None

    def require_ready(self) -> tuple[str, str]:
        """Where its bytes are and their SHA-256; raises PACK_NOT_READY."""
        if self.storage_key is None or self.sha256 is None:
            raise Conflict("PACK_NOT_READY", state=self.state.value)
        return self.storage_key, self.sha256


def require_room(packs: int) -> None:
    """Raise TOO_MANY_PACKS where a company has as many as it may."""
    if packs >= MOST_PACKS:
        raise TooMany("TOO_MANY_PACKS", retry_after_s=_RETRY_S, max=MOST_PACKS)
