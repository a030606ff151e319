"""Background work: claim some jobs, run them, finish or retry each, and stop politely."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from fettle.domain.errors import Unavailable
from fettle.domain.instants import SECOND, Instant
from fettle.domain.jobs import Job, JobKind
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction

# Runs a job at an instant; when to run it again, or None when it is done.
Handler = Callable[[Job, Instant], Awaitable[Instant | None]]

_LOOK_EVERY_S: Final = 0.5
# Longer than nearly every job, and short enough that the work of a killed process is soon taken up.
_LEASE_S: Final = 60
_LONGEST_JOB_S: Final = 600
_RETRIES_AFTER_S: Final = (5, 30, 120, 600, 3600)
_LONGEST_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Lane:
    """How jobs of one kind are run: so many at once, and none of another kind waits for them.

    After work the lane rests a multiple of the time it took, for requests come first. What `may_be_cut` is not waited
    for at the end: it is done again when its lease is over. A job that takes longer than `within_s` is ended, and one
    that takes longer than a lease keeps it long itself.
    """

    run: Handler
    at_once: int = 8
    rest: float = 3
    may_be_cut: bool = False
    within_s: float = _LONGEST_JOB_S


@dataclass(frozen=True, slots=True)
class Chore:
    """What is done again and again, whether or not anything asks for it; the first time after `first_s`."""

    name: str
    first_s: float
    every_s: float
    run: Callable[[], Awaitable[object]]


class Worker:
    """One for each process; several share the jobs by claiming them. All waiting is by elapsed time.

    A job may run twice, when its lease ends before it does: handlers change only what nobody changed before them.
    """

    def __init__(
        self, database: Database, clock: Clock, lanes: Mapping[JobKind, Lane], chores: Sequence[Chore]
    ) -> None:
        """All come from `build.py`."""
        self._database = database
        self._clock = clock
        self._lanes = lanes
        self._chores = chores
        self._log = structlog.get_logger("fettle.worker")
        self._stopping = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._running: dict[JobKind, dict[str, asyncio.Task[None]]] = {kind: {} for kind in lanes}
        self._began_at, self._began_s = clock.now(), clock.elapsed_s()

    def start(self) -> None:
        """Begin, in tasks of the running event loop."""
        loops = [self._repeat(Chore(kind, 0, _LOOK_EVERY_S, partial(self._work, kind))) for kind in self._lanes]
        loops += [self._repeat(chore) for chore in self._chores]
        self._loops = [asyncio.create_task(loop) for loop in loops]

    async def stop(self, within_s: float) -> None:
        """Finish what is being done; what takes longer is cut, and the next claim takes it up again."""
        self._stopping.set()
        for kind, lane in self._lanes.items():
            for task in self._running[kind].values() if lane.may_be_cut else ():
                task.cancel()
        tasks = [*self._loops, *(task for running in self._running.values() for task in running.values())]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def require_at_work(self) -> None:
        """Raise Unavailable when any of the loops has ended."""
        if not self._loops or any(loop.done() for loop in self._loops):
            raise Unavailable

    async def _repeat(self, chore: Chore) -> None:
        """The one broad catch: no failure ends the worker."""
        await self._pause(chore.first_s)
        while not self._stopping.is_set():
            try:
                await chore.run()
            except Exception as failure:  # noqa: BLE001 - see above
                self._log.warning("chore_failed", chore=chore.name, exc_info=failure)
            await self._pause(chore.every_s)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _work(self, kind: JobKind) -> None:
        """Claim and run as long as something is due."""
        lane, running = self._lanes[kind], self._running[kind]
        while not self._stopping.is_set():
            before_s = self._clock.elapsed_s()
            jobs = await self._claim(kind, lane.at_once - len(running))
            if not jobs:
                return
            for job in jobs:
                self._begin(job)
            await asyncio.wait(running.values(), timeout=_LOOK_EVERY_S)
            await self._pause((self._clock.elapsed_s() - before_s) * lane.rest)

    async def _claim(self, kind: JobKind, most: int) -> list[Job]:
        """Due jobs that do not run here already: of one that does, the claim only makes the lease longer."""
        now = self._now()
        next_run_at = await self._database.peek(lambda tx: tx.jobs.next_run_at(kind))
        if most <= 0 or next_run_at is None or next_run_at > now:
            return []

        def command(tx: Transaction) -> list[Job]:
            claims = (tx.jobs.claim(kind, now, now + _LEASE_S * SECOND) for _ in range(most))
            return [job for job in claims if job is not None]

        return [job for job in await self._database.write(command) if job.id not in self._running[kind]]

    def _begin(self, job: Job) -> None:
        task = asyncio.create_task(self._run(job))
        running = self._running[job.kind]
        running[job.id] = task
        task.add_done_callback(lambda _: running.pop(job.id))

    async def _run(self, job: Job) -> None:
        try:
            lane = self._lanes[job.kind]
            async with asyncio.timeout(lane.within_s):
                run_at = await lane.run(job, self._now())
            await self._note(job, run_at)
        except Exception as failure:  # noqa: BLE001 - as in _repeat
            self._log.warning("job_failed", kind=job.kind, subject_id=job.subject_id, exc_info=failure)
            await self._retry(job, repr(failure))

    async def _note(self, job: Job, run_at: Instant | None) -> None:
        def command(tx: Transaction) -> None:
            if run_at is None:
                tx.jobs.delete(job.id)
            else:
                tx.jobs.change(job.id, run_at=run_at, claimed_until=None, last_error=None)

        await self._database.write(command)

    async def _retry(self, job: Job, error: str) -> None:
        """Put it off; where even that fails, the end of the lease does it."""
        wait_s = _RETRIES_AFTER_S[min(job.attempts, len(_RETRIES_AFTER_S)) - 1]
        run_at = self._now() + wait_s * SECOND
        values = {"run_at": run_at, "claimed_until": None, "last_error": error[:_LONGEST_ERROR]}
        try:
            await self._database.write(lambda tx: tx.jobs.change(job.id, **values))
        except Exception as failure:  # noqa: BLE001 - as in _repeat
            self._log.warning("retry_not_noted", job_id=job.id, exc_info=failure)

    def _now(self) -> Instant:
        """The wall clock, but never set back: what is due stays due."""
        return max(self._clock.now(), self._began_at + int((self._clock.elapsed_s() - self._began_s) * SECOND))
