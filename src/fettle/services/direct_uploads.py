"""Photos sent straight to the store: announced, sent with a signed request, checked when they are registered."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

import msgspec

from fettle.domain.direct_uploads import DirectUpload, NewDirectUpload, ObjectDiffers
from fettle.domain.errors import Detail, Invalid, NotFound, TooLarge
from fettle.domain.evidence import Kind, State, require_addable
from fettle.domain.files import StoredFile
from fettle.domain.ids import parse_uuid
from fettle.domain.instants import SECOND, Instant
from fettle.domain.uploads import UploadExpired
from fettle.services.files import Files, Kept, Upload, add_file
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import Announced, BlobNotFound, BlobStore, Clock, Database
from fettle.services.rows import Transaction
from fettle.services.signatures import Signatures
from fettle.services.upload_limits import require_allowed

_BATCH: Final = 100
# A client that comes back within a year is told that its bytes are gone; later its key is any key.
_REMEMBERED_S: Final = 365 * 24 * 3600
_AWAITED: Final = frozenset({State.REFERENCED, State.MISSING})


class SignedRequest(NamedTuple):
    """What the client sends the bytes with; `url` is None where the server itself takes them, under `signature`."""

    headers: Mapping[str, str]
    url: str | None
    signature: str = ""


class Deposit(NamedTuple):
    """What lies under a key: the announcement, and the bytes as far as they are Fettle's own already."""

    upload: DirectUpload
    file: StoredFile | None = None
    kept: Kept | None = None

    @property
    def is_stored(self) -> bool:
        """Whether Fettle has the bytes."""
        return self.file is not None or self.kept is not None


