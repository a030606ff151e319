"""Jobs to run, and whether they are still there."""

from fettle.clock import SystemClock
from fettle.db.open import OpenDatabase
from fettle.domain.instants import SECOND, Instant
from fettle.domain.jobs import Job, JobKind
from fettle.services.ports import Clock


class JumpingClock(SystemClock):
    """The system's clock, set forward or back by whoever has its hands on it."""

    jump: Instant = 0

    def now(self) -> Instant:
        return super().now() + self.jump


async def add_job(database: OpenDatabase, clock: Clock, *, in_s: int = 0) -> str:
    job = Job(clock.new_id(), "c", JobKind.WATCH_PHOTO, "photo", clock.now(), clock.now() + in_s * SECOND)
    await database.write(lambda tx: tx.jobs.add(job))
    return job.id


async def next_run_at(database: OpenDatabase) -> Instant | None:
    return await database.read(lambda tx: tx.jobs.next_run_at(JobKind.WATCH_PHOTO))
