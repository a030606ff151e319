"""A connection to SQLite, with the settings that durability needs set and read back."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from fettle.db.refusals import EngineUnfit
from fettle.db.sql import Row
from fettle.db.sqlite_module import sqlite3
from fettle.db.transaction import Nouns
from fettle.services.rows import Transaction

Result = TypeVar("Result")
LOCK_WAIT_MS: Final = 10_000
_FULL: Final = 2
_IN_MEMORY: Final = 2
_STATEMENTS_KEPT: Final = 512
_CACHE_KIB: Final = 8 * 1024


class SqliteConnection:
    """One connection, used by one thread at a time. Fulfils `Sql`; alone in writing, it needs no row locks."""

    row_lock: Final = ""
    skip_locked: Final = ""

    def __init__(self, path: Path, *, read_only: bool, wait_ms: int) -> None:
        """Raises EngineUnfit when a setting does not hold, and sqlite3.Error when the file cannot be opened."""
        self._connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS_KEPT,
        )
        self.nouns: Final = Nouns(self)
        # The write-ahead log is asked for first, by the one setting that may have to wait for a lock.
        self._set("busy_timeout", LOCK_WAIT_MS)
        self._set("journal_mode", "wal")
        self._set("synchronous", _FULL)
        self._set("fullfsync", 1)
        self._set("foreign_keys", 1)
        self._set("temp_store", _IN_MEMORY)
        self._set("cache_size", -_CACHE_KIB)
        self._set("trusted_schema", 0)
        self._set("query_only", int(read_only))
        self.wait_at_most(wait_ms)

    def wait_at_most(self, wait_ms: int) -> None:
        """How long a statement waits for another connection's lock."""
        self._set("busy_timeout", wait_ms)

    def one(self, text: str, *values: Any) -> Row | None:
        rows: list[Row] = self._connection.execute(text, values).fetchall()
        return rows[0] if rows else None

    def all(self, text: str, *values: Any) -> list[Row]:
        rows: list[Row] = self._connection.execute(text, values).fetchall()
        return rows

    def run(self, text: str, *values: Any) -> None:
        self._connection.execute(text, values)

    def count(self, text: str, *values: Any) -> int:
        return self._connection.execute(text, values).rowcount

    def run_each(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(text, rows)

    def snapshot(self, query: Callable[[Transaction], Result]) -> Result:
        """Run the query against one state of the database."""
        self._connection.execute("BEGIN")
        try:
            return query(self.nouns)
        finally:
            self.roll_back()

    def roll_back(self) -> None:
        """Undo what is not committed; nothing happens when SQLite has done so already."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    @property
    def is_lost(self) -> bool:
        """Never: there is no server that could go away."""
        return False

    def close(self) -> None:
        self._connection.close()

    def _set(self, name: str, value: int | str) -> None:
        self._connection.execute(f"PRAGMA {name} = {value}").fetchall()
        found = self._connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != value:
            raise EngineUnfit(
                f"SQLite does not keep {name} = {value}; it says {found}.",
                f"SQLite ne retient pas {name} = {value} ; il répond {found}.",
            )
