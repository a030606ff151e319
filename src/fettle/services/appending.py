"""One request that adds to an upload: what it brings becomes durable as it comes, and evidence with the last byte."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from fettle.domain.errors import FettleError, TooLarge, Unavailable
from fettle.domain.evidence import NewAttachment, NewPhotoBytes
from fettle.domain.instants import Instant
from fettle.domain.uploads import ChecksumMismatch, Upload, UploadKind, UploadPart, WrongOffset
from fettle.services import files
from fettle.services.evidence import EvidenceService
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import BlobStore, Database, Growth, Part
from fettle.services.rows import Transaction

# After a crash in the middle of a long request, the client sends at most so much again.
_SETTLED_EVERY_BYTES: Final = 16 << 20


class Digest(Protocol):
    """A hash of hashlib's."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class Checksum(NamedTuple):
    """What the bytes of a request must add up to: a fresh hash, and its value."""

    digest: Digest
    expected: bytes


@dataclass(slots=True)
class Appending:
    """Lives for one request; `received` bytes are durable and known, `unsettled` more have come.

    `is_settling` from the flush to the row: what failed on the way is neither tried again nor trusted.
    """

    database: Database
    gate: Gate
    blobs: BlobStore
    evidence: EvidenceService
    growth: Growth
    intent: Intent
    upload: Upload
    checksum: Checksum | None
    lasts_until: Instant
    received: int
    unsettled: int = 0
    is_settling: bool = False

    async def take(self, chunks: AsyncIterator[bytes]) -> None:
        """Add all that comes; see `Uploads.append`."""
        try:
            async for chunk in chunks:
                await self._add(chunk)
        except BaseException:
            if self.checksum is None and self.unsettled and not self._is_whole and not self.is_settling:
                with suppress(FettleError):
                    await asyncio.shield(self._settle())
            raise
        if self.checksum is not None and not hmac.compare_digest(self.checksum.digest.digest(), self.checksum.expected):
            raise ChecksumMismatch
        if self.unsettled:
            await (self._finish() if self._is_whole else self._settle())

    @property
    def _is_whole(self) -> bool:
        return self.received + self.unsettled == self.upload.length

    async def _add(self, chunk: bytes) -> None:
        if self.received + self.unsettled + len(chunk) > self.upload.length:
            raise TooLarge(max_bytes=self.upload.length)
        if self.checksum is not None:
            self.checksum.digest.update(chunk)
        await self.growth.write(chunk)
        self.unsettled += len(chunk)
        if self.checksum is None and self.unsettled >= _SETTLED_EVERY_BYTES and not self._is_whole:
            await self._settle()

    async def _settle(self) -> None:
        """Make durable what came, then known."""
        self.is_settling = True
        async with self.growth.settled() as part:
            row = UploadPart(self.upload.id, self.upload.company_id, *part)

            def command(tx: Transaction, _act: Act) -> Done:
                if not tx.uploads.advance(row, self.lasts_until):
                    raise WrongOffset
                return Done(row.upload_id)

            await self.gate.write(self.intent, command)
        self.received, self.unsettled, self.is_settling = self.received + part.size, 0, False

    async def _finish(self) -> None:
        """The last byte: evidence and the end of the upload are one transaction, before which it stands as it did."""
        rows = await self.database.read(lambda tx: tx.uploads.parts(self.upload.id))
        try:
            await self._take_whole([Part(row.start, row.size, row.name) for row in rows])
        except Unavailable:
            # Where another server took the last byte, it removed the parts as well.
            await self.database.read(self.require_open)
            raise
        with suppress(FettleError):
            await self.blobs.drop_grown(self.upload.id)

    async def _take_whole(self, before: Sequence[Part]) -> None:
        if sum(part.size for part in before) != self.received:
            raise Unavailable
        async with self.growth.whole(before) as arrived:
            if self.upload.sha256 is not None and arrived.sha256 != self.upload.sha256:
                await self._give_up()
                raise ChecksumMismatch
            await self._become_evidence(files.Upload(arrived, self.upload.file_name))

    async def _become_evidence(self, whole: files.Upload) -> None:
        upload = self.upload
        if upload.kind is UploadKind.PHOTO:
            photo = NewPhotoBytes(f"upload {upload.id}", upload.step, upload.taken_at, upload.taken_at_text)
            await self.evidence.add_photo(self.intent, upload.work_order_id, photo, whole, ending=self)
        else:
            new = NewAttachment(upload.kind.type, upload.name or "")
            await self.evidence.attach(self.intent, upload.work_order_id, new, whole, ending=self)

    def require_open(self, tx: Transaction) -> None:
        """See `services.evidence.Ending`: another server may have taken the last byte."""
        found = tx.uploads.find(self.upload.id)
        if found is None or found.received != self.received or found.evidence_id is not None:
            raise WrongOffset

    def end(self, tx: Transaction, done: Done) -> None:
        """See `services.evidence.Ending`."""
        if not tx.uploads.finish(self.upload.id, self.received, done.id, self.lasts_until):
            raise WrongOffset

    async def _give_up(self) -> None:
        """The whole is not what the client meant to send: no end of it can be trusted."""
        upload_id = self.upload.id
        await self.gate.write(self.intent, lambda tx, _act: Done(upload_id, replayed=not tx.uploads.delete(upload_id)))
        await self.blobs.drop_grown(upload_id)
