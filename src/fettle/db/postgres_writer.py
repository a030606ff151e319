"""The one writing connection of a process, in a thread of its own."""

from collections.abc import Callable, Sequence
from typing import Final

import psycopg

from fettle.db.group import Waiting, run_apart, run_together
from fettle.db.postgres_connection import PostgresConnection
from fettle.db.postgres_errors import failure_of, is_conflict, is_taken
from fettle.domain.crash_points import crash_point
from fettle.domain.errors import Unavailable

_TRIES: Final = 5
_LOCK_ORDERS: Final = "SELECT id FROM work_orders WHERE id = ANY(?) ORDER BY id FOR NO KEY UPDATE"


class PostgresWriter:
    """Commits groups; connects when it has to."""

    def __init__(self, connect: Callable[[], PostgresConnection]) -> None:
        self._connect = connect
        self._connection: PostgresConnection | None = None

    def connect(self) -> str:
        """Connect unless there is a connection; the server's version."""
        if self._connection is None:
            self._connection = self._connect()
        return self._connection.version

    def close(self) -> None:
        """Drop the connection; what it had not committed is undone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def commit(self, group: Sequence[Waiting]) -> None:
        """Run the commands in the order of their work orders and commit them; each one's outcome is left with it.

        Raises Unavailable for the whole group. One that loses against another transaction is run again,
        each command by itself. So is one that brought a value which is taken, for now it will find it there.
        After COMMIT was sent nothing is run again: it may have been done.
        """
        try:
            self._commit(sorted(group, key=_place))
            self._commit_one_by_one([waiting for waiting in group if is_taken(waiting.error)])
        except Exception as error:
            if not is_conflict(error):
                self.close()
                failure = failure_of(error)
                if failure is None:
                    raise
                raise failure from error
            self._commit_one_by_one(sorted(group, key=_place))

    def _commit(self, group: Sequence[Waiting]) -> None:
        connection = self._begin()
        try:
            keep = _run_pipelined(connection, group)
            if not keep and (len(group) > 1 or isinstance(group[0].error, psycopg.Error)):
                connection.roll_back()
                connection.run("BEGIN")
                _lock_orders(connection, group)
                keep = run_apart(connection, connection.nouns, group, failure_of)
        except Exception:
            connection.roll_back()
            raise
        if not keep:
            connection.roll_back()
            return
        crash_point("before_commit")
        connection.commit()
        crash_point("after_commit")

    def _begin(self) -> PostgresConnection:
        """A transaction on a connection that answers: one that was cut while idle is replaced."""
        if self._connection is not None:
            try:
                self._connection.run("BEGIN")
            except Exception:
                if not self._connection.is_lost:
                    raise
                self.close()
            else:
                return self._connection
        self._connection = self._connect()
        self._connection.run("BEGIN")
        return self._connection

    def _commit_one_by_one(self, group: Sequence[Waiting]) -> None:
        for place, waiting in enumerate(group):
            try:
                self._commit_alone(waiting)
            except Exception as error:  # noqa: BLE001 - those before it are committed; only it and the rest fail
                self.close()
                for failed in group[place:]:
                    failed.error = failure_of(error) or error
                return

    def _commit_alone(self, waiting: Waiting) -> None:
        for _ in range(_TRIES):
            try:
                self._commit([waiting])
            except Exception as error:
                if not is_conflict(error):
                    raise
                waiting.error = Unavailable(retry_after_s=1)
            else:
                if not is_taken(waiting.error):
                    return


def _run_pipelined(connection: PostgresConnection, group: Sequence[Waiting]) -> bool:
    """Whether all went well.

    A statement's error may come under a later command, or as that of a later statement, which was only skipped: running
    apart sorts that out.
    """
    try:
        with connection.pipelined():
            _lock_orders(connection, group)
            return run_together(connection.nouns, group, failure_of)
    except psycopg.Error as error:
        if failure_of(error) is not None:
            raise
        group[0].error = error
        return False


def _lock_orders(connection: PostgresConnection, group: Sequence[Waiting]) -> None:
    orders = sorted({waiting.work_order_id for waiting in group if waiting.work_order_id is not None})
    if orders:
        connection.run(_LOCK_ORDERS, orders)


def _place(waiting: Waiting) -> tuple[bool, str]:
    """In the order of work orders; commands about none come last."""
    return waiting.work_order_id is None, waiting.work_order_id or ""
