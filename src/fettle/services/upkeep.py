"""The sweep: it takes what nothing names."""

from collections.abc import AsyncIterator, Iterable
from typing import Final

from fettle.domain.instants import SECOND
from fettle.domain.repeats import KEPT_FOR
from fettle.services.files import KEPT_PREFIX, MADE_PREFIX, PACKS_PREFIX
from fettle.services.ports import BlobStat, BlobStore, Clock, Database
from fettle.services.rows import Transaction
from fettle.services.uploads import GROWING_PREFIX

_BATCH: Final = 200
# Below these is what a row names once it is whole; what grows has its own sweep.
_NAMED: Final = (KEPT_PREFIX, MADE_PREFIX, PACKS_PREFIX)


class Sweep:
    """Removes what nobody needs any more."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Clock) -> None:
        """All come from `build.py`."""
        self._database = database
        self._blobs = blobs
        self._clock = clock

    async def orphans(self, grace_s: int) -> int:
        """Remove bytes of ours that no row names and that are older than the grace period; how many."""
        removed = 0
        latest = self._clock.now() - grace_s * SECOND
        async for stat in orphans(self._database, self._blobs, *_NAMED):
            if stat.modified_at <= latest and await self._is_orphan(stat.key):
                await self._blobs.delete(stat.key)
                removed += 1
        return removed

    async def unfinished(self, grace_s: int) -> int:
        """Give up what was begun to be written below our keys, and cut short so long ago; how many."""
        before = self._clock.now() - grace_s * SECOND
        return sum([await self._blobs.end_unfinished(prefix, before) for prefix in (*_NAMED, GROWING_PREFIX)])

    async def effects(self) -> int:
        """Forget what was done under an Idempotency-Key once it may be used again; how many."""
        before = self._clock.now() - KEPT_FOR
        return await self._database.write(lambda tx: tx.effects.delete_before(before))

    async def _is_orphan(self, storage_key: str) -> bool:
        """Asked again at the moment of deletion."""
        return not await self._database.read(lambda tx: _is_named(tx, storage_key))


async def orphans(database: Database, blobs: BlobStore, *prefixes: str) -> AsyncIterator[BlobStat]:
    """Every object with one of these prefixes that no row names now, of whatever age."""
    batch: list[BlobStat] = []
    for prefix in prefixes:
        async for stat in blobs.list(prefix):
            batch.append(stat)
            if len(batch) == _BATCH:
                for orphan in await _without_row(database, batch):
                    yield orphan
                batch.clear()
    for orphan in await _without_row(database, batch):
        yield orphan


async def _without_row(database: Database, stats: Iterable[BlobStat]) -> list[BlobStat]:
    return await database.read(lambda tx: [stat for stat in stats if not _is_named(tx, stat.key)])


def _is_named(tx: Transaction, storage_key: str) -> bool:
    if storage_key.startswith(MADE_PREFIX):
        return tx.pictures.is_rendition(storage_key)
    if storage_key.startswith(PACKS_PREFIX):
        return tx.pack_jobs.is_result(storage_key)
    return tx.files.find_by_storage_key(storage_key) is not None
