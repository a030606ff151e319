"""The rows that one piece of evidence makes: its entry, its file, its dataset and its line in the log."""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from fettle.domain.activity import EntryType
from fettle.domain.catalogue import Dataset, DataType
from fettle.domain.evidence import (
    DATA_TYPE_OF,
    NAME_OF_A_STEPLESS_PHOTO,
    Evidence,
    Kind,
    NewAttachment,
    NewPhoto,
    NewPhotoBytes,
    State,
    Type,
)
from fettle.domain.files import StoredFile
from fettle.domain.instants import SECOND
from fettle.domain.jobs import Job, JobKind
from fettle.domain.late_photos import LatePhoto, LateState
from fettle.domain.work_orders import WorkOrder
from fettle.services.activity import record
from fettle.services.content import record_edit
from fettle.services.direct_uploads import Deposit, register
from fettle.services.files import add_file
from fettle.services.gate import Act, Done
from fettle.services.rows import Transaction


def add_attachment(
    tx: Transaction,
    act: Act,
    order: WorkOrder,
    new: NewAttachment,
    sent: StoredFile | None,
    repeat_key: str,
    *,
    held: StoredFile | None = None,
) -> Done:
    """Add an attachment with the file that was sent, or that is held already, or is still awaited."""
    if sent is not None:
        add_file(tx, act, sent)
    file = sent or held
    entry = _entry(
        tx,
        act,
        order,
        Kind.ATTACHMENT,
        new.type,
        new.name,
        value=new.value or "",
        file_name=file.name if file else act.new_id(),
        state=_state_of(file),
        repeat_key=repeat_key,
    )
    tx.evidence.add(entry)
    _log_addition(tx, act, order, entry, EntryType.ATTACHMENT_ADDED, file)
    return Done(entry.id)


def add_photo(
    tx: Transaction,
    act: Act,
    order: WorkOrder,
    new: NewPhoto,
    repeat_key: str,
    *,
    first_look_after_s: int,
    deposit: Deposit | None = None,
) -> Done:
    """Add a photo by reference, with the job that looks for its object unless Fettle has its bytes already.

    A repeat is known by the unique index.
    """
    entry = _photo(
        tx,
        act,
        order,
        new,
        repeat_key,
        value=new.cdn_url,
        file_name=deposit.upload.id if deposit else act.new_id(),
        state=State.STORED if deposit and deposit.is_stored else State.REFERENCED,
        object_key=new.object_key,
        cdn_url=new.cdn_url,
    )
    if not tx.evidence.add_unless_repeated(entry):
        return _repeat_photo(tx, act, order, repeat_key, new.cdn_url)
    file = register(tx, act, deposit, entry.id) if deposit else None
    _log_addition(tx, act, order, entry, EntryType.PHOTO_ADDED, file)
    if file is None:
        run_at = act.now + first_look_after_s * SECOND
        tx.jobs.add(Job(act.new_id(), act.company_id, JobKind.WATCH_PHOTO, entry.id, act.now, run_at))
    return Done(entry.id)


def add_stored_photo(
    tx: Transaction, act: Act, order: WorkOrder, new: NewPhotoBytes, file: StoredFile, *, is_late: bool
) -> Done:
    """Add a photo with its bytes; a late one is for a planner to decide on."""
    add_file(tx, act, file)
    entry = _photo(tx, act, order, new, new.repeat_key, value="", file_name=file.name, state=State.STORED)
    tx.evidence.add(entry)
    if is_late:
        tx.late_photos.add(LatePhoto(entry.id, act.company_id, order.id, LateState.LATE))
    entry_type = EntryType.PHOTO_ADDED_LATE if is_late else EntryType.PHOTO_ADDED
    _log_addition(tx, act, order, entry, entry_type, file)
    return Done(entry.id)


def _photo(
    tx: Transaction, act: Act, order: WorkOrder, new: NewPhoto | NewPhotoBytes, repeat_key: str, **fields: Any
) -> Evidence:
    return _entry(
        tx,
        act,
        order,
        Kind.PHOTO,
        Type.IMAGE,
        new.step or NAME_OF_A_STEPLESS_PHOTO,
        repeat_key=repeat_key,
        step=new.step,
        taken_at=new.taken_at,
        taken_at_text=new.taken_at_text,
        **fields,
    )


def _repeat_photo(tx: Transaction, act: Act, order: WorkOrder, repeat_key: str, cdn_url: str) -> Done:
    """The photo that there is; another link replaces its own, as signed URLs change, while the order is open."""
    photo = tx.evidence.find_repeat(order.id, repeat_key)
    if photo is None:
        raise LookupError(repeat_key)
    if photo.cdn_url == cdn_url or not order.is_open:
        return Done(photo.id, replayed=True)
    tx.evidence.change(photo.id, cdn_url=cdn_url, value=cdn_url)
    changes = {f"evidence.{photo.id}.cdn_url": (photo.cdn_url, cdn_url)}
    record(tx, act, order, EntryType.PHOTO_LINK_CHANGED, changes, **_about(photo, None))
    return Done(photo.id, replayed=True)


