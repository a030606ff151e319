"""Evidence packs of many work orders: asked for, made in the background, kept for a week."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from fettle.domain.errors import FettleError, Kind, NotFound
from fettle.domain.files import Origin, StoredFile
from fettle.domain.instants import SECOND, Instant
from fettle.domain.jobs import Job, JobKind
from fettle.domain.pack_jobs import KEPT_FOR, PackJob, PackState, require_room
from fettle.domain.people import Caller
from fettle.domain.reports import Wanted
from fettle.services.evidence_packs import EvidencePacks, PackWanted, until_whole
from fettle.services.files import PACKS_PREFIX, fresh_key
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.pack_logs import Outdated
from fettle.services.pack_rows import PackRows, find_orders, require_current
from fettle.services.ports import BlobStore, Clock, Database, Spool
from fettle.services.rows import Transaction, WorkOrderFilter
from fettle.services.zones import find_zone

# Of those that end by what may be over the next time; a server that dies counts as well.
_MOST_ATTEMPTS: Final = 5
_MAY_BE_OVER: Final = frozenset({Kind.UNAVAILABLE, Kind.NO_SPACE})
# While it is made, it stays claimed for so long at least.
_LEASE_S: Final = 20
_TELL_EVERY_S: Final = 2.0
_BATCH: Final = 50
_INTERNAL: Final = "INTERNAL"
_ZIP: Final = "application/zip"
_conditions: Final = msgspec.json.Decoder(WorkOrderFilter)


class Asked(NamedTuple):
    """Which work orders, and how their reports are written."""

    conditions: WorkOrderFilter
    report: Wanted


@dataclass(slots=True)
class _Making:
    """One attempt, and how far it is."""

    pack: PackJob
    job: Job
    orders_done: int = 0
    orders: int | None = None
    bytes: int = 0
    is_wanted: bool = field(default=True)

    def told(self, done: int, count: int) -> None:
        self.orders_done, self.orders = done, count


class PackJobs:
    """Everybody of a company who may read sees them all."""

    def __init__(self, database: Database, gate: Gate, blobs: BlobStore, packs: EvidencePacks, clock: Clock) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._blobs = blobs
        self._packs = packs
        self._clock = clock

    async def add(self, intent: Intent, asked: Asked) -> Done:
        """Ask for a pack; the answer is its id. Raises TOO_MANY_ORIGINALS, TOO_MANY_PACKS."""

        def command(tx: Transaction, act: Act) -> Done:
            require_room(tx.pack_jobs.count(act.company_id))
            find_orders(tx, act.company_id, asked.conditions)
            pack = _waiting(act, asked)
            tx.pack_jobs.add(pack)
            tx.jobs.add(Job(pack.id, act.company_id, JobKind.MAKE_PACK, pack.id, act.now, act.now))
            return Done(pack.id)

        return await self._gate.write(intent, command)

    async def of_company(self, caller: Caller) -> list[PackJob]:
        """Those that are there, the newest first."""
        return await self._database.read(lambda tx: tx.pack_jobs.of_company(caller.company_id))

    async def get(self, caller: Caller, pack_id: str) -> PackJob:
        """One of them; raises NotFound."""
        pack = await self._database.read(lambda tx: tx.pack_jobs.find(caller.company_id, pack_id))
        if pack is None:
            raise NotFound
        return pack

    async def file_of(self, caller: Caller, pack_id: str) -> StoredFile:
        """Its bytes as a file; raises NotFound, PACK_NOT_READY."""
        pack = await self.get(caller, pack_id)
        storage_key, sha256 = pack.require_ready()
        about = (storage_key, pack.bytes, sha256, _ZIP, f"evidence-{pack.id}.zip", Origin.UPLOAD)
        return StoredFile(pack.id, pack.company_id, *about, pack.created_at, pack.created_by_user_id)

    async def remove(self, intent: Intent, pack_id: str) -> Done:
        """Give it up, whatever has become of it; raises NotFound."""
        pack = await self.get(intent.caller, pack_id)
        done = await self._gate.write(intent, lambda tx, act: _delete(tx, act.company_id, pack_id))
        await self._drop(pack)
        return done

    async def expire(self) -> int:
        """Remove those whose time is over, with their bytes; how many."""
        removed, now = 0, self._clock.now()
        while packs := await self._database.read(lambda tx: tx.pack_jobs.expired(now, _BATCH)):
            for pack in packs:
                await self._database.write(lambda tx, pack=pack: _delete(tx, pack.company_id, pack.id))  # type: ignore[misc]  # a default is how a loop's value is kept
                await self._drop(pack)
            removed += len(packs)
        return removed

    async def make(self, job: Job, _now: Instant) -> None:
        """Make one from its beginning; raises what ended it where that may be over the next time."""
        pack = await self._database.write(lambda tx: tx.pack_jobs.begin(job.subject_id, job.attempts))
        if pack is None:
            return
        making = _Making(pack, job)
        if job.attempts > _MOST_ATTEMPTS:
            await self._fail(making, _INTERNAL)
            return
        try:
            await self._while_wanted(making, until_whole(lambda: self._write(making)))
        except FettleError as error:
            if error.kind in _MAY_BE_OVER and job.attempts < _MOST_ATTEMPTS:
                raise
            await self._fail(making, error.code)

    async def _write(self, making: _Making) -> None:
        """The pack into the store, and then the row that names it; a crash in between leaves bytes to the sweep."""
        making.bytes = 0
        async with self._blobs.spool() as spool:
            packed = await self._packs.of_many(
                making.pack.company_id, _conditions.decode(making.pack.conditions), _wanted(making.pack), making.told
            )
            async for chunk in packed.chunks:
                await spool.write(chunk)
                making.bytes += len(chunk)
            await self._keep(making, spool, packed.rows)

    async def _keep(self, making: _Making, spool: Spool, rows: PackRows) -> None:
        key = fresh_key(self._clock.new_id(), PACKS_PREFIX)
        await spool.keep(key)
        about = {"storage_key": key, "sha256": spool.sha256, "bytes": spool.size, "orders_done": making.orders_done}
        try:
            is_ready = await self._end(making, PackState.READY, rows, orders=making.orders, **about)
        except Outdated:
            await self._blobs.delete(key)
            raise
        if not is_ready:
            await self._blobs.delete(key)

    async def _fail(self, making: _Making, code: str) -> None:
        await self._end(making, PackState.FAILED, None, problem=code)

    async def _end(self, making: _Making, state: PackState, rows: PackRows | None, **values: Any) -> bool:
        """False when it is not wanted any more; raises Outdated when something in it was erased meanwhile."""
        pack, now = making.pack, self._clock.now()
        ended = {"state": state, "ended_at": now, "expires_at": now + KEPT_FOR, **values}

        def command(tx: Transaction) -> bool:
            if not tx.pack_jobs.change(pack.id, pack.attempt, **ended):
                return False
            if rows is not None:
                require_current(tx, pack.company_id, rows)
                tx.pack_jobs.note_orders(pack.company_id, pack.id, rows.order_ids)
            return True

        return await self._database.write(command)

    async def _while_wanted(self, making: _Making, work: Coroutine[Any, Any, None]) -> None:
        """Do it, telling how far it is; it ends when the pack was given up or is made elsewhere."""
        doing = asyncio.create_task(work)
        try:
            while not (await asyncio.wait((doing,), timeout=_TELL_EVERY_S))[0]:
                if not await self._tell(making):
                    return
            doing.result()
        finally:
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)

    async def _tell(self, making: _Making) -> bool:
        pack, until = making.pack, self._clock.now() + _LEASE_S * SECOND
        progress = {"orders_done": making.orders_done, "orders": making.orders, "bytes": making.bytes}

        def command(tx: Transaction) -> bool:
            tx.jobs.change(making.job.id, run_at=until, claimed_until=until)
            return tx.pack_jobs.change(pack.id, pack.attempt, **progress)

        return await self._database.write(command)

    async def _drop(self, pack: PackJob) -> None:
        if pack.storage_key is not None:
            await self._blobs.delete(pack.storage_key)


def drop_packs(tx: Transaction, company_id: str, work_order_id: str | None = None) -> list[str]:
    """Remove those that are ready and have this work order in them, or all; the storage keys to be deleted then.

    Those in the making find out by themselves that something was erased, and begin anew.
    """
    packs = tx.pack_jobs.ready_with(company_id, work_order_id)
    for pack in packs:
        tx.pack_jobs.delete(company_id, pack.id)
    return [pack.storage_key for pack in packs if pack.storage_key is not None]


def _waiting(act: Act, asked: Asked) -> PackJob:
    return PackJob(
        id=act.new_id(),
        company_id=act.company_id,
        created_by_user_id=act.actor_id,
        created_at=act.now,
        expires_at=act.now + KEPT_FOR,
        conditions=msgspec.json.encode(asked.conditions).decode(),
        language=asked.report.language,
        state=PackState.WAITING,
        time_zone=asked.report.zone_name,
    )


def _wanted(pack: PackJob) -> PackWanted:
    zone = find_zone(pack.time_zone) if pack.time_zone else None
    return PackWanted(Wanted(pack.language, zone, pack.time_zone))


def _delete(tx: Transaction, company_id: str, pack_id: str) -> Done:
    tx.jobs.delete(pack_id)
    return Done(pack_id, replayed=not tx.pack_jobs.delete(company_id, pack_id))
