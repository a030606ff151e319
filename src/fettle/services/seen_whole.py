"""Which files were read whole and found right not long ago, so that parts of them may be served."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

from fettle.services.ports import Clock

# A player or a viewer asks for hundreds of ranges, and each would cost as much as the whole.
_COUNTS_FOR_S: Final = 3600.0
_MOST: Final = 4096


class SeenWhole:
    """Remembers storage keys, of this process alone; the oldest is forgotten first."""

    def __init__(self, clock: Clock) -> None:
        """`clock` comes from `build.py`."""
        self._clock = clock
        self._seen_at_s: OrderedDict[str, float] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def note(self, storage_key: str) -> None:
        """All of its bytes were right just now."""
        self._seen_at_s[storage_key] = self._clock.elapsed_s()
        self._seen_at_s.move_to_end(storage_key)
        while len(self._seen_at_s) > _MOST:
            self._seen_at_s.popitem(last=False)

    async def require(self, storage_key: str, read: Callable[[], Awaitable[AsyncIterator[bytes]]]) -> None:
        """Unless it was seen within the hour: `read` it to its end, which notes it. Who asks meanwhile waits."""
        lock = self._locks.setdefault(storage_key, asyncio.Lock())
        async with lock:
            if self._counts(storage_key):
                return
            async for _ in await read():
                pass

    def _counts(self, storage_key: str) -> bool:
        seen_at_s = self._seen_at_s.get(storage_key)
        return seen_at_s is not None and self._clock.elapsed_s() - seen_at_s < _COUNTS_FOR_S
