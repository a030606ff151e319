"""Idempotency-Key: what was done under a key, so that the same request again is answered with the same effect."""

import msgspec

from fettle.domain.errors import Conflict
from fettle.domain.instants import SECOND, Instant

KEPT_FOR = 7 * 24 * 3600 * SECOND


class Idempotency(msgspec.Struct, frozen=True):
    """A key as sent with a request, and the fingerprint of that request: method, path, caller and body."""

    key: str
    fingerprint: str


class Effect(msgspec.Struct, frozen=True, array_like=True):
    """What a request under a key did: `result` is the id of what it made or touched."""

    company_id: str
    user_id: str
    key: str
    fingerprint: str
    result: str
    created_at: Instant


def require_same(effect: Effect, sent: Idempotency) -> None:
    """Raise IDEMPOTENCY_KEY_REUSED when the key was used for another request."""
    if effect.fingerprint != sent.fingerprint:
        raise Conflict("IDEMPOTENCY_KEY_REUSED")
