"""Every stored byte read again and compared with its row: all at once by command, or little by little on a schedule."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from fettle.domain.evidence import Evidence
from fettle.domain.files import StoredFile
from fettle.domain.instants import SECOND, Instant
from fettle.domain.jobs import Job, JobKind
from fettle.services.damage import Damage
from fettle.services.files import KEPT_PREFIX
from fettle.services.ports import BlobNotFound, BlobStore, Clock, Database
from fettle.services.rows import Transaction
from fettle.services.upkeep import orphans

_BATCH: Final = 200
# Reading one file while another is hashed: beyond that, a disk only seeks more.
_AT_ONCE: Final = 4
# One turn on a schedule; well within the lease of its job.
_TURN_S: Final = 20.0
_TURN_FILES: Final = 20
_LONGEST_FILE_S: Final = 300
_HASHED_AT_ONCE: Final = 1 << 20


class Difference(StrEnum):
    """How bytes and row differ. `repaired` did once and does no more."""

    MISSING = "missing"
    DAMAGED = "damaged"
    REPAIRED = "repaired"
    ORPHANED = "orphaned"


class Place(NamedTuple):
    """Where a file is part of the record."""

    wo_number: int
    work_order_id: str
    evidence_id: str
    name: str


class Finding(NamedTuple):
    """One difference; `file_name` is None for bytes without a row, `places` are those of the file in the record."""

    difference: Difference
    storage_key: str
    size: int
    file_name: str | None = None
    places: tuple[Place, ...] = ()


@dataclass(slots=True)
class Progress:
    """How far a check is: files and bytes that were read, of how many."""

    files: int = 0
    bytes: int = 0
    all_files: int = 0
    all_bytes: int = 0


class Check:
    """Marks what is damaged, unmarks what is back, deletes nothing.

    A store that does not answer raises Unavailable and marks nothing: only bytes that are gone or changed are findings.
    """

    def __init__(self, database: Database, blobs: BlobStore, clock: Clock, damage: Damage) -> None:
        """All come from `build.py`."""
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._damage = damage
        self._told: Callable[[int], None] = lambda _size: None

    def watch(self, told: Callable[[int], None]) -> None:
        """Tell of every file that was read, by its size."""
        self._told = told

    async def run(self, progress: Progress | None = None, bytes_per_s: int | None = None) -> AsyncIterator[Finding]:
        """Every difference, as it is found; no faster than `bytes_per_s`."""
        progress = progress or Progress()
        progress.all_files, progress.all_bytes = await self._database.read(lambda tx: tx.files.totals())
        pace, after = _Pace(self._clock, bytes_per_s), ""
        while files := await self._database.read(lambda tx, after=after: tx.files.walk(after, _BATCH)):  # type: ignore[misc]  # a bound lambda
            for finding in await self._compare_all(files, pace, progress):
                yield finding
            after = files[-1].name
        async for stat in orphans(self._database, self._blobs, KEPT_PREFIX):
            yield Finding(Difference.ORPHANED, stat.key, stat.size)

    async def take_turn(self, company_id: str, every_s: int, bytes_per_s: int, now: Instant) -> Instant:
        """Check some of the files whose turn it is, the longest unchecked first; when to go on.

        What was checked is noted file by file, so that a restart goes on where it was.
        """
        until_s, pace = self._clock.elapsed_s() + _TURN_S, _Pace(self._clock, bytes_per_s)
        before = now - every_s * SECOND
        while self._clock.elapsed_s() < until_s:
            files = await self._database.read(lambda tx: tx.files.unchecked_since(company_id, before, _TURN_FILES))
            if not files:
                oldest = await self._database.read(lambda tx: tx.files.checked_longest_ago(company_id))
                return max(now if oldest is None else oldest, before) + every_s * SECOND
            for file in files:
                if self._clock.elapsed_s() >= until_s:
                    break
                # A file of many gigabytes has to be read within the time that a job may take.
                pace.bytes_per_s = max(bytes_per_s, file.size // _LONGEST_FILE_S)
                await self._compare_all([file], pace, Progress())
        return now

    async def schedule(self) -> int:
        """See to it that every company's files have their turn; how many companies were new."""
        now = self._clock.now()

        def command(tx: Transaction) -> int:
            ids = [company.id for company in tx.people.companies()]
            jobs = [Job(each, each, JobKind.CHECK_FILES, each, now, now) for each in ids]
            return sum(tx.jobs.add_unless_there(job) for job in jobs)

        return await self._database.write(command)

    async def _compare_all(self, files: Sequence[StoredFile], pace: "_Pace", progress: Progress) -> list[Finding]:
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(file: StoredFile) -> Finding | None:
            async with places:
                difference = await self._compare(file, pace)
            progress.files, progress.bytes = progress.files + 1, progress.bytes + file.size
            self._told(file.size)
            return None if difference is None else await self._describe(file, difference)

        found = [finding for finding in await asyncio.gather(*map(one, files)) if finding is not None]
        await self._note(files)
        return found

    async def _compare(self, file: StoredFile, pace: "_Pace") -> Difference | None:
        difference = await self._look(file, pace)
        if difference is not None:
            if await self._is_known(file):
                await self._damage.mark(file)
                return difference
            return None
        if file.damaged_at is None:
            return None
        await self._damage.unmark(file)
        return Difference.REPAIRED

    async def _look(self, file: StoredFile, pace: "_Pace") -> Difference | None:
        digest = hashlib.sha256()
        try:
            async for piece in _pieces(await self._blobs.open(file.storage_key)):
                await asyncio.to_thread(_update, digest, piece)
                await pace.spend(sum(map(len, piece)))
        except BlobNotFound:
            return Difference.MISSING
        return None if digest.hexdigest() == file.sha256 else Difference.DAMAGED

    async def _is_known(self, file: StoredFile) -> bool:
        """Whether the row is there still: it may have been swept with its bytes while they were read."""
        return await self._database.read(lambda tx: tx.files.find_by_storage_key(file.storage_key)) is not None

    async def _describe(self, file: StoredFile, difference: Difference) -> Finding:
        def query(tx: Transaction) -> tuple[Place, ...]:
            return tuple(_place(tx, entry) for entry in tx.files.evidence_of(file.name))

        places = await self._database.read(query)
        return Finding(difference, file.storage_key, file.size, file.name, places)

    async def _note(self, files: Sequence[StoredFile]) -> None:
        now = self._clock.now()

        def command(tx: Transaction) -> None:
            for file in files:
                tx.files.change(file.name, checked_at=now)

        await self._database.write(command)


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    """Several chunks together: a way to a thread and back for each would take longer than hashing it."""
    piece: list[bytes] = []
    size = 0
    async for chunk in chunks:
        piece.append(chunk)
        size += len(chunk)
        if size >= _HASHED_AT_ONCE:
            yield piece
            piece, size = [], 0
    yield piece


def _update(digest: _Digest, piece: list[bytes]) -> None:
    for chunk in piece:
        digest.update(chunk)


class _Pace:
    """So many bytes a second at most, over the time since it began."""

    def __init__(self, clock: Clock, bytes_per_s: int | None) -> None:
        self._clock = clock
        self.bytes_per_s = bytes_per_s
        self._began_s = clock.elapsed_s()
        self._spent = 0

    async def spend(self, size: int) -> None:
        if not self.bytes_per_s:
            return
        self._spent += size
        ahead_s = self._spent / self.bytes_per_s - (self._clock.elapsed_s() - self._began_s)
        if ahead_s > 0:
            await asyncio.sleep(ahead_s)


def _place(tx: Transaction, entry: Evidence) -> Place:
    order = tx.work_orders.find(entry.company_id, entry.work_order_id)
    return Place(order.wo_number if order else 0, entry.work_order_id, entry.id, entry.name)
