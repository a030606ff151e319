"""SQLite as the database: one writer, a few readers, one server for each file.

Statements run on the event loop's own thread, because a writer thread fights with it for the interpreter (measured: 10
to 18% fewer commands a second). Only COMMIT, which waits for the disk, and another process's lock take a thread.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

import structlog

from fettle.db import schema
from fettle.db.group import COME_BACK_AFTER_S, GroupCommit, Waiting, run_commands
from fettle.db.readers import Readers
from fettle.db.server_lock import ServerLock
from fettle.db.sqlite_connection import LOCK_WAIT_MS, SqliteConnection
from fettle.db.sqlite_errors import failure_of, is_locked
from fettle.db.sqlite_module import LOSES_COMMITS, VERSION
from fettle.domain.crash_points import crash_point
from fettle.domain.errors import Unavailable
from fettle.flushed import require_writable
from fettle.services.rows import Transaction

Result = TypeVar("Result")
_READERS: Final = 4


class SqliteDatabase:
    """Fulfils `services.ports.Database`."""

    version: Final = VERSION

    def __init__(self, path: Path, *, exclusive: bool) -> None:
        """`exclusive` refuses to start while another server has the file; commands beside the server are not."""
        self._path = path
        self._lock = ServerLock(path) if exclusive else None
        self._writer: SqliteConnection | None = None
        self._peeker: SqliteConnection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="fettle-commit")
        self._readers = Readers(lambda: self._open(read_only=True), failure_of, _READERS)
        self._groups = GroupCommit(self._commit)

    async def start(self) -> None:
        """Open the file; raises AnotherServerRuns, SchemaNotCurrent or EngineUnfit."""
        if LOSES_COMMITS:
            structlog.get_logger().warning("sqlite_may_lose_commits", version=VERSION, needed="3.51.3")
        try:
            if self._lock is not None:
                self._lock.take()
            schema.require_current(f"sqlite://{self._path}")
            self._writer = self._open(read_only=False)
            self._peeker = self._open(read_only=True)
        except Exception:
            await self.close()
            raise

    def watch_groups(self, seen: Callable[[int, int], None]) -> None:
        """Call `seen` after each group, with how many commands were committed and how many wait behind them."""
        self._groups.seen = seen

    async def close(self) -> None:
        """Commit what waits, then close."""
        await self._groups.close()
        self._thread.shutdown()
        self._readers.close()
        for connection in (self._peeker, self._writer):
            if connection is not None:
                connection.close()
        self._peeker = self._writer = None
        if self._lock is not None:
            self._lock.release()

    async def write(self, command: Callable[[Transaction], Result], *, work_order_id: str | None = None) -> Result:
        result: Result = await self._groups.run(command, work_order_id)
        return result

    async def read(self, query: Callable[[Transaction], Result]) -> Result:
        return await self._readers.run(lambda connection: connection.snapshot(query))

    async def peek(self, query: Callable[[Transaction], Result]) -> Result:
        if self._peeker is None:
            raise Unavailable(retry_after_s=1)
        try:
            # Each statement sees the newest commit: what is peeked at is judged again in the transaction of a change.
            return query(self._peeker.nouns)
        except Exception as error:
            if failure_of(error) is None:
                raise
            return await self.read(query)

    def _open(self, *, read_only: bool) -> SqliteConnection:
        """A connection that never waits on the loop: only those of the reading threads wait for a lock."""
        return SqliteConnection(self._path, read_only=read_only, wait_ms=LOCK_WAIT_MS if read_only else 0)

    def _open_writer(self) -> SqliteConnection:
        """A writer anew, unless the disk gave up: its log must not be written over while it may hold the only copy."""
        _require_writable(self._path)
        return self._open(read_only=False)

    async def _commit(self, group: list[Waiting]) -> None:
        try:
            self._writer = writer = self._writer or await self._in_thread(self._open_writer)
            await self._begin(writer)
            if run_commands(writer, writer.nouns, group, failure_of):
                await self._in_thread(lambda: _commit_durably(writer, self._path))
            else:
                writer.roll_back()
        except Exception as error:
            await self._in_thread(self._drop_writer)
            failure = failure_of(error)
            if failure is None:
                raise
            raise failure from error

    async def _begin(self, writer: SqliteConnection) -> None:
        try:
            writer.run("BEGIN IMMEDIATE")
        except Exception as error:
            if not is_locked(error):
                raise
            await self._in_thread(lambda: _begin_waiting(writer))

    def _drop_writer(self) -> None:
        """After a failure nothing is committed on that connection again: what it believes may not be on the disk."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _begin_waiting(writer: SqliteConnection) -> None:
    writer.wait_at_most(LOCK_WAIT_MS)
    try:
        writer.run("BEGIN IMMEDIATE")
    finally:
        writer.wait_at_most(0)


def _commit_durably(writer: SqliteConnection, path: Path) -> None:
    crash_point("before_commit")
    writer.run("COMMIT")
    _require_writable(path)
    crash_point("after_commit")


def _require_writable(path: Path) -> None:
    try:
        require_writable(path.parent)
    except OSError as error:
        raise Unavailable(retry_after_s=COME_BACK_AFTER_S) from error
