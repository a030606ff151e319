"""What SQLite alone can do wrong: locks of other processes, a failing disk, a second server."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from fettle.db import sqlite, sqlite_connection
from fettle.db.open import OpenDatabase, open_database
from fettle.db.refusals import AnotherServerRuns, EngineUnfit, SchemaNotCurrent
from fettle.db.sqlite_connection import SqliteConnection
from fettle.db.sqlite_module import sqlite3
from fettle.db.urls import sqlite_path
from fettle.domain.errors import Unavailable
from fettle.domain.people import Company
from fettle.services.rows import Transaction
from tests.db.records import new_id

_IOERR_FSYNC = 1034
_HOLD = """
import sys, time
from fettle.db.sqlite_module import sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("COMMIT")
"""


def path_of(url: str) -> Path:
    path = sqlite_path(url)
    assert path is not None
    return path


@contextmanager
def locked_by_another_process(url: str, seconds: float) -> Iterator[None]:
    command = [sys.executable, "-c", _HOLD, str(path_of(url)), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        try:
            yield
        finally:
            holder.kill()


async def opened(url: str, *, exclusive: bool = False) -> OpenDatabase:
    database = open_database(url, exclusive=exclusive)
    await database.start()
    return database


def add_company(name: str) -> Callable[[Transaction], None]:
    company = Company(new_id(), name, 1)
    return lambda tx: tx.people.add_company(company)


async def test_while_another_process_writes_the_loop_runs_and_reads_go_on(sqlite_url: str) -> None:
    database = await opened(sqlite_url)
    longest_s = 0.0

    async def watch_the_loop() -> None:
        nonlocal longest_s
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            longest_s = max(longest_s, time.monotonic() - before)

    with locked_by_another_process(sqlite_url, 1.0):
        watcher = asyncio.create_task(watch_the_loop())
        writes = [asyncio.create_task(database.write(add_company(str(number)))) for number in range(100)]
        await asyncio.sleep(0.3)
        assert not any(write.done() for write in writes)
        assert await database.peek(lambda tx: tx.people.companies()) == []
        assert await database.read(lambda tx: tx.people.companies()) == []
        await asyncio.gather(*writes)
        watcher.cancel()
    assert longest_s < 0.5
    assert len(await database.peek(lambda tx: tx.people.companies())) == 100
    await database.close()


async def test_a_lock_that_stays_makes_it_unavailable_until_it_goes(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_WAIT_MS", 300)
    database = await opened(sqlite_url)
    with locked_by_another_process(sqlite_url, 60):
        before = time.monotonic()
        writes = (database.write(add_company(str(number))) for number in range(200))
        answers = await asyncio.gather(*writes, return_exceptions=True)
        assert time.monotonic() - before < 3  # those who queue do not wait one after another
        assert {type(answer) for answer in answers} == {Unavailable}
        assert all(isinstance(answer, Unavailable) and answer.retry_after_s for answer in answers)
    await database.write(add_company("after"))
    assert len(await database.read(lambda tx: tx.people.companies())) == 1
    await database.close()


async def test_a_second_server_is_refused_and_a_command_is_not(sqlite_url: str) -> None:
    server = await opened(sqlite_url, exclusive=True)
    with pytest.raises(AnotherServerRuns, match="process"):
        await opened(sqlite_url, exclusive=True)
    beside = await opened(sqlite_url)
    writes = (each.write(add_company(new_id())) for _ in range(100) for each in (server, beside))
    await asyncio.gather(*writes)
    assert len(await server.read(lambda tx: tx.people.companies())) == 200
    await beside.close()
    await server.close()
    await (await opened(sqlite_url, exclusive=True)).close()


async def test_a_refused_start_leaves_the_lock_free(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/none.db"
    for _ in range(2):
        with pytest.raises(SchemaNotCurrent):
            await opened(url, exclusive=True)
    assert not (tmp_path / "none.db").exists()


class FailingCommit:
    """Runs real statements, but the disk fails at COMMIT, as often as asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error_code: int, times: int) -> None:
        run = SqliteConnection.run
        self.used: list[int] = []

        def failing_run(connection: SqliteConnection, text: str, *values: object) -> None:
            if text == "COMMIT":
                self.used.append(id(connection))
                if len(self.used) <= times:
                    error = sqlite3.OperationalError("the disk fails")
                    error.sqlite_errorcode = error_code
                    raise error
            run(connection, text, *values)

        monkeypatch.setattr(SqliteConnection, "run", failing_run)


@pytest.mark.parametrize("error_code", [_IOERR_FSYNC, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY])
async def test_after_a_failed_commit_nothing_is_kept_and_the_connection_is_never_used_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, error_code: int
) -> None:
    database = await opened(sqlite_url)
    disk = FailingCommit(monkeypatch, error_code, 1)
    writes = (database.write(add_company(str(number))) for number in range(5))
    answers = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}
    assert await database.read(lambda tx: tx.people.companies()) == []
    await database.write(add_company("after"))
    assert len(await database.read(lambda tx: tx.people.companies())) == 1
    assert len(set(disk.used)) == 2
    await database.close()


async def test_a_full_disk_is_told_and_recovers(sqlite_url: str) -> None:
    """SQLite's own limit stands for the disk: the error and what it undoes are the same."""
    database = await opened(sqlite_url)

    def fill(tx: Transaction) -> None:
        for _ in range(50):
            tx.people.add_company(Company(new_id(), "x" * 100_000, 1))

    await database.write(limit_pages(10))
    answers = await asyncio.gather(database.write(add_company("with it")), database.write(fill), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]
    assert await database.peek(lambda tx: tx.people.companies()) == []
    await database.write(add_company("after"))
    await database.close()


def limit_pages(more: int) -> Callable[[Transaction], None]:
    """A command that allows the file no more than so many further pages, on this connection."""

    def command(tx: Transaction) -> None:
        sql = tx.people._sql  # type: ignore[attr-defined]  # noqa: SLF001 - the test's own way to the engine
        pages = sql.one("PRAGMA page_count")[0]
        sql.one(f"PRAGMA max_page_count = {pages + more}")

    return command


def test_settings_that_do_not_hold_are_refused(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_connection, "_FULL", 7)  # SQLite keeps 7 as 3
    with pytest.raises(EngineUnfit, match="synchronous"):
        SqliteConnection(path_of(sqlite_url), read_only=False, wait_ms=0)


@pytest.mark.parametrize("read_only", [False, True])
def test_every_connection_is_durable_and_checked(sqlite_url: str, read_only: bool) -> None:  # noqa: FBT001 - a case
    with closing(SqliteConnection(path_of(sqlite_url), read_only=read_only, wait_ms=0)) as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only", "busy_timeout")
        found = [connection.one(f"PRAGMA {name}") for name in names]
    assert found == [("wal",), (2,), (1,), (int(read_only),), (0,)]


async def test_a_row_that_refers_to_nothing_is_refused(sqlite_url: str) -> None:
    database = await opened(sqlite_url)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await database.write(lambda tx: tx.work_orders.set_words("c", "none", frozenset({"word"})))
    await database.close()
