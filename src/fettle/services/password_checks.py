"""Passwords hashed and compared beside the event loop, a few at once."""

import asyncio
from typing import Final, Protocol

from fettle.domain.accounts import MAX_PASSWORD_CHARACTERS, check_password

# Each takes some 20 MiB and a core for a while; more at once would only be slower.
_AT_ONCE: Final = 2


class PasswordHasher(Protocol):
    """Passwords are kept as argon2id hashes. Both take about 50 ms of a core: call them beside the event loop."""

    def hash(self, password: str) -> str:
        """The encoded hash."""
        ...

    def matches(self, encoded: str, password: str) -> bool:
        """Whether the password is the one that was hashed."""
        ...


class PasswordChecks:
    """What sessions and users share of passwords."""

    def __init__(self, hasher: PasswordHasher) -> None:
        """The hasher comes from `build.py`."""
        self._hasher = hasher
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._hash_of_nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The encoded hash of a password."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def hash_new(self, password: str | None, field: str = "password") -> str | None:
        """The same for a password being set, None for none; raises INVALID_BODY when it is too short or too long."""
        return None if password is None else await self.hash(check_password(password, field))

    async def matches(self, encoded: str | None, password: str) -> bool:
        """Whether the password is the one; without a hash never, after just as much work."""
        if len(password) > MAX_PASSWORD_CHARACTERS:
            return False
        if self._hash_of_nobody is None:
            self._hash_of_nobody = await self.hash("")
        async with self._turn:
            is_same = await asyncio.to_thread(self._hasher.matches, encoded or self._hash_of_nobody, password)
        return is_same and encoded is not None
