"""A work order as an evidence pack has it: what the manifest says of it, and where its files are."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.completions import Signature
from fettle.domain.files import StoredFile
from fettle.domain.instants import exact_instant
from fettle.domain.originals import ENDING_OF, distinct, is_there, path_of, shown_state
from fettle.domain.packs import (
    LOG,
    REPORT,
    PackedApproval,
    PackedEvidence,
    PackedOrder,
    PackedPerson,
    PackedSignature,
)
from fettle.domain.people import User
from fettle.domain.pictures import FileFacts
from fettle.domain.reports import Item
from fettle.domain.sentences import Sentence
from fettle.domain.work_orders import WorkOrder

_FILE_NAME: Final = Sentence("work-order-{number}-evidence.zip", "ordre-de-travail-{number}-preuves.zip")
_DELETED, _LATE, _SIGNATURES = "deleted", "late", "signatures"
_FACTS: Final = {
    "width": "width",
    "height": "height",
    "orientation": "orientation",
    "pages": "pages",
    "captured_text": "capturedAt",
    "latitude": "latitude",
    "longitude": "longitude",
    "altitude_m": "altitude",
    "camera_make": "cameraMake",
    "camera_model": "cameraModel",
    "problem": "problem",
}
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class SignatureItem(NamedTuple):
    """A signature, and the file of its drawing as long as the bytes are there."""

    signature: Signature
    drawing: StoredFile | None


def pack_file_name(language: str, number: int) -> str:
    """What the pack of one work order is called as a file, in "en" or "fr"."""
    return _FILE_NAME.to(language).format(number=number)


def log_path(order: WorkOrder) -> str:
    """Where its log is."""
    return f"{order.wo_number}/{LOG}"


def report_path(order: WorkOrder) -> str:
    """Where its report is."""
    return f"{order.wo_number}/{REPORT}"


def paths_of(order: WorkOrder, items: Sequence[Item]) -> dict[str, str]:
    """Where the bytes are, by the id of the evidence: of all that are there, of what was deleted too."""
    there = [(item, item.file) for item in items if item.file is not None and is_there(item.entry, item.file)]
    paths = distinct(_in_its_folder(item, path_of(order.wo_number, item.entry, file)) for item, file in there)
    return {item.entry.id: path for (item, _), path in zip(there, paths, strict=True)}


def drawing_paths(order: WorkOrder, signatures: Sequence[SignatureItem]) -> dict[int, str]:
    """Where the bytes of drawn signatures are, by the version of the signature."""
    return {
        each.signature.version: f"{order.wo_number}/{_SIGNATURES}/{each.signature.version}{_ending(each.drawing)}"
        for each in signatures
        if each.drawing is not None
    }


def packed_order(
    order: WorkOrder,
    items: Sequence[Item],
    approvals: Sequence[Approval],
    signatures: Sequence[SignatureItem],
    paths: Mapping[str, str],
) -> PackedOrder:
    """What the manifest says of it; its evidence is in the order of the record."""
    drawings = drawing_paths(order, signatures)
    return PackedOrder(
        id=order.id,
        number=order.wo_number,
        name=order.name,
        status=order.status,
        version=order.version,
        log_sha256=order.log_sha256,
        log=log_path(order),
        evidence=[_evidence(item, paths.get(item.entry.id)) for item in items],
        approvals=[_approval(each) for each in approvals],
        signatures=[_signature(each, drawings.get(each.signature.version)) for each in signatures],
        description=order.description,
        report=report_path(order),
    )


def people_in(text: str, users: Mapping[str, User]) -> set[str]:
    """The ids of those users that the text names."""
    return users.keys() & set(_UUID.findall(text))


def packed_person(user: User) -> PackedPerson:
    """Who that is; the server itself is called Fettle."""
    name = f"{user.first_name} {user.last_name}".strip()
    return PackedPerson(user.id, "Fettle" if user.is_system else name or user.email)


def _in_its_folder(item: Item, path: str) -> str:
    number, folder, name = path.split("/")
    folder = _DELETED if item.entry.deleted_at is not None else _LATE if item.late is not None else folder
    return f"{number}/{folder}/{name}"


def _evidence(item: Item, path: str | None) -> PackedEvidence:
    entry, late = item.entry, item.late
    packed = PackedEvidence(
        id=entry.id,
        kind=entry.kind,
        type=entry.type,
        name=entry.name,
        state=shown_state(entry, item.file),
        received_at=exact_instant(entry.added_at),
        added_by=entry.added_by_user_id,
        path=path,
        value=entry.value or None,
        step=entry.step,
        taken_at=entry.taken_at_text,
        deleted=entry.deleted_at is not None,
        deletion_reason=entry.deletion_reason,
        late=None if late is None else late.state.value,
        facts=_facts(item.facts),
    )
    return packed if item.file is None else msgspec.structs.replace(packed, **_about_bytes(item))


def _about_bytes(item: Item) -> dict[str, Any]:
    names = ("sha256", "size", "content_type", "original_file_name")
    return {name: getattr(item.file, name) for name in names}


def _facts(facts: FileFacts | None) -> dict[str, Any]:
    found = {name: getattr(facts, field, None) for field, name in _FACTS.items()}
    return {name: value for name, value in found.items() if value is not None}


def _approval(approval: Approval) -> PackedApproval:
    is_answered = approval.status is not ApprovalStatus.PENDING
    return PackedApproval(
        approver=approval.approver_user_id,
        status=approval.status.value,
        asked_at=exact_instant(approval.requested_at),
        answered_at=exact_instant(approval.last_updated_at) if is_answered else None,
        comment=approval.comment,
        content_sha256=approval.content_sha256,
    )


def _signature(item: SignatureItem, path: str | None) -> PackedSignature:
    signature = item.signature
    return PackedSignature(
        version=signature.version,
        method=signature.method.value,
        statement_sha256=signature.statement_sha256,
        assertion=signature.assertion,
        path=path,
    )


def _ending(file: StoredFile) -> str:
    return ENDING_OF.get(file.content_type, "")
