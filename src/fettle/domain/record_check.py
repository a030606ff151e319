"""Whether the rows of a work order say what its log adds up to."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from fettle.domain.approvals import Approval
from fettle.domain.evidence import Evidence, State
from fettle.domain.files import StoredFile
from fettle.domain.instants import exact_instant, parse_instant
from fettle.domain.late_photos import LatePhoto
from fettle.domain.legal_holds import LegalHold
from fettle.domain.reckoning import Reckoning
from fettle.domain.required_photos import RequiredPhoto, as_logged
from fettle.domain.verification import Finding, Problem, differences
from fettle.domain.work_orders import WorkOrder

_OURS: Final = frozenset({State.STORED, State.DAMAGED})
_FILE_FIELDS: Final = ("sha256", "size", "content_type", "original_file_name")
_HOLD_FIELDS: Final = ("set_at", "set_by_user_id", "reason")
_LATE_FIELDS: Final = ("decided_at", "decided_by_user_id", "reason")


class Rows(NamedTuple):
    """One work order as the database has it. Files are by name, late photos by the id of the evidence."""

    order: WorkOrder
    evidence: Sequence[Evidence]
    files: Mapping[str, StoredFile]
    late: Mapping[str, LatePhoto]
    approvals: Sequence[Approval]
    required: Sequence[RequiredPhoto]
    hold: LegalHold | None


def row_problems(rows: Rows, found: Reckoning) -> Iterator[Problem]:
    """Every field that differs, and what is in one of the two only."""
    yield from _order_problems(rows, found)
    yield from _evidence_problems(rows, found)
    yield from _approval_problems(rows.approvals, found)


def value_sha256(value: str, cdn_url: str | None) -> str | None:
    """That of a text or caption; None where there is none but the link of a photo, which is logged itself."""
    return None if value == (cdn_url or "") else hashlib.sha256(value.encode()).hexdigest()


def _order_problems(rows: Rows, found: Reckoning) -> Iterator[Problem]:
    row = msgspec.structs.asdict(rows.order)
    row["deadline"] = None if row["deadline"] is None else exact_instant(row["deadline"])
    row["required_photos"] = _required(rows)
    hold = rows.hold
    row["legal_hold"] = None if hold is None else hold.company_id == rows.order.company_id
    row |= {f"hold_{field}": getattr(hold, field) if hold else None for field in _HOLD_FIELDS}
    newest = (row.pop("version"), row.pop("log_sha256"))
    if newest != (found.order.get("version"), found.order.get("log_sha256")):
        yield Problem(Finding.ENTRY_MISSING, f"entry {newest[0]}")
    yield from differences(found.order, row)


def _required(rows: Rows) -> Any:
    """What is required, as it is logged; anything else where the rows are not in one list of the order's own."""
    places = [(each.position, each.company_id) for each in rows.required]
    if places != [(position, rows.order.company_id) for position in range(1, len(places) + 1)]:
        return places
    return as_logged(each.photo_step for each in rows.required) or None


def _evidence_problems(rows: Rows, found: Reckoning) -> Iterator[Problem]:
    there = {entry.id for entry in rows.evidence}
    for evidence_id in found.evidence.keys() - there:
        yield Problem(Finding.RECORD_DIFFERS, f"evidence {evidence_id}")
    for entry in rows.evidence:
        where, known, file = f"evidence.{entry.id}", found.evidence.get(entry.id), rows.files.get(entry.file_name)
        if known is None:
            yield Problem(Finding.RECORD_DIFFERS, f"evidence {entry.id}")
            continue
        row = _evidence_row(entry, rows.late.get(entry.id))
        if file is not None:
            row |= {field: getattr(file, field) for field in _FILE_FIELDS}
        yield from differences(known, row, f"{where}.")
        if file is not None and "sha256" not in known:
            yield Problem(Finding.RECORD_DIFFERS, f"{where}.file_name")
        if entry.bytes_removed_at is not None:
            continue
        if entry.state in _OURS and (file is None or file.removed_at is not None):
            yield Problem(Finding.BYTES_MISSING, where)
        elif file is not None and file.damaged_at is not None:
            yield Problem(Finding.BYTES_DAMAGED, where)


def _evidence_row(entry: Evidence, late: LatePhoto | None) -> dict[str, Any]:
    row = msgspec.structs.asdict(entry)
    row["deleted"] = entry.deleted_at is not None
    row["removed"] = entry.bytes_removed_at is not None
    row["value_sha256"] = value_sha256(entry.value, entry.cdn_url)
    row["late"] = late.state if late else None
    row |= {field: getattr(late, field) if late else None for field in _LATE_FIELDS}
    if late is not None and late.company_id != entry.company_id:
        row["late"] = late.company_id
    if entry.taken_at != (parse_instant(entry.taken_at_text) if entry.taken_at_text else None):
        row["taken_at_text"] = entry.taken_at
    return row


def _approval_problems(approvals: Iterable[Approval], found: Reckoning) -> Iterator[Problem]:
    there = {each.approver_user_id: each for each in approvals}
    for approver in found.approvals.keys() ^ there.keys():
        yield Problem(Finding.RECORD_DIFFERS, f"approvals.{approver}")
    for approver, row in there.items():
        yield from differences(found.approvals.get(approver, {}), msgspec.structs.asdict(row), f"approvals.{approver}.")
