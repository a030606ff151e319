"""Failed attempts are counted by who makes them, in this process and for a minute."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_WINDOW_S: Final = 60.0
_MOST_KEPT: Final = 10_000


class Throttle:
    """Counts failures; a key over the limit has to wait until its minute is over."""

    def __init__(self, elapsed_s: Callable[[], float], limit: int) -> None:
        """`limit` failures a minute are answered as failures; what comes after is refused."""
        self._elapsed_s = elapsed_s
        self._limit = limit
        self._failures: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def failed(self, key: str) -> bool:
        """Count one failure; True when there have been too many."""
        since, count = self._current(key)
        self._failures[key] = (since, count + 1)
        self._failures.move_to_end(key)
        if len(self._failures) > _MOST_KEPT:
            self._failures.popitem(last=False)
        return count >= self._limit

    def take_back(self, key: str) -> None:
        """Uncount one: what was counted before its outcome was known was no failure."""
        since, count = self._current(key)
        if count:
            self._failures[key] = (since, count - 1)

    def is_blocked(self, key: str) -> bool:
        """Whether the key is over the limit now."""
        return self._current(key)[1] >= self._limit

    def _current(self, key: str) -> tuple[float, int]:
        now = self._elapsed_s()
        since, count = self._failures.get(key, (now, 0))
        return (since, count) if now - since < _WINDOW_S else (now, 0)
