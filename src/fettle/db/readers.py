"""A few connections for reading, each used by one thread at a time, beside the event loop."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, Protocol, TypeVar

from fettle.domain.errors import FettleError
from fettle.services.rows import Transaction

Result = TypeVar("Result")


class Reader(Protocol):
    """What is asked of a connection for reading."""

    def snapshot(self, query: Callable[[Transaction], Any]) -> Any:
        """Run the query against one state of the database."""
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

    async def run(self, read: Callable[[Connection], Result]) -> Result:
        """What `read` returns; raises Unavailable when the database does not answer."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, read)

    def close(self) -> None:
        """Finish what is being read and close the connections."""
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()

    def _run(self, read: Callable[[Connection], Result]) -> Result:
        try:
            connection = self._idle.pop() if self._idle else self._connect()
        except Exception as error:
            raise self._failure_of(error) or error from error
        try:
            result = read(connection)
        except Exception as error:
            failure = self._failure_of(error)
            if failure is None:
                self._idle.append(connection)
                raise
            connection.close()
            raise failure from error
        self._idle.append(connection)
        return result
