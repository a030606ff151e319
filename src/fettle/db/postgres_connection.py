"""A connection to PostgreSQL, with the settings that durability needs set and read back."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Final, LiteralString, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from fettle.db.refusals import EngineUnfit
from fettle.db.sql import Row
from fettle.db.transaction import Nouns
from fettle.services.rows import Transaction

Result = TypeVar("Result")
_OLDEST: Final = 160000
_DURABLE: Final = frozenset({"on", "remote_apply"})
_STATEMENTS_KEPT: Final = 300
_OPTIONS: Final[dict[str, Any]] = {
    "application_name": "fettle",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# Milliseconds. A transaction of ours is never idle for long; one that is belongs to a process that has been stopped.
_SETTINGS: Final = {
    "synchronous_commit": "on",
    "statement_timeout": "20000",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "30000",
    "default_transaction_isolation": "read committed",
}


class PostgresConnection:
    """One connection, used by one thread at a time, without a transaction until one is begun. Fulfils `Sql`."""

    # Not FOR UPDATE: rows that refer to a locked work order may be added all the same.
    row_lock: Final = " FOR NO KEY UPDATE"
    skip_locked: Final = " FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str) -> None:
        """Raises EngineUnfit for an old server or one that does not keep a setting, psycopg.Error when none answers."""
        self._connection = psycopg.connect(url, autocommit=True, prepare_threshold=1, **_OPTIONS)
        self._connection.prepared_max = _STATEMENTS_KEPT
        self.nouns: Final = Nouns(self)
        self.version: Final = f"PostgreSQL {self._connection.info.parameter_status('server_version')}"
        try:
            self._check()
        except Exception:
            self.close()
            raise

    @property
    def is_lost(self) -> bool:
        """Whether the connection has been cut."""
        return self._connection.closed

    def one(self, text: str, *values: Any) -> Row | None:
        row: Row | None = self._execute(text, values).fetchone()
        return row

    def all(self, text: str, *values: Any) -> list[Row]:
        rows: list[Row] = self._execute(text, values).fetchall()
        return rows

    def run(self, text: str, *values: Any) -> None:
        self._execute(text, values)

    def count(self, text: str, *values: Any) -> int:
        # In a pipeline a cursor knows its count only once its answer was asked for.
        row = self.one(f"WITH touched AS ({text} RETURNING 1) SELECT count(*) FROM touched", *values)  # noqa: S608
        return int(row[0]) if row else 0

    def run_each(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.cursor().executemany(_with_percent(text), rows)

    def pipelined(self) -> AbstractContextManager[object]:
        """Inside, statements without an answer are sent with the next one; leaving waits for all of them.

        So an error may come later than its statement, even at the end.
        """
        return self._connection.pipeline()

    def commit(self) -> None:
        """Raises psycopg.OperationalError when the server answers a COMMIT with a rollback."""
        answer = self._execute("COMMIT", ()).statusmessage
        if answer != "COMMIT":
            raise psycopg.OperationalError(f"COMMIT was answered with {answer}")

    def roll_back(self) -> None:
        """Undo what is not committed; nothing happens without a transaction, or without a connection."""
        status = self._connection.info.transaction_status
        if status == TransactionStatus.INERROR:
            # A pipeline skipped what came after the error; psycopg takes it for prepared until it forgets all, as here.
            self._connection.rollback()
        elif status not in {TransactionStatus.IDLE, TransactionStatus.UNKNOWN}:
            self._execute("ROLLBACK", ())

    def snapshot(self, query: Callable[[Transaction], Result]) -> Result:
        """Run the query against one state of the database."""
        try:
            with self.pipelined():
                self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                result = query(self.nouns)
                self.run("COMMIT")
        finally:
            self.roll_back()
        return result

    def look(self, query: Callable[[Transaction], Result]) -> Result:
        """Run the query without a transaction: one round trip less each way, and each statement sees its own state."""
        return query(self.nouns)

    def close(self) -> None:
        self._connection.close()

    def _execute(self, text: str, values: Sequence[Any]) -> psycopg.Cursor[Row]:
        # Without values psycopg reads no `%`, and PostgreSQL plans nothing.
        execute = self._connection.cursor().execute  # a cursor each: in a pipeline it collects every answer
        return execute(_with_percent(text), values) if values else execute(_own(text))

    def _check(self) -> None:
        if self._connection.info.server_version < _OLDEST:
            raise EngineUnfit(
                f"Fettle needs PostgreSQL 16 or newer; this is {self.version}.",
                f"Il faut à Fettle PostgreSQL 16 ou plus récent ; celui-ci est {self.version}.",
            )
        names = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SETTINGS.items())
        self.one(f"SELECT {names}")
        found = self.one("SELECT current_setting('synchronous_commit'), current_setting('server_encoding')")
        if found is None or found[0] not in _DURABLE or found[1] != "UTF8":
            raise EngineUnfit(
                f"PostgreSQL does not keep synchronous_commit = on, or is not UTF8: {found}.",
                f"PostgreSQL ne retient pas synchronous_commit = on, ou n'est pas en UTF8 : {found}.",
            )


@lru_cache(maxsize=2048)
def _with_percent(text: str) -> LiteralString:
    return _own(text.replace("%", "%%").replace("?", "%s"))


def _own(text: str) -> LiteralString:
    """Every statement is written by hand in this folder; only its values come from outside."""
    return text
