"""Jobs are claimed, run, finished or tried again, and no failure ends the worker."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from fettle.clock import SystemClock
from fettle.db.open import OpenDatabase
from fettle.domain.errors import Unavailable
from fettle.domain.instants import SECOND, Instant
from fettle.domain.jobs import Job, JobKind
from fettle.services.ports import Clock
from fettle.services.rows import Transaction
from fettle.worker import Chore, Lane, Worker
from tests.worker.jobs import JumpingClock, add_job, next_run_at

HOUR = 3600 * SECOND


@dataclass
class Handler:
    """Notes what it was given; `answers` says what comes of it."""

    answers: Callable[[Job, Instant], Instant | None] = lambda _job, _now: None
    ran: list[Job] = field(default_factory=list)

    async def __call__(self, job: Job, now: Instant) -> Instant | None:
        self.ran.append(job)
        await asyncio.sleep(0)
        return self.answers(job, now)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def until_gone(database: OpenDatabase) -> None:
    for _ in range(1000):
        if await next_run_at(database) is None:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


def worker(database: OpenDatabase, handler: Handler, clock: Clock | None = None, *chores: Chore) -> Worker:
    return Worker(database, clock or SystemClock(), {JobKind.WATCH_PHOTO: Lane(handler)}, chores)


async def test_a_job_is_run_once_and_gone(database: OpenDatabase) -> None:
    handler = Handler()
    running = worker(database, handler)
    running.start()
    job_id = await add_job(database, SystemClock())
    await until_gone(database)
    await running.stop(5)
    assert [job.id for job in handler.ran] == [job_id]


async def test_more_jobs_than_run_at_once_all_run(database: OpenDatabase) -> None:
    handler = Handler()
    ids = {await add_job(database, SystemClock()) for _ in range(30)}
    running = worker(database, handler)
    running.start()
    await until_gone(database)
    await running.stop(5)
    assert {job.id for job in handler.ran} == ids
    assert len(handler.ran) == 30


async def test_two_workers_share_without_running_anything_twice(database: OpenDatabase) -> None:
    handler = Handler()
    for _ in range(30):
        await add_job(database, SystemClock())
    workers = [worker(database, handler) for _ in range(2)]
    for running in workers:
        running.start()
    await until_gone(database)
    for running in workers:
        await running.stop(5)
    assert len({job.id for job in handler.ran}) == len(handler.ran) == 30


async def test_what_is_not_due_waits(database: OpenDatabase) -> None:
    handler = Handler()
    running = worker(database, handler)
    await add_job(database, SystemClock(), in_s=3600)
    running.start()
    await asyncio.sleep(0.3)
    await running.stop(5)
    assert handler.ran == []


async def test_a_handler_says_when_to_come_back(database: OpenDatabase) -> None:
    handler = Handler(lambda job, now: now if job.attempts == 1 else now + HOUR)
    running = worker(database, handler)
    before = SystemClock().now()
    running.start()
    await add_job(database, SystemClock())
    await until(lambda: len(handler.ran) == 2)
    await running.stop(5)
    assert [job.attempts for job in handler.ran] == [1, 2]
    assert (await next_run_at(database) or 0) >= before + HOUR


async def test_a_failure_is_kept_and_tried_again_later(database: OpenDatabase) -> None:
    def fail(_job: Job, _now: Instant) -> Instant | None:
        raise Unavailable

    handler = Handler(fail)
    running = worker(database, handler)
    running.start()
    await add_job(database, SystemClock())
    await until(lambda: len(handler.ran) == 1)
    await running.stop(5)
    at = await next_run_at(database)
    assert at is not None
    assert at > SystemClock().now()
    job = await database.write(lambda tx: tx.jobs.claim(JobKind.WATCH_PHOTO, at, at + HOUR))
    assert job is not None
    assert "Unavailable" in (job.last_error or "")


async def test_a_failing_chore_neither_ends_the_worker_nor_its_own_next_time(database: OpenDatabase) -> None:
    times: list[float] = []

    async def chore() -> None:
        times.append(1)
        await asyncio.sleep(0)
        raise RuntimeError("the reason")

    handler = Handler()
    running = worker(database, handler, None, Chore("failing", 0, 0.01, chore))
    running.start()
    await until(lambda: len(times) > 2)
    await running.require_at_work()
    await add_job(database, SystemClock())
    await until_gone(database)
    await running.stop(5)
    assert len(handler.ran) == 1


async def test_a_killed_workers_job_is_taken_up_after_its_lease(database: OpenDatabase) -> None:
    clock = JumpingClock()
    await add_job(database, clock)
    await database.write(lambda tx: tx.jobs.claim(JobKind.WATCH_PHOTO, clock.now(), clock.now() + 60 * SECOND))
    handler = Handler()
    running = worker(database, handler, clock)
    running.start()
    await asyncio.sleep(0.2)
    assert handler.ran == []
    clock.jump = 61 * SECOND
    await until_gone(database)
    await running.stop(5)
    assert [job.attempts for job in handler.ran] == [2]


@pytest.mark.parametrize("jump", [-24 * HOUR, 24 * HOUR])
async def test_a_clock_set_by_a_day_stops_nothing(database: OpenDatabase, jump: Instant) -> None:
    clock = JumpingClock()
    handler = Handler()
    running = worker(database, handler, clock)
    running.start()
    await add_job(database, clock)
    clock.jump = jump
    await add_job(database, clock)
    await until_gone(database)
    await running.stop(5)
    assert len(handler.ran) == 2


async def test_stopping_lets_a_job_end_and_cuts_one_that_does_not(database: OpenDatabase) -> None:
    ended: list[str] = []

    async def handle(job: Job, _now: Instant) -> Instant | None:
        await asyncio.sleep(0.3 if not ended else 60)
        ended.append(job.id)
        return None

    running = Worker(database, SystemClock(), {JobKind.WATCH_PHOTO: Lane(handle)}, [])
    first = await add_job(database, SystemClock())
    running.start()
    await asyncio.sleep(0.1)
    await running.stop(5)
    assert ended == [first]
    assert await next_run_at(database) is None
    await add_job(database, SystemClock())
    again = Worker(database, SystemClock(), {JobKind.WATCH_PHOTO: Lane(handle)}, [])
    again.start()
    await asyncio.sleep(0.1)
    async with asyncio.timeout(3):
        await again.stop(0.1)
    assert ended == [first]
    assert await next_run_at(database) is not None


async def test_a_worker_that_does_not_work_says_so(database: OpenDatabase) -> None:
    running = worker(database, Handler())
    with pytest.raises(Unavailable):
        await running.require_at_work()
    running.start()
    await running.require_at_work()
    await running.stop(5)
    with pytest.raises(Unavailable):
        await running.require_at_work()


async def test_an_idle_worker_writes_nothing(database: OpenDatabase) -> None:
    """Each write would be an fsync, twice a second, for ever."""
    writes: list[object] = []

    class Counting:
        async def write(self, command: Callable[[Transaction], object]) -> object:
            writes.append(command)
            return await database.write(command)

        def __getattr__(self, name: str) -> object:
            return getattr(database, name)

    running = Worker(Counting(), SystemClock(), {}, [])  # type: ignore[arg-type]  # the real one, watched
    running.start()
    await asyncio.sleep(0.3)
    await running.stop(5)
    assert writes == []
