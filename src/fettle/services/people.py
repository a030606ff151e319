"""Who is calling: the credential behind a request, and the work order that it names, in one look."""

import asyncio
import hmac
import logging
from typing import Final

from fettle.domain.credentials import Presented
from fettle.domain.errors import Unauthenticated
from fettle.domain.instants import SECOND, Instant
from fettle.domain.people import Caller, Standing, caller_of
from fettle.domain.work_orders import WorkOrder
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction

LAST_USE_EVERY: Final = 60 * SECOND
_log = logging.getLogger(__name__)


class People:
    """Admits callers. What they may do is settled by `Caller.require`, and again in the transaction of each change."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._clock = clock
        self._touching: dict[str, asyncio.Task[None]] = {}

    async def admit(
        self, presented: Presented | None, reference: str | int | None = None
    ) -> tuple[Caller, WorkOrder | None]:
        """The caller, and the work order of that id or number in the caller's company (None when there is none).

        Raises Unauthenticated when the credential is missing, unknown, wrong, expired or revoked, or its user
        disabled: all reasons alike.
        """
        if presented is None:
            raise Unauthenticated
        now = self._clock.now()

        def query(tx: Transaction) -> tuple[Caller, WorkOrder | None]:
            standing, order = _require_true(tx.people.find_caller(presented.id, reference), presented, now)
            return caller_of(standing), order

        caller, order = await self._database.peek(query)
        if now - (caller.last_used_at or 0) >= LAST_USE_EVERY and caller.credential_id not in self._touching:
            self._touch(caller.credential_id, now)
        return caller, order

    async def finish(self) -> None:
        """Wait for what is still being noted beside the requests."""
        await asyncio.gather(*self._touching.values(), return_exceptions=True)

    def _touch(self, credential_id: str, now: Instant) -> None:
        """Note the use without delaying the request; a failure is logged and tried again by a later one."""

        def command(tx: Transaction) -> None:
            tx.people.change_credential(credential_id, last_used_at=now)

        def forget(task: asyncio.Task[None]) -> None:
            del self._touching[credential_id]
            if not task.cancelled() and task.exception() is not None:
                _log.warning("last_use_not_noted", exc_info=task.exception())

        task = asyncio.ensure_future(self._database.write(command))
        self._touching[credential_id] = task
        task.add_done_callback(forget)


def _require_true(
    found: tuple[Standing, WorkOrder | None] | None, presented: Presented, now: Instant
) -> tuple[Standing, WorkOrder | None]:
    expected = found[0].secret_sha256 if found else "0" * len(presented.secret_sha256)
    is_same = hmac.compare_digest(expected, presented.secret_sha256)
    if found is None or not is_same or found[0].kind is not presented.kind or not found[0].counts_at(now):
        raise Unauthenticated
    return found
