"""Uploads in parts: begun, gone on with after every interruption, and evidence once the last byte is durable."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from fettle.domain.errors import Detail, Invalid, NotFound, TooLarge, invalid_field
from fettle.domain.evidence import require_addable
from fettle.domain.instants import SECOND
from fettle.domain.people import Caller
from fettle.domain.upload_limits import UNDER_WAY_S
from fettle.domain.uploads import Upload, UploadBusy, UploadExpired, UploadKind, Wanted, WrongOffset
from fettle.services.appending import Appending, Checksum
from fettle.services.evidence import EvidenceService
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.late_photos import comes_late
from fettle.services.ports import BlobStore, Clock, Database
from fettle.services.rows import Transaction
from fettle.services.upload_limits import require_allowed

GROWING_PREFIX: Final = "growing/"
# A client that comes back while its former connection is silent for so long has lost that one.
_SILENT_S: Final = 2.0
_ENDED_WITHIN_S: Final = 10.0
_BATCH: Final = 100
_SUPERSEDED: Final = "the client came back"


@dataclass(slots=True)
class _Active:
    """A request that adds to an upload now. Only while it waits for its client can that have fallen silent."""

    task: asyncio.Task[object]
    waits_since_s: float = math.inf
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Uploads:
    """Whoever began an upload goes on with it; to everybody else it does not exist."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        blobs: BlobStore,
        evidence: EvidenceService,
        clock: Clock,
        *,
        max_bytes: int,
        lasts_s: int,
    ) -> None:
        """All come from `build.py`; an upload left alone for `lasts_s` expires."""
        self._database = database
        self._gate = gate
        self._blobs = blobs
        self._evidence = evidence
        self._clock = clock
        self.max_bytes: Final = max_bytes
        self._lasts_s = lasts_s
        self._active: dict[str, _Active] = {}

    async def create(self, intent: Intent, wanted: Wanted, length: int, metadata: str) -> Done:
        """Begin an upload of `length` bytes; the answer is its id. What could never be added is refused here.

        Raises INVALID_METADATA for an order that is not there, TooLarge, WORK_ORDER_NOT_DRAFT, WORK_ORDER_CLOSED.
        """
        if length < 1:
            raise invalid_field("Upload-Length", "at_least", min=1)
        if length > self.max_bytes:
            raise TooLarge(max_bytes=self.max_bytes)

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.find(act.company_id, wanted.work_order_id)
            if order is None:
                raise Invalid("INVALID_METADATA", Detail("workOrderId", "not_found"))
            if wanted.kind is UploadKind.PHOTO:
                comes_late(tx, order, wanted.taken_at)
            else:
                require_addable(wanted.kind.evidence_kind, order)
            allowed = require_allowed(tx, act, order.id, length, None)
            if allowed.max_open_uploads is not None:
                still = act.now + max(0, self._lasts_s - UNDER_WAY_S) * SECOND
                allowed.require_one_more(tx.upload_limits.open_uploads(intent.caller, still))
            upload = self._upload(act, intent.caller.key_id, wanted, length, metadata)
            tx.uploads.add(upload)
            return Done(upload.id)

        return await self._gate.write(intent, command)

    async def find(self, caller: Caller, upload_id: str) -> Upload:
        """The upload as the record has it; raises NotFound, UploadExpired."""
        upload = await self._database.peek(lambda tx: tx.uploads.find(upload_id))
        if upload is None or (upload.company_id, upload.user_id) != (caller.company_id, caller.user_id):
            raise NotFound
        if upload.expires_at <= self._clock.now():
            raise UploadExpired
        return upload

    async def look(self, caller: Caller, upload_id: str) -> Upload:
        """The same, after a request that fell silent has saved what it had."""
        await self.find(caller, upload_id)
        active = self._active.get(upload_id)
        if active is not None and self._is_silent(active):
            await self._end(active)
        return await self.find(caller, upload_id)

    async def append(
        self,
        intent: Intent,
        upload_id: str,
        offset: int,
        chunks: AsyncIterator[bytes],
        checksum: Checksum | None = None,
    ) -> Upload:
        """Add bytes from `offset` on, and make the evidence with the last; the upload as it stands then.

        However the bytes end, those that came are kept, unless a checksum was promised for them all. Raises NotFound,
        UploadExpired, WrongOffset, UploadBusy, TooLarge, ChecksumMismatch, what `chunks` raises, and, at the last byte,
        what the evidence raises: the upload then stands where the request began.
        """
        await self.find(intent.caller, upload_id)
        await self._take_over(upload_id)
        with self._busy(upload_id) as active:
            upload = await self.find(intent.caller, upload_id)
            if offset != upload.received:
                raise WrongOffset(offset=upload.received)
            try:
                await self._append(intent, upload, self._heard(active, chunks), checksum)
            except asyncio.CancelledError as cancelled:
                if cancelled.args != (_SUPERSEDED,):
                    raise
                active.task.uncancel()
                raise UploadBusy from None
        return await self.find(intent.caller, upload_id)

    async def remove(self, intent: Intent, upload_id: str) -> Done:
        """Give an upload up, with its bytes; evidence that it became stays.

        Raises NotFound, UploadExpired, UploadBusy.
        """
        await self.find(intent.caller, upload_id)
        await self._take_over(upload_id)

        def command(tx: Transaction, _act: Act) -> Done:
            return Done(upload_id, replayed=not tx.uploads.delete(upload_id))

        done = await self._gate.write(intent, command)
        await self._blobs.drop_grown(upload_id)
        return done

    async def expire(self) -> int:
        """Forget the uploads that were left alone for too long, and their bytes; how many."""
        removed = 0
        while uploads := await self._expired():
            for upload in uploads:
                removed += await self._expire(upload)
        return removed

    async def _expire(self, upload: Upload) -> bool:
        """Row first, bytes later; False when somebody has gone on with it meanwhile."""
        if not await self._database.write(lambda tx: tx.uploads.expire(upload)):
            return False
        await self._blobs.drop_grown(upload.id)
        return True

    async def sweep(self, grace_s: int) -> int:
        """Remove what grew for no upload that still waits, and is older than the grace period; how many objects."""
        latest = self._clock.now() - grace_s * SECOND
        old = [s.key.split("/")[1] async for s in self._blobs.list(GROWING_PREFIX) if s.modified_at <= latest]
        removed = 0
        for upload_id in dict.fromkeys(old):
            upload = await self._database.read(lambda tx, name=upload_id: tx.uploads.find(name))  # type: ignore[misc]  # a bound lambda
            if upload is None or upload.evidence_id is not None:
                await self._blobs.drop_grown(upload_id)
                removed += 1
        return removed

    def _upload(self, act: Act, key_id: str | None, wanted: Wanted, length: int, metadata: str) -> Upload:
        return Upload(
            id=act.new_id(),
            company_id=act.company_id,
            work_order_id=wanted.work_order_id,
            user_id=act.actor_id,
            kind=wanted.kind,
            length=length,
            received=0,
            metadata=metadata,
            created_at=act.now,
            expires_at=act.now + self._lasts_s * SECOND,
            name=wanted.name,
            file_name=wanted.file_name,
            step=wanted.step,
            taken_at=wanted.taken_at,
            taken_at_text=wanted.taken_at_text,
            sha256=wanted.sha256,
            key_id=key_id,
        )

    async def _append(
        self, intent: Intent, upload: Upload, chunks: AsyncIterator[bytes], checksum: Checksum | None
    ) -> None:
        if upload.evidence_id is not None:
            async for _ in chunks:
                raise TooLarge(max_bytes=upload.length)
            return
        async with self._blobs.grow(upload.id, upload.received, partial(self._require_unmoved, upload)) as growth:
            parts = (self._database, self._gate, self._blobs, self._evidence)
            lasts_until = self._clock.now() + self._lasts_s * SECOND
            await Appending(*parts, growth, intent, upload, checksum, lasts_until, upload.received).take(chunks)

    async def _require_unmoved(self, upload: Upload) -> None:
        """Raise WrongOffset where another server has gone on with it, or ended it, since it was read."""
        found = await self._database.write(lambda tx: tx.uploads.find_for_change(upload.id))
        if found is None or found.received != upload.received or found.evidence_id is not None:
            raise WrongOffset

    async def _expired(self) -> list[Upload]:
        now = self._clock.now()
        return await self._database.read(lambda tx: tx.uploads.expired(now, _BATCH))

    async def _heard(self, active: _Active, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            active.waits_since_s = self._clock.elapsed_s()
            async for chunk in chunks:
                active.waits_since_s = math.inf
                yield chunk
                active.waits_since_s = self._clock.elapsed_s()
        finally:
            active.waits_since_s = math.inf

    async def _take_over(self, upload_id: str) -> None:
        """Let a request end that fell silent; raises UploadBusy for one that does not."""
        active = self._active.get(upload_id)
        if active is None:
            return
        if not self._is_silent(active):
            raise UploadBusy
        await self._end(active)
        if upload_id in self._active:
            raise UploadBusy

    def _is_silent(self, active: _Active) -> bool:
        return self._clock.elapsed_s() - active.waits_since_s >= _SILENT_S

    async def _end(self, active: _Active) -> None:
        active.waits_since_s = math.inf
        active.task.cancel(_SUPERSEDED)
        try:
            async with asyncio.timeout(_ENDED_WITHIN_S):
                await active.ended.wait()
        except TimeoutError:
            raise UploadBusy from None

    @contextmanager
    def _busy(self, upload_id: str) -> Iterator[_Active]:
        if upload_id in self._active:
            raise UploadBusy
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("an upload is taken by a task")
        active = self._active[upload_id] = _Active(task)
        try:
            yield active
        finally:
            del self._active[upload_id]
            active.ended.set()
