"""Passwords as argon2id hashes."""

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argon2


class Argon2Hasher:
    """Fulfils `services.password_checks.PasswordHasher`."""

    def hash(self, password: str) -> str:
        return _hasher().hash(password)

    def matches(self, encoded: str, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - see _hasher

        try:
            return _hasher().verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False


@functools.cache
def _hasher() -> "argon2.PasswordHasher":
    """OWASP's first choice for argon2id: 19 MiB, two passes, one lane; some 40 ms of a core."""
    import argon2  # noqa: PLC0415 - loading it takes 100 ms, a tenth of the time that a start may take

    return argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
