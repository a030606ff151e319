"""A few connections for reading, each used by one thread at a time, beside the event loop."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar

from fettle.db.group import COME_BACK_AFTER_S
from fettle.domain.errors import FettleError, Unavailable

Result = TypeVar("Result")


class Reader(Protocol):
    """What is asked of a connection for reading."""

    @property
    def is_lost(self) -> bool:
        """Whether the connection has been cut: another one may work."""
        ...

    def close(self) -> None: ...


Connection = TypeVar("Connection", bound=Reader)


class Readers(Generic[Connection]):
    """Connections are opened when first needed, at most one for each thread, and closed after a driver's failure."""

    def __init__(
        self, connect: Callable[[], Connection], failure_of: Callable[[Exception], FettleError | None], most: int
    ) -> None:
        self._connect = connect
        self._failure_of = failure_of
        self._idle: deque[Connection] = deque()
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="fettle-read")
        self._closed = False

    async def run(self, read: Callable[[Connection], Result]) -> Result:
        """What `read` returns; raises Unavailable when the database does not answer."""
        if self._closed:
            raise Unavailable(retry_after_s=COME_BACK_AFTER_S)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, read)

    def close(self) -> None:
        """Finish what is being read and close the connections; reading is refused from now on."""
        self._closed = True
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()

    def _run(self, read: Callable[[Connection], Result]) -> Result:
        """A connection that was cut while idle is replaced: reading again is safe."""
        while True:
            connection, reused = self._take()
            try:
                result = read(connection)
            except Exception as error:
                failure = self._failure_of(error)
                if failure is None:
                    self._idle.append(connection)
                    raise
                again = reused and connection.is_lost
                connection.close()
                if not again:
                    raise failure from error
            else:
                self._idle.append(connection)
                return result

    def _take(self) -> tuple[Connection, bool]:
        """A connection, and whether it was used before. Another thread may take the last idle one at any moment."""
        try:
            return self._idle.pop(), True
        except IndexError:
            return self._open(), False

    def _open(self) -> Connection:
        try:
            return self._connect()
        except Exception as error:
            failure = self._failure_of(error)
            if failure is None:
                raise
            raise failure from error
