"""Time and chance as they are: the system's clock, UUIDs of version 7, secrets."""

import random
import secrets
import string
import threading
import time
from typing import Final

from fettle.domain.instants import Instant

_ALPHABET: Final = string.ascii_letters + string.digits
_SECRET_CHARACTERS: Final = 43
_COUNTER_BITS: Final = 18


class SystemClock:
    """Fulfils `services.ports.Clock`."""

    def __init__(self) -> None:
        # Ids must differ, not be secret: a seeded generator costs a tenth of asking the system each time.
        self._chance = random.Random(secrets.randbits(256))  # noqa: S311 - see above; secrets are made by `secrets`
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def now(self) -> Instant:
        return time.time_ns() // 1000

    def elapsed_s(self) -> float:
        return time.monotonic()

    def new_id(self) -> str:
        """RFC 9562 section 5.7; within a millisecond a counter keeps the order (section 6.2, method 1)."""
        ms, counter = self._tick()
        chance = self._chance.getrandbits(56)
        fourth = 0x8000 | (counter & 0x3F) << 8 | chance >> 48
        parts = ms >> 16, ms & 0xFFFF, counter >> 6, fourth, chance & 0xFFFFFFFFFFFF
        return "%08x-%04x-7%03x-%04x-%012x" % parts  # noqa: UP031 - an f-string takes more than twice the time

    def new_salt(self) -> str:
        return secrets.token_hex(16)

    def new_secret(self) -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_CHARACTERS))

    def _tick(self) -> tuple[int, int]:
        """A millisecond that never goes back in this process, and a count within it that starts anywhere below half."""
        with self._lock:
            ms = time.time_ns() // 1_000_000
            if ms > self._last_ms:
                self._last_ms, self._counter = ms, self._chance.getrandbits(_COUNTER_BITS - 1)
            else:
                self._counter += 1
                if self._counter >> _COUNTER_BITS:
                    self._last_ms, self._counter = self._last_ms + 1, 0
            return self._last_ms, self._counter
