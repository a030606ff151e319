"""The bare reference's rows: SQLite, one durable commit for all who are waiting.

Statements run on the event loop's own thread and only COMMIT runs in another, so that the two do not
fight for the interpreter. While a commit is under way, whoever comes next waits for the one after it.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3  # type: ignore[import-untyped]  # ships no types

TABLES = """
CREATE TABLE evidence (
  id TEXT PRIMARY KEY, work_order_id TEXT NOT NULL, kind TEXT NOT NULL, object_key TEXT NOT NULL,
  cdn_url TEXT, taken_at TEXT, step TEXT, sha256 TEXT, size INTEGER, added_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX evidence_by_order ON evidence (work_order_id, added_at);
CREATE TABLE activity (
  id TEXT PRIMARY KEY, work_order_id TEXT NOT NULL, type TEXT NOT NULL, message TEXT NOT NULL,
  data TEXT NOT NULL, added_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX activity_by_order ON activity (work_order_id, added_at);
"""
ADD_EVIDENCE = "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
ADD_ACTIVITY = "INSERT INTO activity VALUES (?, ?, ?, ?, ?, ?)"

Row = tuple[str | int | None, ...]
Waiting = tuple[Row, Row, asyncio.Future[None]]


class Rows:
    """`add` returns when its two rows are on the disk."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.executescript(TABLES)
        self.waiting: list[Waiting] = []
        self.is_committing = False
        self.committer = ThreadPoolExecutor(1)

    async def add(self, evidence: Row, activity: Row) -> None:
        loop = asyncio.get_running_loop()
        committed = loop.create_future()
        self.waiting.append((evidence, activity, committed))
        if not self.is_committing:
            self.is_committing = True
            loop.call_soon(self.write_group, loop)
        await committed

    def write_group(self, loop: asyncio.AbstractEventLoop) -> None:
        group, self.waiting = self.waiting, []
        execute = self.connection.execute
        execute("BEGIN IMMEDIATE")
        for evidence, activity, _ in group:
            execute(ADD_EVIDENCE, evidence)
            execute(ADD_ACTIVITY, activity)
        commit = loop.run_in_executor(self.committer, self.connection.commit)
        commit.add_done_callback(lambda done: self.answer(loop, group, done))

    def answer(self, loop: asyncio.AbstractEventLoop, group: list[Waiting], done: asyncio.Future[None]) -> None:
        error = done.exception()
        for _, _, committed in group:
            committed.set_result(None) if error is None else committed.set_exception(error)
        if self.waiting:
            loop.call_soon(self.write_group, loop)
        else:
            self.is_committing = False
