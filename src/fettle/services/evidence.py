"""Evidence: attachments with their bytes, photos by reference, and their deletion. Every way in ends here."""

from dataclasses import dataclass
from typing import Protocol

from fettle.domain.direct_uploads import DirectUpload
from fettle.domain.errors import Detail, Invalid, NotFound
from fettle.domain.evidence import (
    Kind,
    NewAttachment,
    NewPhoto,
    NewPhotoBytes,
    Type,
    require_addable,
    require_image,
)
from fettle.domain.files import StoredFile
from fettle.domain.late_photos import require_open_or_name_the_way
from fettle.domain.photos import check_cdn_url, check_object_key, check_step
from fettle.domain.reasons import require_reason
from fettle.domain.work_orders import WorkOrder, require_version
from fettle.services.direct_uploads import Deposit, DirectUploads
from fettle.services.entries import (
    add_attachment,
    add_photo,
    add_stored_photo,
    complete,
    find_awaiting,
    mark_deleted,
)
from fettle.services.files import Files, Upload, find_sent
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.late_photos import comes_late
from fettle.services.rows import Transaction
from fettle.services.twins import require_new
from fettle.services.upload_limits import require_allowed


class Ending(Protocol):
    """What ends in the same transaction that adds evidence, once the order is locked."""

    def require_open(self, tx: Transaction) -> None:
        """Raise when it has ended meanwhile."""
        ...

    def end(self, tx: Transaction, done: Done) -> None:
        """End it with the entry that was added, or that was there."""
        ...


@dataclass(frozen=True, slots=True)
class EvidenceRules:
    """What the one who runs the server decided."""

    cdn_hosts: frozenset[str] = frozenset()
    cdn_https_only: bool = False
    photo_objects_required: bool = False
    attachment_bytes_required: bool = False
    same_photo_refused: bool = False


class PhotoFinder(Protocol):
    """Looks for the object that a photo names."""

    async def exists(self, company_id: str, object_key: str) -> bool:
        """Whether the company's part of the store has it now; raises Unavailable."""
        ...

    def first_look_after_s(self, company_id: str, object_key: str) -> int:
        """When to look for an object that was named now: at once, or not before its grace is over."""
        ...


