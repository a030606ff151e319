"""PostgreSQL as the database: one writing connection in each process, a few for reading; any number of processes.

Groups of several processes do not deadlock on work orders: each group locks those it names first, in the order of id.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar

from fettle.db import schema
from fettle.db.group import GroupCommit, Waiting
from fettle.db.postgres_connection import PostgresConnection
from fettle.db.postgres_errors import failure_of
from fettle.db.postgres_server_lock import connect_alone, connect_as_server
from fettle.db.postgres_writer import PostgresWriter
from fettle.db.readers import Readers
from fettle.services.rows import Transaction

Result = TypeVar("Result")
_READERS: Final = 4


class PostgresDatabase:
    """Fulfils `services.ports.Database`."""

    def __init__(self, url: str, *, exclusive: bool, alone: bool) -> None:
        """`exclusive` is a server, one of any number; `alone` refuses to start beside one, and lets none start."""
        self._url = url
        self.version = "PostgreSQL"
        connect = connect_as_server if exclusive else PostgresConnection
        self._writer = PostgresWriter(partial(connect_alone if alone else connect, url))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="fettle-write")
        self._readers = Readers(partial(connect, url), failure_of, _READERS)
        self._groups = GroupCommit(self._commit)

    async def start(self) -> None:
        """Connect; raises EngineUnfit, SchemaNotCurrent, AnotherServerRuns, or Unavailable when no server answers."""
        try:
            self.version = await self._in_thread(self._writer.connect)
            await self._in_thread(lambda: schema.require_current(self._url))
        except Exception as error:
            await self.close()
            failure = failure_of(error)
            if failure is None:
                raise
            raise failure from error

    def watch_groups(self, seen: Callable[[int, int], None]) -> None:
        """Call `seen` after each group, with how many commands were committed and how many wait behind them."""
        self._groups.seen = seen

    async def close(self) -> None:
        """Commit what waits, then close."""
        await self._groups.close()
        await self._in_thread(self._writer.close)
        self._thread.shutdown()
        self._readers.close()

    async def write(self, command: Callable[[Transaction], Result], *, work_order_id: str | None = None) -> Result:
        result: Result = await self._groups.run(command, work_order_id)
        return result

    async def read(self, query: Callable[[Transaction], Result]) -> Result:
        return await self._readers.run(lambda connection: connection.snapshot(query))

    async def peek(self, query: Callable[[Transaction], Result]) -> Result:
        return await self._readers.run(lambda connection: connection.look(query))

    async def _commit(self, group: list[Waiting]) -> None:
        await self._in_thread(lambda: self._writer.commit(group))

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
