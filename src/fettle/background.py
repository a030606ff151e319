"""All parts in one hand, and what the worker does with them: jobs of each kind, chores now and then."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fettle.clock import SystemClock
from fettle.db.open import OpenDatabase
from fettle.domain.instants import Instant
from fettle.domain.jobs import Job, JobKind
from fettle.services.bundle import Services
from fettle.services.checking import Check
from fettle.services.keeping import PhotoWatch
from fettle.services.owner import Owner
from fettle.services.removals import Removals
from fettle.services.upkeep import Sweep
from fettle.settings import Settings
from fettle.worker import Chore, Lane, Worker

if TYPE_CHECKING:
    from fettle.blobs.disk import DiskBlobs
    from fettle.blobs.s3 import S3Blobs

_HOUR_S: Final = 3600
_FIRST_CHORE_S: Final = 60
_PLACE_EVERY_S: Final = 1


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything, open and ready: what a server or a command works with."""

    services: Services
    owner: Owner
    check: Check
    sweep: Sweep
    removals: Removals
    watch: PhotoWatch
    blobs: "DiskBlobs | S3Blobs"
    database: OpenDatabase
    clock: SystemClock


def make_worker(settings: Settings, parts: Parts) -> Worker:
    """The worker of one server process."""

    async def watch_photo(job: Job, now: Instant) -> Instant | None:
        return await parts.watch.look(job.subject_id, job.attempts, now)

    async def read_facts(job: Job, _now: Instant) -> None:
        await parts.services.pictures.read_facts(job.company_id, job.subject_id)

    async def check_files(job: Job, now: Instant) -> Instant | None:
        every_s = settings.check_every_s
        if not every_s:
            return None
        return await parts.check.take_turn(job.company_id, every_s, settings.check_bytes_per_s, now)

    async def sweep_orphans() -> None:
        await asyncio.to_thread(parts.blobs.clean_spool)
        await parts.sweep.orphans(settings.orphan_grace_s)
        await parts.services.uploads.sweep(settings.orphan_grace_s)
        await parts.services.direct_uploads.sweep(settings.orphan_grace_s)
        await parts.sweep.unfinished(settings.orphan_grace_s)

    sign_every_s = settings.checkpoint_every_s
    chores = [
        Chore("forget_effects", _FIRST_CHORE_S, _HOUR_S, parts.sweep.effects),
        Chore("place_entries", _PLACE_EVERY_S, _PLACE_EVERY_S, parts.services.log.place_all),
        Chore("sign_checkpoints", sign_every_s, sign_every_s, parts.services.log.check_in_all),
        Chore("expire_uploads", _FIRST_CHORE_S, _HOUR_S, parts.services.uploads.expire),
        *([Chore("schedule_checks", 0, _HOUR_S, parts.check.schedule)] if settings.check_every_s else []),
        Chore("retire_bytes", _FIRST_CHORE_S, _HOUR_S, parts.removals.retire),
        Chore("sweep_orphans", _FIRST_CHORE_S, _HOUR_S, sweep_orphans),
    ]
    # A picture is read in a process of its own, which itself comes last: nothing has to rest for it.
    lanes = {
        JobKind.WATCH_PHOTO: Lane(watch_photo),
        JobKind.READ_FACTS: Lane(read_facts, at_once=1, rest=0, may_be_cut=True),
        JobKind.CHECK_FILES: Lane(check_files, at_once=1, rest=0, may_be_cut=True),
    }
    return Worker(parts.database, parts.clock, lanes, chores)