class DirectUploads:
    """The key of each works once, and for the work order it was made for."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        blobs: BlobStore,
        files: Files,
        signatures: Signatures,
        clock: Clock,
        *,
        max_bytes: int,
    ) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._blobs = blobs
        self._files = files
        self._signatures = signatures
        self._clock = clock
        self._max_bytes = max_bytes

    async def begin(self, intent: Intent, work_order_id: str, new: NewDirectUpload) -> Done:
        """Announce a photo; the answer is its key. Raises TooLarge, PRECONDITION_FAILED, WORK_ORDER_CLOSED."""
        if new.size > self._max_bytes:
            raise TooLarge(max_bytes=self._max_bytes)

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            require_addable(Kind.PHOTO, order)
            require_allowed(tx, act, order.id, new.size, new.content_type)
            upload = new.upload(act.new_id(), act.company_id, order.id, act.actor_id, act.now)
            tx.direct_uploads.add(upload)
            return Done(upload.id)

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def find(self, upload_id: str) -> DirectUpload:
        """What was announced; raises NotFound."""
        upload = await self._database.peek(lambda tx: tx.direct_uploads.find(upload_id))
        if upload is None:
            raise NotFound
        return upload

    async def signed_request(self, upload: DirectUpload) -> SignedRequest:
        """What sends these bytes until the upload expires: to the store, or to this server where that is the store."""
        key = self._blobs.incoming_key(upload.company_id, upload.id)
        if key is not None:
            left_s = max(1, (upload.expires_at - self._clock.now()) // SECOND)
            announced = Announced(upload.size, upload.content_type, upload.sha256)
            put = await self._blobs.put_link(key, announced, expires_in_s=left_s)
            if put is not None:
                return SignedRequest(put.headers, put.url)
        signature = await self._signatures.sign(upload.company_id, _signed_text(upload))
        return SignedRequest({"Content-Type": upload.content_type}, None, signature)

    async def admit(self, upload_id: str, signature: str) -> DirectUpload:
        """The upload that an address of this server is for; raises NotFound unless it is signed, UploadExpired."""
        upload = await self.find(upload_id)
        if not await self._signatures.is_signed(upload.company_id, _signed_text(upload), signature):
            raise NotFound
        if upload.expires_at <= self._clock.now():
            raise UploadExpired
        return upload

    async def take(self, upload: DirectUpload, chunks: AsyncIterator[bytes]) -> Done:
        """Keep the bytes that were sent to this server; the same bytes again: a repeat.

        Raises OBJECT_DIFFERS, NotFound when the upload is over, NoSpace, Unavailable, and what `chunks` raises.
        """
        async with self._blobs.spool() as spool:
            async for chunk in chunks:
                await spool.write(chunk)
                if spool.size > upload.size:
                    raise ObjectDiffers(None, Detail("size", "object_differs", _sizes(upload, spool.size)))
            sent = Upload(spool, upload.file_name)
            upload.require_same(size=spool.size, content_type=self._files.type_of(sent), sha256=spool.sha256)
            async with self._files.keeping(sent) as kept:
                return await self._note(upload, kept, spool.sha256)

    async def _note(self, upload: DirectUpload, kept: Kept | None, sha256: str) -> Done:
        def command(tx: Transaction, act: Act) -> Done:
            found = tx.direct_uploads.find(upload.id)
            if found is None or found.swept_at is not None or kept is None:
                raise NotFound
            there = tx.files.find(upload.company_id, upload.id)
            if there is None:
                add_file(tx, act, _file(upload, kept, act))
                return Done(upload.id)
            if there.sha256 != sha256:
                raise ObjectDiffers(
                    None, Detail("sha256", "object_differs", {"announced": there.sha256, "found": sha256})
                )
            return Done(upload.id, replayed=True)

        done = await self._gate.write_as_server(upload.company_id, command)
        if kept is not None:
            kept.is_used = not done.replayed
        return done

    @asynccontextmanager
    async def deposit(self, company_id: str, work_order_id: str, object_key: str) -> AsyncIterator[Deposit | None]:
        """What was sent under a key, checked against what was announced; None for a key that was not made here.

        Raises OBJECT_NOT_FOUND when nothing was sent, or the key is another order's; OBJECT_DIFFERS, and the object is
        gone.
        """
        upload = await self._find_announced(company_id, work_order_id, object_key)
        if upload is None or upload.evidence_id is not None:
            yield None if upload is None else Deposit(upload)
            return
        file = await self._database.peek(lambda tx: tx.files.find(company_id, upload.id))
        if file is not None:
            yield Deposit(upload, file)
            return
        key = self._blobs.incoming_key(company_id, upload.id)
        if key is None:
            raise object_not_found()
        async with self._checked(upload, key) as kept:
            yield Deposit(upload, kept=kept)

    async def _find_announced(self, company_id: str, work_order_id: str, object_key: str) -> DirectUpload | None:
        upload_id = parse_uuid(object_key)
        upload = await self._database.peek(lambda tx: tx.direct_uploads.find(upload_id)) if upload_id else None
        if upload is None:
            return None
        if (upload.company_id, upload.work_order_id) != (company_id, work_order_id):
            raise object_not_found()
        return upload

    @asynccontextmanager
    async def _checked(self, upload: DirectUpload, key: str) -> AsyncIterator[Kept | None]:
        """An object in the store: its size and type always, all of its bytes where a hash was announced."""
        found = await self._blobs.look(key)
        if found is None:
            raise object_not_found()
        stat, head = found
        try:
            upload.require_same(size=stat.size, content_type=self._files.type_of_head(head), sha256=None)
            if upload.sha256 is None:
                yield None
                return
            async with self._blobs.spool() as spool:
                async for chunk in await self._blobs.open(key):
                    await spool.write(chunk)
                upload.require_same(size=spool.size, content_type=upload.content_type, sha256=spool.sha256)
                async with self._files.keeping(Upload(spool, upload.file_name)) as kept:
                    yield kept
        except BlobNotFound:
            raise object_not_found() from None
        except ObjectDiffers:
            await self._blobs.delete(key)
            raise

    async def sweep(self, grace_s: int) -> int:
        """Remove what was sent and never registered, and what was copied since; how many uploads are over."""
        before = self._clock.now() - grace_s * SECOND
        removed, after = 0, ""
        while uploads := await self._expired(before, after):
            for upload in uploads:
                removed += await self._end(upload)
            after = uploads[-1].id
        forgotten = self._clock.now() - _REMEMBERED_S * SECOND
        await self._database.write(lambda tx: tx.direct_uploads.delete_swept(forgotten))
        return removed

    async def _expired(self, before: Instant, after: str) -> list[DirectUpload]:
        return await self._database.read(lambda tx: tx.direct_uploads.expired(before, after, _BATCH))

    async def _end(self, upload: DirectUpload) -> bool:
        """Row first, bytes later; what is not copied yet stays, until its time is over if the photo was deleted."""
        now = self._clock.now()

        def command(tx: Transaction) -> tuple[bool, StoredFile | None]:
            photo = tx.evidence.find_by_id(upload.evidence_id) if upload.evidence_id else None
            if photo is not None and photo.state in _AWAITED and photo.bytes_removed_at is None:
                return False, None
            if not tx.direct_uploads.mark_swept(upload, now):
                return False, None
            file = tx.files.find(upload.company_id, upload.id) if upload.evidence_id is None else None
            if file is not None:
                tx.files.delete(file.name)
            return True, file

        ended, file = await self._database.write(command)
        key = self._blobs.incoming_key(upload.company_id, upload.id)
        if ended and key is not None:
            await self._blobs.delete(key)
        if file is not None:
            await self._blobs.delete(file.storage_key)
        return ended


def register(tx: Transaction, act: Act, deposit: Deposit, evidence_id: str) -> StoredFile | None:
    """Note what the key became; its file, where Fettle has the bytes.

    Raises OBJECT_NOT_FOUND for a key that was used, or swept meanwhile.
    """
    if not tx.direct_uploads.register(deposit.upload.id, evidence_id):
        raise object_not_found()
    if deposit.kept is None:
        return deposit.file
    file = _file(deposit.upload, deposit.kept, act)
    add_file(tx, act, file)
    return file


def object_not_found() -> Invalid:
    """There is nothing that may be registered under this key."""
    return Invalid("OBJECT_NOT_FOUND", Detail("minioObjectKey", "object_not_found"))


def _file(upload: DirectUpload, kept: Kept, act: Act) -> StoredFile:
    return msgspec.structs.replace(kept.file(act), name=upload.id, created_by_user_id=upload.user_id)


def _signed_text(upload: DirectUpload) -> str:
    return f"PUT direct-upload {upload.id} {upload.expires_at}"


def _sizes(upload: DirectUpload, found: int) -> dict[str, int]:
    return {"announced": upload.size, "found": found}
