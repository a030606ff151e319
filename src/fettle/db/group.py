"""Group commit: all commands that wait go into one transaction and one fsync, and are answered after it.

One failure undoes only itself.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from fettle.db.sql import Sql
from fettle.domain.errors import FettleError, Unavailable
from fettle.services.rows import Transaction

FailureOf = Callable[[Exception], FettleError | None]
# Bounds how long one group holds the event loop and the write lock.
MOST_IN_A_GROUP: Final = 64
COME_BACK_AFTER_S: Final = 2


class Waiting:
    """A command, whoever waits for it, and what came of it."""

    __slots__ = ("command", "error", "future", "result", "work_order_id")

    def __init__(
        self,
        command: Callable[[Transaction], Any],
        work_order_id: str | None,
        future: asyncio.Future[Any],
    ) -> None:
        self.command = command
        self.work_order_id = work_order_id
        self.future = future
        self.result: Any = None
        self.error: Exception | None = None

    def answer(self) -> None:
        """Hand over the outcome; a caller that has gone away gets none."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class GroupCommit:
    """Queues commands and hands them, group after group, to `commit`, which leaves each one's outcome with it.

    `commit` raises when nothing of the group was kept. Where that is Unavailable, those in the queue are told so too:
    they would only wait for the same database. A caller that goes away while its command is queued takes it along;
    later, the command is committed all the same.
    """

    def __init__(self, commit: Callable[[list[Waiting]], Awaitable[None]]) -> None:
        self._commit = commit
        self._queue: deque[Waiting] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._closed = False
        self.seen: Callable[[int, int], None] = lambda _committed, _waiting: None

    async def run(self, command: Callable[[Transaction], Any], work_order_id: str | None) -> Any:
        """The command's result, once it is durable; raises what the command raised, or Unavailable."""
        if self._closed:
            raise Unavailable(retry_after_s=COME_BACK_AFTER_S)
        waiting = Waiting(command, work_order_id, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._runner is None:
            self._runner = asyncio.create_task(self._run_groups(), name="group commit")
        return await waiting.future

    async def close(self) -> None:
        """Take no more commands, and finish those that wait."""
        self._closed = True
        if self._runner is not None:
            await self._runner

    async def _run_groups(self) -> None:
        try:
            while self._queue:
                await self._run_group(self._take())
        finally:
            self._runner = None

    def _take(self) -> list[Waiting]:
        group: list[Waiting] = []
        while self._queue and len(group) < MOST_IN_A_GROUP:
            waiting = self._queue.popleft()
            if not waiting.future.cancelled():
                group.append(waiting)
        return group

    async def _run_group(self, group: list[Waiting]) -> None:
        try:
            if group:
                await self._commit(group)
                self.seen(len(group), len(self._queue))
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            if isinstance(error, Unavailable):
                group += self._queue
                self._queue.clear()
            for waiting in group:
                waiting.error = error
        for waiting in group:
            waiting.answer()


def run_commands(sql: Sql, nouns: Transaction, group: Sequence[Waiting], failure_of: FailureOf) -> bool:
    """Run each command inside the open transaction, a failing one undone by itself. Whether there is any to commit.

    Most groups have no failure and run without a savepoint for each, which saves a tenth of the time; one that has is
    run again with them. Raises a driver's error that is no command's fault (`failure_of` knows it): then the whole
    transaction is lost.
    """
    if len(group) == 1:  # needs no savepoint: it is the transaction
        return run_together(nouns, group, failure_of)
    sql.run("SAVEPOINT all_commands")
    if run_together(nouns, group, failure_of):
        return True
    sql.run("ROLLBACK TO all_commands")
    return run_apart(sql, nouns, group, failure_of)


def run_together(nouns: Transaction, group: Sequence[Waiting], failure_of: FailureOf) -> bool:
    """Run the commands up to the first that fails; whether all went well."""
    return all(_run(waiting, nouns, failure_of) for waiting in group)


def run_apart(sql: Sql, nouns: Transaction, group: Sequence[Waiting], failure_of: FailureOf) -> bool:
    """Run every command within its own savepoint; whether any went well."""
    for waiting in group:
        sql.run("SAVEPOINT command")
        if not _run(waiting, nouns, failure_of):
            sql.run("ROLLBACK TO command")
        sql.run("RELEASE command")
    return any(waiting.error is None for waiting in group)


def _run(waiting: Waiting, nouns: Transaction, failure_of: FailureOf) -> bool:
    try:
        waiting.result = waiting.command(nouns)
    except Exception as error:
        if failure_of(error) is not None:
            raise
        waiting.error = error
        return False
    waiting.error = None
    return True
