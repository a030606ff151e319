"""Who may send to the store now: few at once, and nobody waits for a store that has fallen silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final

from fettle.blobs.s3_faults import ANSWER_S

_LOOK_AGAIN_S: Final = 1.0
_LEAST_S: Final = 1.0


class PutQueue:
    """Waiting counts as long as others get through: a slow store is waited for, a silent one is not."""

    def __init__(self, places: int) -> None:
        """So many puts run at once."""
        self._places = asyncio.Semaphore(places)
        self._last_success_s = 0.0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[float]:
        """Wait for a place; gives the seconds that the put may take. Raises TimeoutError when the store is silent."""
        since_s = monotonic()
        while not await self._free_soon():
            if self._left_s(since_s) < _LEAST_S:
                raise TimeoutError
        try:
            yield max(_LEAST_S, self._left_s(since_s))
            self._last_success_s = monotonic()
        finally:
            self._places.release()

    def _left_s(self, since_s: float) -> float:
        """How much longer than until now the store may be silent."""
        return ANSWER_S - (monotonic() - max(since_s, self._last_success_s))

    async def _free_soon(self) -> bool:
        try:
            async with asyncio.timeout(_LOOK_AGAIN_S):
                return await self._places.acquire()
        except TimeoutError:
            return False
