"""Jobs of one kind keep to their lane, which says how they are run and how they end."""

import asyncio
import time

from fettle.clock import SystemClock
from fettle.db.open import OpenDatabase
from fettle.domain.instants import Instant
from fettle.domain.jobs import Job, JobKind
from fettle.worker import Lane, Worker
from tests.worker.jobs import add_job, next_run_at


async def test_what_may_be_cut_is_not_waited_for(database: OpenDatabase) -> None:
    began = asyncio.Event()

    async def long(_job: Job, _now: Instant) -> None:
        began.set()
        await asyncio.sleep(60)

    await add_job(database, SystemClock())
    running = Worker(database, SystemClock(), {JobKind.WATCH_PHOTO: Lane(long, may_be_cut=True)}, [])
    running.start()
    await asyncio.wait_for(began.wait(), 5)
    before = time.monotonic()
    await running.stop(10)
    assert time.monotonic() - before < 2
    assert await next_run_at(database) is not None


async def test_no_kind_waits_for_another(database: OpenDatabase) -> None:
    done: list[JobKind] = []
    hold = asyncio.Event()

    async def slow(_job: Job, _now: Instant) -> None:
        await hold.wait()

    async def quick(job: Job, _now: Instant) -> None:
        done.append(job.kind)

    clock = SystemClock()
    for number in range(12):
        kind = JobKind.WATCH_PHOTO if number == 11 else JobKind.READ_FACTS
        job = Job(clock.new_id(), "c", kind, "subject", clock.now(), clock.now())
        await database.write(lambda tx, job=job: tx.jobs.add(job))  # type: ignore[misc]  # a bound lambda
    lanes = {JobKind.READ_FACTS: Lane(slow, at_once=1), JobKind.WATCH_PHOTO: Lane(quick)}
    running = Worker(database, clock, lanes, [])
    running.start()
    for _ in range(100):
        if done:
            break
        await asyncio.sleep(0.05)
    hold.set()
    await running.stop(5)
    assert done == [JobKind.WATCH_PHOTO]
