"""Files: bytes made durable under a key of ours, then known by a row; and read back, never silently wrong."""

import contextlib
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from fettle.domain.errors import FettleError, Invalid, NotFound, Unavailable
from fettle.domain.evidence import State
from fettle.domain.files import BytesRemoved, Origin, StoredFile
from fettle.domain.ids import parse_uuid
from fettle.domain.jobs import Job, JobKind
from fettle.domain.people import Caller
from fettle.domain.pictures import is_read
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import Arrived, BlobNotFound, BlobStore, Clock, Database, TypeReader
from fettle.services.rows import Transaction
from fettle.services.seen_whole import SeenWhole
from fettle.services.upload_limits import require_allowed

KEPT_PREFIX = "kept/"
MADE_PREFIX = "made/"
PACKS_PREFIX = "packs/"
_FAILED_READ_RETRY_S = 60


def add_file(tx: Transaction, act: Act, file: StoredFile) -> None:
    """Note a file, with the job that reads what is in it."""
    tx.files.add(file)
    if is_read(file.content_type):
        tx.jobs.add(Job(act.new_id(), file.company_id, JobKind.READ_FACTS, file.name, act.now, act.now))


def find_sent(tx: Transaction, company_id: str, name: str) -> StoredFile | None:
    """What POST /files took under the name that a request gives; nothing removes it before the transaction ends."""
    file_name = parse_uuid(name)
    file = tx.files.find_for_change(company_id, file_name) if file_name else None
    return file if file is not None and file.removed_at is None and file.origin is Origin.UPLOAD else None