class EvidenceService:
    """See each method for what it raises beside the gate's own errors."""

    def __init__(
        self, gate: Gate, files: Files, finder: PhotoFinder, direct: DirectUploads, rules: EvidenceRules
    ) -> None:
        """All come from `build.py`."""
        self._gate = gate
        self._files = files
        self._finder = finder
        self._direct = direct
        self._rules = rules

    async def attach(
        self,
        intent: Intent,
        work_order_id: str,
        new: NewAttachment,
        upload: Upload | None,
        *,
        ending: Ending | None = None,
    ) -> Done:
        """Add an attachment; the answer is the id of its entry. Identical to an earlier one: a repeat.

        `ending` ends with a repeat too.
        Raises ATTACHMENT_MISSING and INVALID_BODY for parts that do not fit, NOT_AN_IMAGE, PRECONDITION_FAILED,
        WORK_ORDER_NOT_DRAFT, Unavailable, NoSpace. The bytes are durable before the entry exists.
        """
        required = self._rules.attachment_bytes_required
        new.require_complete(has_bytes=upload is not None, bytes_required=required)
        if new.type is Type.IMAGE and upload is not None:
            require_image(self._files.type_of(upload))
        async with self._files.text_upload(new.value if new.type is Type.TEXT else None) as text:
            return await self._attach(intent, work_order_id, new, upload or text, ending)

    async def _attach(
        self, intent: Intent, work_order_id: str, new: NewAttachment, upload: Upload | None, ending: Ending | None
    ) -> Done:
        async with self._files.keeping(upload) as kept:

            def command(tx: Transaction, act: Act) -> Done:
                order = tx.work_orders.get_for_change(act.company_id, work_order_id)
                if ending is None:
                    return add(tx, act, order)
                ending.require_open(tx)
                done = add(tx, act, order)
                ending.end(tx, done)
                return done

            def add(tx: Transaction, act: Act, order: WorkOrder) -> Done:
                sha256 = kept.sha256 if kept and new.type is not Type.TEXT else None
                repeat_key = new.repeat_key(order.id, act.actor_id, sha256)
                same = tx.evidence.find_repeat(order.id, repeat_key)
                if same is not None:
                    return Done(same.id, replayed=True)
                require_version(order, intent.versions)
                require_addable(Kind.ATTACHMENT, order)
                awaiting = find_awaiting(tx, act, order, new, sha256)
                file = kept.file(act) if kept else None
                held = None if kept else _sent_before(tx, act, new)
                if new.type is not Type.TEXT:
                    _require_allowed(tx, act, order, file or held)
                if awaiting is not None and file is not None:
                    return complete(tx, act, order, awaiting, file, repeat_key)
                return add_attachment(tx, act, order, new, file, repeat_key, held=held)

            done = await self._gate.write(intent, command, work_order_id=work_order_id)
            if kept is not None and not done.replayed:
                kept.is_used = True
            return done

    async def add_photo(
        self, intent: Intent, work_order_id: str, new: NewPhotoBytes, upload: Upload, *, ending: Ending
    ) -> Done:
        """Add a photo with its bytes; the answer is its id. One that was taken before the order was completed is late.

        Raises NOT_AN_IMAGE, PRECONDITION_FAILED, WORK_ORDER_CLOSED, Unavailable, NoSpace. The bytes are durable before
        the entry exists.
        """
        require_image(self._files.type_of(upload))
        async with self._files.keeping(upload) as kept:

            def command(tx: Transaction, act: Act) -> Done:
                order = tx.work_orders.get_for_change(act.company_id, work_order_id)
                ending.require_open(tx)
                require_version(order, intent.versions)
                is_late = comes_late(tx, order, new.taken_at)
                if kept is None:
                    raise Invalid("ATTACHMENT_MISSING")
                file = kept.file(act)
                _require_allowed(tx, act, order, file)
                self._require_new(tx, order, file)
                done = add_stored_photo(tx, act, order, new, file, is_late=is_late)
                ending.end(tx, done)
                return done

            done = await self._gate.write(intent, command, work_order_id=work_order_id)
            if kept is not None and not done.replayed:
                kept.is_used = True
            return done

    async def register_photo(self, intent: Intent, work_order_id: str, new: NewPhoto) -> Done:
        """Record a photo by reference; the answer is its id. The same key, instant and step: a repeat (contract B).

        Raises INVALID_BODY, OBJECT_NOT_FOUND (where the setting demands the object first, and for keys of direct
        uploads), OBJECT_DIFFERS, PRECONDITION_FAILED, WORK_ORDER_CLOSED.
        """
        check_object_key(new.object_key)
        check_cdn_url(new.cdn_url, self._rules.cdn_hosts, https_only=self._rules.cdn_https_only)
        check_step(new.step)
        company_id = intent.caller.company_id
        async with self._direct.deposit(company_id, work_order_id, new.object_key) as deposit:
            if deposit is None and self._rules.photo_objects_required:
                await self._require_object(company_id, new.object_key)
            return await self._register(intent, work_order_id, new, deposit)

    async def _register(self, intent: Intent, work_order_id: str, new: NewPhoto, deposit: Deposit | None) -> Done:
        first_look_after_s = self._finder.first_look_after_s(intent.caller.company_id, new.object_key)

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            repeat_key = new.repeat_key(order.id)
            brought = _brought(tx, act, new, deposit)
            may_be_refused = intent.versions is not None or not order.is_open or brought is not None
            if may_be_refused and tx.evidence.find_repeat(order.id, repeat_key) is None:
                require_version(order, intent.versions)
                require_open_or_name_the_way(order)
                _require_allowed(tx, act, order, brought)
            done = add_photo(tx, act, order, new, repeat_key, first_look_after_s=first_look_after_s, deposit=deposit)
            if not done.replayed and deposit is not None:
                self._require_new(tx, order, tx.files.find(order.company_id, deposit.upload.id))
            return done

        done = await self._gate.write(intent, command, work_order_id=work_order_id)
        if deposit is not None and deposit.kept is not None:
            deposit.kept.is_used = not done.replayed
        return done

    def _require_new(self, tx: Transaction, order: WorkOrder, file: StoredFile | None) -> None:
        if self._rules.same_photo_refused and file is not None:
            require_new(tx, order, file)

    async def _require_object(self, company_id: str, object_key: str) -> None:
        if not await self._finder.exists(company_id, object_key):
            raise Invalid("OBJECT_NOT_FOUND", Detail("minioObjectKey", "object_not_found"))

    async def delete(self, intent: Intent, work_order_id: str, evidence_id: str, reason: str | None) -> Done:
        """Mark an entry as deleted; its bytes stay. Deleted already: a repeat.

        `evidence_id` is the entry's id or its file name. Raises NotFound, INVALID_BODY where a reason is needed,
        PRECONDITION_FAILED, WORK_ORDER_NOT_DRAFT (an attachment) or WORK_ORDER_CLOSED (a photo).
        """

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            found = tx.evidence.find(act.company_id, order.id, evidence_id)
            found = found or tx.evidence.find_by_file_name(act.company_id, order.id, evidence_id)
            if found is None:
                raise NotFound
            if found.deleted_at is not None:
                return Done(found.id, replayed=True)
            if tx.company_rules.of_company(act.company_id).reasons_required:
                require_reason(reason, "reason")
            require_version(order, intent.versions)
            require_addable(found.kind, order)
            return mark_deleted(tx, act, order, found, reason)

        return await self._gate.write(intent, command, work_order_id=work_order_id)


def _sent_before(tx: Transaction, act: Act, new: NewAttachment) -> StoredFile | None:
    """What POST /files took under the name that an attachment gives; raises NOT_AN_IMAGE."""
    file = find_sent(tx, act.company_id, new.file_name or "")
    if file is not None and new.type is Type.IMAGE:
        require_image(file.content_type)
    return file


def _brought(tx: Transaction, act: Act, new: NewPhoto, deposit: Deposit | None) -> StoredFile | DirectUpload | None:
    """What is known of a photo's bytes when it is registered: of those sent straight, or by POST /files."""
    return find_sent(tx, act.company_id, new.object_key) if deposit is None else deposit.upload


def _require_allowed(tx: Transaction, act: Act, order: WorkOrder, file: StoredFile | DirectUpload | None) -> None:
    if file is not None:
        require_allowed(tx, act, order.id, file.size, file.content_type)
