"""Facts and renditions of stored files: read in the background after every arrival, made on demand, once."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Collection
from typing import Final, NamedTuple

import msgspec

from fettle.domain.errors import FettleError, NotFound, Unavailable
from fettle.domain.files import StoredFile
from fettle.domain.people import Caller
from fettle.domain.pictures import (
    Drawn,
    FileFacts,
    Print,
    PrintSize,
    Problem,
    Reading,
    Rendition,
    RenditionKind,
    is_read,
)
from fettle.services.files import MADE_PREFIX, Files, fresh_key
from fettle.services.ports import BlobNotFound, BlobStore, Clock, Database, PictureReader
from fettle.services.rows import Transaction
from fettle.services.twins import find_look

# Large ones are for the few that somebody looks at closely.
RENDITION_TYPE: Final = "image/webp"
_MADE_AHEAD: Final = (RenditionKind.THUMBNAIL, RenditionKind.PREVIEW)


class Picture(NamedTuple):
    """A rendition with its bytes, which are whole."""

    rendition: Rendition
    content: bytes


class Pictures:
    """What `/v1` shows of a picture beyond its bytes; the original is never touched."""

    def __init__(self, database: Database, blobs: BlobStore, files: Files, reader: PictureReader, clock: Clock) -> None:
        """All come from `build.py`."""
        self._database = database
        self._blobs = blobs
        self._files = files
        self._reader = reader
        self._clock = clock
        self._making: dict[tuple[str, RenditionKind], asyncio.Task[Picture]] = {}

    async def read_facts(self, company_id: str, file_name: str) -> None:
        """Read a file that has arrived, and make what nearly everybody will ask for; raises Unavailable, NoSpace."""
        file = await self._database.read(lambda tx: tx.files.find(company_id, file_name))
        if file is not None and file.is_whole:
            await self._read(file, _MADE_AHEAD)

    async def get(self, caller: Caller, file_name: str, kind: RenditionKind) -> Picture:
        """A rendition, made now if need be, once even when many ask together.

        Raises NotFound for a file that is not the company's, NO_RENDITION where none can be made, Unavailable.
        """
        file = await self._files.get(caller, file_name)
        if not is_read(file.content_type):
            raise NotFound("NO_RENDITION")
        found = await self._find(file, kind)
        return found or await self._made_once(file, kind)

    async def draw_print(self, file: StoredFile, size: PrintSize) -> Print | None:
        """A picture for paper, kept by nobody: of the preview where there is one, for that takes least time.

        None where none can be made; raises BYTES_DAMAGED, NoSpace, Unavailable.
        """
        preview = await self._find(file, RenditionKind.PREVIEW)
        if preview is not None:
            content = in_one(preview.content, 0, None)
            return (await self._reader.read(content, RENDITION_TYPE, (), size)).printed
        return (await self._reader.read(await self._files.open(file), file.content_type, (), size)).printed

    async def _find(self, file: StoredFile, kind: RenditionKind) -> Picture | None:
        """The rendition there is; one whose bytes are gone or changed is forgotten, for it can be made again."""
        row = await self._database.peek(lambda tx: tx.pictures.find_rendition(file.company_id, file.name, kind))
        if row is None:
            return None
        try:
            content = b"".join([chunk async for chunk in await self._blobs.open(row.storage_key)])
        except BlobNotFound:
            content = b""
        if hashlib.sha256(content).hexdigest() == row.sha256:
            return Picture(row, content)
        await self._database.write(lambda tx: tx.pictures.delete_rendition(row))
        return None

    async def _made_once(self, file: StoredFile, kind: RenditionKind) -> Picture:
        key = (file.name, kind)
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(file, kind))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(task)

    async def _make(self, file: StoredFile, kind: RenditionKind) -> Picture:
        await self._require_drawable(file)
        await self._read(file, (kind,))
        found = await self._find(file, kind)
        if found is None:
            await self._require_drawable(file)
            raise Unavailable
        return found

    async def _require_drawable(self, file: StoredFile) -> None:
        """Raise NO_RENDITION for a file that was read before and could not be drawn."""
        known = await self._database.peek(lambda tx: tx.pictures.facts(file.company_id, [file.name]))
        if known and known[0].problem not in {None, Problem.TOO_SLOW}:
            raise NotFound("NO_RENDITION")

    async def _read(self, file: StoredFile, kinds: Collection[RenditionKind]) -> None:
        reading = await self._reader.read(await self._files.open(file), file.content_type, kinds)
        rows = [await self._keep(file, drawn) for drawn in reading.drawn]
        unused = await self._database.write(lambda tx: _note(tx, _facts(file, reading, self._clock.now()), rows))
        for row in unused:
            with contextlib.suppress(FettleError):
                await self._blobs.delete(row.storage_key)

    async def _keep(self, file: StoredFile, drawn: Drawn) -> Rendition:
        """The picture as bytes that are durable, and the row that will name them; a crash leaves them to the sweep."""
        key = fresh_key(self._clock.new_id(), MADE_PREFIX)
        async with self._blobs.spool() as spool:
            await spool.write(drawn.content)
            await spool.keep(key)
            size, sha256 = spool.size, spool.sha256
        now, owner = self._clock.now(), file.company_id
        return Rendition(file.name, drawn.kind, owner, key, size, sha256, drawn.width, drawn.height, now)


def _note(tx: Transaction, facts: FileFacts, rows: list[Rendition]) -> list[Rendition]:
    """Note facts and renditions; those that were made elsewhere meanwhile, or of a file that has gone, are not used."""
    file = tx.files.find_for_change(facts.company_id, facts.file_name)
    if file is None or file.removed_at is not None:
        return rows
    if file.place_erased_at is not None:
        facts = msgspec.structs.replace(facts, latitude=None, longitude=None, altitude_m=None)
    tx.pictures.set_facts(msgspec.structs.replace(facts, looks_like=find_look(tx, facts)))
    return [row for row in rows if not tx.pictures.add_rendition(row)]


def _facts(file: StoredFile, reading: Reading, now: int) -> FileFacts:
    return FileFacts(file.name, file.company_id, now, **msgspec.structs.asdict(reading.facts))


async def in_one(content: bytes, start: int, length: int | None) -> AsyncIterator[bytes]:
    """A range of bytes that are in memory, as the server sends bytes."""
    yield content[start : None if length is None else start + length]