def fresh_key(new_id: str, prefix: str = KEPT_PREFIX) -> str:
    """A key of ours for new bytes; no part of it comes from a user."""
    random_hex = new_id.replace("-", "")
    return f"{prefix}{random_hex[-2:]}/{random_hex}"


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that have arrived, with the cleaned name that they came with."""

    spool: Arrived
    file_name: str | None


@dataclass(slots=True)
class Kept:
    """Bytes that are durable and that no row names yet; dropped again unless `is_used` is set."""

    storage_key: str
    size: int
    sha256: str
    content_type: str
    original_file_name: str | None
    is_used: bool = False

    def file(self, act: Act, origin: Origin = Origin.EVIDENCE) -> StoredFile:
        """The row for these bytes, under a fresh name."""
        return StoredFile(
            act.new_id(),
            act.company_id,
            self.storage_key,
            self.size,
            self.sha256,
            self.content_type,
            self.original_file_name,
            origin,
            act.now,
            act.actor_id,
        )


class Alarm(Protocol):
    """Who is told when bytes that we took are gone or changed."""

    async def damaged(self, file: StoredFile) -> None:
        """Mark the file and its evidence, and raise the alarm."""
        ...


class Files:
    """Bytes in and out, below both dialects."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        types: TypeReader,
        clock: Clock,
        gate: Gate,
        alarm: Alarm,
    ) -> None:
        """All come from `build.py`."""
        self._database = database
        self._blobs = blobs
        self._types = types
        self._clock = clock
        self._gate = gate
        self._alarm = alarm
        self._seen_whole = SeenWhole(clock)

    def type_of(self, upload: Upload) -> str:
        """The media type by content."""
        return self.type_of_head(upload.spool.head)

    def type_of_head(self, head: bytes) -> str:
        """The same, of bytes of which these are the first 4 KiB."""
        return self._types.type_of(head)

    @asynccontextmanager
    async def text_upload(self, text: str | None) -> AsyncIterator[Upload | None]:
        """A text as bytes, for a TEXT is kept as a file too; None without a text."""
        if text is None:
            yield None
            return
        async with self._blobs.spool() as spool:
            await spool.write(text.encode())
            yield Upload(spool, None)

    @asynccontextmanager
    async def keeping(self, upload: Upload | None) -> AsyncIterator[Kept | None]:
        """Make the bytes durable; when nothing used them on the way out they are removed again.

        Raises NoSpace or Unavailable. What a crash leaves behind the sweep takes.
        """
        if upload is None:
            yield None
            return
        key = fresh_key(self._clock.new_id())
        await upload.spool.keep(key)
        kept = Kept(key, upload.spool.size, upload.spool.sha256, self.type_of(upload), upload.file_name)
        try:
            yield kept
        except Unavailable:
            # The answer to COMMIT may be what was lost: a row may name the bytes, so only the sweep may judge them.
            raise
        except FettleError:
            await self._drop(key)
            raise
        if not kept.is_used:
            await self._drop(key)

    async def _drop(self, key: str) -> None:
        with contextlib.suppress(Unavailable):
            await self._blobs.delete(key)

    async def store(self, intent: Intent, upload: Upload) -> Done:
        """Keep bytes that are not evidence yet (POST /files); the answer is the file's name."""
        if upload.spool.size == 0:
            raise Invalid("ATTACHMENT_MISSING")
        async with self.keeping(upload) as kept:

            def command(tx: Transaction, act: Act) -> Done:
                if kept is None:
                    raise Invalid("ATTACHMENT_MISSING")
                file = kept.file(act, Origin.UPLOAD)
                require_allowed(tx, act, None, file.size, file.content_type)
                add_file(tx, act, file)
                return Done(file.name)

            done = await self._gate.write(intent, command)
            if kept is not None:
                kept.is_used = not done.replayed
            return done

    async def get(self, caller: Caller, name: str) -> StoredFile:
        """The file of that name in the caller's company; raises NotFound, NOT_STORED for bytes still awaited.

        BYTES_REMOVED for those that are gone for good.
        """

        def query(tx: Transaction) -> StoredFile:
            file = tx.files.find(caller.company_id, name)
            if file is not None and file.removed_at is not None:
                raise BytesRemoved
            if file is not None:
                return file
            awaited = [e for e in tx.files.evidence_of(name) if e.company_id == caller.company_id]
            if any(e.state in {State.REFERENCED, State.MISSING} for e in awaited):
                raise NotFound("NOT_STORED")
            raise NotFound

        return await self._database.read(query)

    async def find_many(self, caller: Caller, names: list[str]) -> dict[str, StoredFile]:
        """The files of these names that are stored, by name."""
        found = await self._database.read(lambda tx: tx.files.of_names(caller.company_id, names))
        return {file.name: file for file in found}

    async def open(self, file: StoredFile, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a range of a file that was right within the hour, or all of them checked against the SHA-256.

        Gone: Unavailable before the first byte, and the alarm. Changed: the same before the last byte (of a range, and
        of a file that comes in one piece, before the first), so that no reader ever takes a wrong file for a whole one.
        Removed for good: BYTES_REMOVED.
        """
        if file.removed_at is not None:
            raise BytesRemoved
        if file.damaged_at is not None:
            raise Unavailable("BYTES_DAMAGED", retry_after_s=_FAILED_READ_RETRY_S)
        if start == 0 and (length is None or length == file.size):
            return await _begun(await self._open_whole(file))
        await self._seen_whole.require(file.storage_key, lambda: self._open_whole(file))
        return await self._open(file, start, length)

    async def _open_whole(self, file: StoredFile) -> AsyncIterator[bytes]:
        return self._checked(file, await self._open(file))

    async def _open(self, file: StoredFile, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        try:
            return await self._blobs.open(file.storage_key, start, length)
        except BlobNotFound:
            await self._alarm.damaged(file)
            raise Unavailable("BYTES_DAMAGED", retry_after_s=_FAILED_READ_RETRY_S) from None

    async def link(self, file: StoredFile, expires_in_s: int) -> str | None:
        """A URL of the store's own to download the file with; None where only this server has it, or not whole."""
        if not file.is_whole:
            return None
        name, content_type = file.original_file_name or file.name, file.content_type
        return await self._blobs.link(
            file.storage_key, expires_in_s=expires_in_s, file_name=name, content_type=content_type
        )

    async def _checked(self, file: StoredFile, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        digest = hashlib.sha256()
        held = b""
        async for chunk in chunks:
            digest.update(chunk)
            if held:
                yield held
            held = chunk
        if digest.hexdigest() != file.sha256:
            await self._alarm.damaged(file)
            raise Unavailable("BYTES_DAMAGED", retry_after_s=_FAILED_READ_RETRY_S)
        self._seen_whole.note(file.storage_key)
        yield held


async def _begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks, of which the first is here already: what prevents it can still be answered."""
    first = await anext(chunks)

    async def all_chunks() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return all_chunks()
