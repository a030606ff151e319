"""All parts in one hand, and what the worker does with them: jobs of each kind, chores now and then."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from fettle.clock import SystemClock
from fettle.db.open import OpenDatabase
from fettle.domain.checkpoint_copies import COPY_JOBS
from fettle.domain.instants import Instant
from fettle.domain.jobs import Job, JobKind
from fettle.outside.open import open_takers
from fettle.services.bundle import Services
from fettle.services.checking import Check
from fettle.services.checkpoint_copies import CheckpointCopies
from fettle.services.copy_ports import CheckpointTaker
from fettle.services.keeping import PhotoWatch
from fettle.services.log_check import LogCheck
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
_LONGEST_PACK_S: Final = 4 * _HOUR_S


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything, open and ready: what a server or a command works with."""

    services: Services
    owner: Owner
    check: Check
    log_check: LogCheck
    sweep: Sweep
    removals: Removals
    watch: PhotoWatch
    blobs: "DiskBlobs | S3Blobs"
    database: OpenDatabase
    clock: SystemClock


def make_worker(settings: Settings, parts: Parts) -> Worker:
    """The worker of one server process; raises NotAStoreAddress for a bucket of checkpoints that is none."""

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

    chores = [
        Chore("forget_effects", _FIRST_CHORE_S, _HOUR_S, parts.sweep.effects),
        *_log_chores(parts.services, settings.checkpoint_every_s),
        Chore("expire_uploads", _FIRST_CHORE_S, _HOUR_S, parts.services.uploads.expire),
        Chore("expire_packs", _FIRST_CHORE_S, _HOUR_S, parts.services.pack_jobs.expire),
        *([Chore("schedule_checks", 0, _HOUR_S, parts.check.schedule)] if settings.check_every_s else []),
        Chore("retire_bytes", _FIRST_CHORE_S, _HOUR_S, parts.removals.retire),
        Chore("sweep_orphans", _FIRST_CHORE_S, _HOUR_S, sweep_orphans),
    ]
    # A picture is read in a process of its own, which itself comes last: nothing has to rest for it.
    lanes = {
        JobKind.WATCH_PHOTO: Lane(watch_photo),
        JobKind.READ_FACTS: Lane(read_facts, at_once=1, rest=0, may_be_cut=True),
        JobKind.CHECK_FILES: Lane(check_files, at_once=1, rest=0, may_be_cut=True),
        **_copy_lanes(settings, parts.services.checkpoint_copies),
        JobKind.MAKE_PACK: _pack_lane(parts),
    }
    return Worker(parts.database, parts.clock, lanes, chores)


def _log_chores(services: Services, sign_every_s: int) -> list[Chore]:
    return [
        Chore("place_entries", _PLACE_EVERY_S, _PLACE_EVERY_S, services.log.place_all),
        Chore("sign_checkpoints", sign_every_s, sign_every_s, services.log.check_in_all),
        Chore("copy_checkpoints", 0, sign_every_s, services.checkpoint_copies.add_missing),
    ]


def _copy_lanes(settings: Settings, copies: CheckpointCopies) -> dict[JobKind, Lane]:
    """One for each destination. A copy is short, and mostly waiting for others."""

    async def copy(taker: CheckpointTaker, job: Job, _now: Instant) -> None:
        await copies.deliver(job.subject_id, taker)

    webhook, bucket = settings.checkpoint_webhook, settings.checkpoint_s3
    url, roots = settings.timestamp_url, settings.timestamp_roots
    takers = open_takers(
        folder=settings.checkpoint_folder,
        webhook=(webhook, settings.checkpoint_webhook_secret) if webhook else None,
        bucket=(bucket, _bucket_environment(settings)) if bucket else None,
        timestamps=(url, roots) if url and roots else None,
    )
    return {
        COPY_JOBS[destination]: Lane(partial(copy, taker), rest=0, may_be_cut=True)
        for destination, taker in takers.items()
    }


def _bucket_environment(settings: Settings) -> Mapping[str, str]:
    """The bucket of checkpoints may have keys of its own; else it has those of the store."""
    key, secret = settings.checkpoint_s3_access_key_id, settings.checkpoint_s3_secret_access_key
    has_own = key is not None or secret is not None
    if not has_own:
        key, secret = settings.s3_access_key_id, settings.s3_secret_access_key
    ours = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}
    others = {name: value for name, value in os.environ.items() if not (has_own and name == "AWS_SESSION_TOKEN")}
    return {**others, **{name: value for name, value in ours.items() if value is not None}}


def _pack_lane(parts: Parts) -> Lane:
    """One pack at a time: each draws and reads as much as all of them may."""
    return Lane(parts.services.pack_jobs.make, at_once=1, rest=0, may_be_cut=True, within_s=_LONGEST_PACK_S)
