"""One evidence pack being made: its files one after the other, each noted for the manifest that ends it."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Final, NamedTuple

import msgspec

from fettle.domain.checkpoints import Checkpoint
from fettle.domain.files import StoredFile
from fettle.domain.instants import Instant, exact_instant
from fettle.domain.packed_orders import (
    drawing_paths,
    log_path,
    packed_order,
    packed_person,
    paths_of,
    people_in,
    report_path,
)
from fettle.domain.packs import (
    CHECKPOINT,
    FORMAT,
    GROWTH,
    KEY,
    MANIFEST,
    MANIFEST_NOTE,
    STAMPS,
    Manifest,
    PackedFile,
    PackedOrder,
    pack_text,
)
from fettle.domain.work_orders import WorkOrder
from fettle.services.files import Files
from fettle.services.log import Log
from fettle.services.originals import pieces_of
from fettle.services.pack_logs import OrderLog, growth, stamp_lines, stamps
from fettle.services.pack_rows import PackRows
from fettle.services.ports import Database, PrintedReport
from fettle.services.zip_writer import Entry

# Makes the report of the work order of that id.
Report = Callable[[str], Awaitable[PrintedReport]]
# Is told of how many work orders all is there.
Told = Callable[[int], None]


class Sources(NamedTuple):
    """Where a pack's content comes from."""

    database: Database
    log: Log
    files: Files


class Packing:
    """Lives for one pack; `now` is the time of what is made for it."""

    def __init__(self, sources: Sources, checkpoint: Checkpoint, rows: PackRows, now: Instant) -> None:
        """All entries of the orders are in the log of the checkpoint."""
        self._sources: Final = sources
        self._checkpoint: Final = checkpoint
        self._rows: Final = rows
        self._now: Final = now
        self._files: list[PackedFile] = []
        self._orders: list[PackedOrder] = []
        self._people: set[str] = set()

    async def entries(self, report: Report, since: int | None, told: Told) -> AsyncIterator[Entry]:
        """The files of the pack in their order; each is made when it is asked for, and the manifest tells of all."""
        company_id = self._checkpoint.company_id
        yield self._noted(CHECKPOINT, self._checkpoint.note.encode())
        yield self._noted(KEY, f"{self._sources.log.key_of(company_id)}\n".encode())
        stamped = await stamps(self._sources.database, self._checkpoint)
        also = [copy.size for copy in stamped] + ([] if since is None else [since])
        yield self._noted(GROWTH, await growth(self._sources.database, self._checkpoint, also))
        if stamped:
            yield self._noted(STAMPS, stamp_lines(stamped))
        for count, order in enumerate(self._rows.orders, 1):
            async for entry in self._of_order(order, report):
                yield entry
            told(count)
        manifest = self._manifest()
        note = self._sources.log.note_of(company_id, pack_text(company_id, hashlib.sha256(manifest).hexdigest()))
        yield self._made(MANIFEST, manifest)
        yield self._made(MANIFEST_NOTE, note.encode())

    async def _of_order(self, order: WorkOrder, report: Report) -> AsyncIterator[Entry]:
        rows, items = self._rows, self._rows.items[order.id]
        paths, signatures = paths_of(order, items), rows.signatures[order.id]
        packed = packed_order(order, items, rows.approvals[order.id], signatures, paths)
        self._orders.append(packed)
        self._meet(msgspec.json.encode(packed))
        printed = await report(order.id)
        yield await self._measured(report_path(order), printed.chunks)
        log = OrderLog(self._sources.database, self._checkpoint, order)
        yield await self._measured(log_path(order), log.pages, self._meet)
        for item in items:
            if item.file is not None and item.entry.id in paths:
                yield self._original(paths[item.entry.id], item.file)
        drawings = drawing_paths(order, signatures)
        for signature, drawing in signatures:
            if drawing is not None:
                yield self._original(drawings[signature.version], drawing)

    def _manifest(self) -> bytes:
        manifest = Manifest(
            format=FORMAT,
            made_at=exact_instant(self._now),
            company_id=self._checkpoint.company_id,
            company=self._rows.company,
            checkpoint_size=self._checkpoint.size,
            orders=self._orders,
            files=self._files,
            people=[packed_person(self._rows.users[user_id]) for user_id in sorted(self._people)],
        )
        return msgspec.json.format(msgspec.json.encode(manifest), indent=1)

    def _meet(self, text: bytes) -> None:
        """People whose ids are in the pack are named in it, and nobody else."""
        self._people |= people_in(text.decode(), self._rows.users)

    def _noted(self, path: str, content: bytes) -> Entry:
        self._note(path, len(content), hashlib.sha256(content).hexdigest(), self._now)
        return self._made(path, content)

    def _made(self, path: str, content: bytes) -> Entry:
        async def open_content() -> AsyncIterator[bytes]:
            return pieces_of(content)

        return Entry(path, len(content), self._now, open_content)

    async def _measured(
        self, path: str, chunks: Callable[[], AsyncIterator[bytes]], seen: Callable[[bytes], None] | None = None
    ) -> Entry:
        size, digest = 0, hashlib.sha256()
        async for chunk in chunks():
            size += len(chunk)
            digest.update(chunk)
            if seen is not None:
                seen(chunk)
        self._note(path, size, digest.hexdigest(), self._now)

        async def open_chunks() -> AsyncIterator[bytes]:
            return chunks()

        return Entry(path, size, self._now, open_chunks)

    def _original(self, path: str, file: StoredFile) -> Entry:
        self._note(path, file.size, file.sha256, file.created_at)
        return Entry(path, file.size, file.created_at, partial(self._sources.files.open, file))

    def _note(self, path: str, size: int, sha256: str, modified_at: Instant) -> None:
        self._files.append(PackedFile(path, size, sha256, exact_instant(modified_at)))