def find_awaiting(
    tx: Transaction, act: Act, order: WorkOrder, new: NewAttachment, sha256: str | None
) -> Evidence | None:
    """The entry that was recorded without its bytes, when this request brings them."""
    if sha256 is None:
        return None
    found = tx.evidence.find_repeat(order.id, new.repeat_key(order.id, act.actor_id, None))
    is_awaited = found is not None and found.state is State.REFERENCED and found.bytes_removed_at is None
    return found if is_awaited else None


def complete(
    tx: Transaction, act: Act, order: WorkOrder, awaiting: Evidence, sent: StoredFile, repeat_key: str
) -> Done:
    """Give an entry the bytes that it awaited, under the file name that was reserved for them."""
    add_file(tx, act, msgspec.structs.replace(sent, name=awaiting.file_name))
    tx.evidence.change(awaiting.id, state=State.STORED, completed_key=repeat_key)
    changes = {f"evidence.{awaiting.id}.state": (awaiting.state, State.STORED)}
    record_edit(tx, act, order, EntryType.ATTACHMENT_COMPLETED, changes, **_about(awaiting, sent))
    return Done(awaiting.id)


def mark_deleted(tx: Transaction, act: Act, order: WorkOrder, found: Evidence, reason: str | None) -> Done:
    """Mark an entry as deleted; it stays in the list, and its bytes in the store."""
    tx.evidence.change(found.id, deleted_at=act.now, deleted_by_user_id=act.actor_id, deletion_reason=reason)
    entry_type = EntryType.PHOTO_DELETED if found.kind is Kind.PHOTO else EntryType.ATTACHMENT_DELETED
    changes = {f"evidence.{found.id}.deleted": (False, True)}
    _log_of(found)(tx, act, order, entry_type, changes, **_about(found, None), reason=reason)
    return Done(found.id)


def _entry(
    tx: Transaction, act: Act, order: WorkOrder, kind: Kind, entry_type: Type, name: str, **fields: Any
) -> Evidence:
    return Evidence(
        id=act.new_id(),
        company_id=act.company_id,
        work_order_id=order.id,
        seq=order.version + 1,
        kind=kind,
        type=entry_type,
        name=name,
        dataset_id=_dataset_id(tx, act, name, DATA_TYPE_OF[entry_type]),
        added_at=act.now,
        added_by_user_id=act.actor_id,
        **fields,
    )


def _state_of(file: StoredFile | None) -> State:
    if file is None:
        return State.REFERENCED
    return State.STORED if file.damaged_at is None else State.DAMAGED


def _dataset_id(tx: Transaction, act: Act, name: str, data_type: DataType) -> str:
    found = tx.catalogue.find_dataset_id(act.company_id, name, data_type)
    if found is not None:
        return found
    return tx.catalogue.find_or_add_dataset(Dataset(act.new_id(), act.company_id, name, data_type, act.now)).id


def _log_addition(
    tx: Transaction,
    act: Act,
    order: WorkOrder,
    entry: Evidence,
    entry_type: EntryType,
    file: StoredFile | None,
) -> None:
    changes: dict[str, tuple[Any, Any]] = {f"evidence.{entry.id}.state": (None, entry.state)}
    if entry.cdn_url is not None:
        changes[f"evidence.{entry.id}.cdn_url"] = (None, entry.cdn_url)
    _log_of(entry)(tx, act, order, entry_type, changes, **_about(entry, file))


def _log_of(entry: Evidence) -> Callable[..., int]:
    """Attachments are content, which approvers decide on; photos are not."""
    return record_edit if entry.kind is Kind.ATTACHMENT else record


def _about(entry: Evidence, file: StoredFile | None) -> dict[str, Any]:
    return {
        "evidence_id": entry.id,
        "name": entry.name,
        "evidence_type": entry.type,
        "step": entry.step if entry.step != entry.name else None,
        "value_sha256": _value_sha256(entry),
        "object_key": entry.object_key,
        "taken_at": entry.taken_at_text,
        "file_name": file.original_file_name if file else None,
        "sha256": file.sha256 if file else None,
        "size": file.size if file else None,
        "content_type": file.content_type if file else None,
    }


def _value_sha256(entry: Evidence) -> str | None:
    """That of a text or caption; the link of a photo stands in the entry itself."""
    is_said = entry.value not in ("", entry.cdn_url)
    return hashlib.sha256(entry.value.encode()).hexdigest() if is_said else None
