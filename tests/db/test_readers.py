"""The connections for reading, shared by threads."""

import asyncio
import threading

import pytest

from fettle.db.readers import Readers
from fettle.domain.errors import FettleError, Unavailable

_READS = 2000


class Line:
    """A connection that tells when two threads use it at once."""

    is_lost = False

    def __init__(self) -> None:
        self._in_use = threading.Lock()

    def use(self) -> bool:
        free = self._in_use.acquire(blocking=False)
        if free:
            self._in_use.release()
        return free

    def close(self) -> None:
        pass


def failure_of(error: Exception) -> FettleError | None:
    return error if isinstance(error, FettleError) else None


async def test_many_threads_share_a_few_connections() -> None:
    readers = Readers(Line, failure_of, 8)
    assert all(await asyncio.gather(*(readers.run(Line.use) for _ in range(_READS))))
    readers.close()


async def test_the_last_idle_connection_may_be_gone_when_a_thread_wants_it() -> None:
    readers = Readers(Line, failure_of, 2)
    both = threading.Barrier(2)

    def read_beside(line: Line) -> bool:
        both.wait(5)
        return line.use()

    assert await readers.run(Line.use)
    assert all(await asyncio.gather(readers.run(read_beside), readers.run(read_beside)))
    readers.close()


async def test_reading_after_the_end_is_unavailable() -> None:
    readers = Readers(Line, failure_of, 1)
    readers.close()
    with pytest.raises(Unavailable):
        await readers.run(Line.use)
