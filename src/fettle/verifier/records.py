"""Whether a pack's manifest says of a work order what its log adds up to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.evidence import State
from fettle.domain.instants import exact_instant
from fettle.domain.packs import (
    CHECKPOINT,
    GROWTH,
    KEY,
    STAMPS,
    Manifest,
    PackedApproval,
    PackedEvidence,
    PackedFile,
    PackedOrder,
)
from fettle.domain.reckoning import Reckoning
from fettle.domain.record_check import value_sha256
from fettle.domain.verification import Finding, Problem, differences

Known = Mapping[str, Any]

_SAID: Final = (
    *("kind", "type", "name", "state", "deleted", "late", "step", "deletion_reason"),
    *("sha256", "size", "content_type", "original_file_name"),
)


def named_paths(manifest: Manifest) -> set[str]:
    """Where the manifest's parts say that files are; no other file belongs into the pack."""
    found: set[str | None] = {CHECKPOINT, KEY, GROWTH, STAMPS}
    for order in manifest.orders:
        found |= {order.log, order.report, *(each.path for each in order.evidence)}
        found |= {each.path for each in order.signatures}
    return {path for path in found if path is not None}


def manifest_problems(order: PackedOrder, files: Mapping[str, PackedFile], found: Reckoning) -> Iterator[Problem]:
    """Every field that differs, evidence that only one of the two has, and bytes that are not those of the log."""
    if (order.version, order.log_sha256) != (found.order.get("version"), found.order.get("log_sha256")):
        yield Problem(Finding.ENTRY_MISSING, f"entry {order.version}")
    row = {"name": order.name, "status": order.status, "description": order.description, "wo_number": order.number}
    yield from differences(found.order, row)
    there = Counter(each.id for each in order.evidence)
    for evidence_id in found.evidence.keys() - there.keys():
        yield Problem(Finding.RECORD_DIFFERS, f"evidence {evidence_id}")
    for each in order.evidence:
        known = found.evidence.get(each.id)
        if known is None or there[each.id] > 1:
            yield Problem(Finding.RECORD_DIFFERS, f"evidence {each.id}")
        else:
            expected = {"sha256": None, **_with_texts(known, "added_at")}
            yield from differences(expected, _evidence_row(each, known), f"evidence.{each.id}.")
            yield from _byte_problems(each, known, order, files)
    yield from _approval_problems(order.approvals, found)


def file_problems(
    path: str, sha256: str | None, order: PackedOrder, files: Mapping[str, PackedFile]
) -> Iterator[Problem]:
    """Whether the pack has this file among those of the order, with these bytes."""
    file = files.get(path)
    if file is None or not path.startswith(f"{order.number}/"):
        yield Problem(Finding.FILE_MISSING, path)
    elif file.sha256 != sha256:
        yield Problem(Finding.FILE_CHANGED, path)


def _byte_problems(
    each: PackedEvidence, known: Known, order: PackedOrder, files: Mapping[str, PackedFile]
) -> Iterator[Problem]:
    if each.path is None:
        if each.state is State.STORED and not known.get("removed"):
            yield Problem(Finding.BYTES_MISSING, f"evidence.{each.id}")
        return
    yield from file_problems(each.path, each.sha256, order, files)


def _evidence_row(each: PackedEvidence, known: Known) -> dict[str, Any]:
    row: dict[str, Any] = {field: getattr(each, field) for field in _SAID}
    row |= {"taken_at_text": each.taken_at, "added_at": each.received_at, "added_by_user_id": each.added_by}
    if each.state is State.REMOVED and known.get("removed"):
        row["state"] = known.get("state")
    # Whether a value is the link cannot be said once the link is erased.
    if "cdn_url" in known or known.get("value_sha256") is not None:
        row["value_sha256"] = value_sha256(each.value or "", known.get("cdn_url"))
    return row


def _approval_problems(approvals: list[PackedApproval], found: Reckoning) -> Iterator[Problem]:
    left = dict(found.approvals)
    for each in approvals:
        known = left.pop(each.approver, None)
        if known is None:
            yield Problem(Finding.RECORD_DIFFERS, f"approvals.{each.approver}")
            continue
        expected = _with_texts(known, "requested_at", "last_updated_at")
        if known["status"] is ApprovalStatus.PENDING:
            expected["last_updated_at"] = None
        row = {field: getattr(each, field) for field in ("status", "comment", "content_sha256")}
        row |= {"requested_at": each.asked_at, "last_updated_at": each.answered_at}
        yield from differences(expected, row, f"approvals.{each.approver}.")
    for approver in left:
        yield Problem(Finding.RECORD_DIFFERS, f"approvals.{approver}")


def _with_texts(known: Known, *instants: str) -> dict[str, Any]:
    """The same, with these instants in the one form in which a manifest has them."""
    return {**known, **{field: exact_instant(known[field]) for field in instants if field in known}}
