"""Whether a pack's manifest says of a work order what its log adds up to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fettle.domain.evidence import State
from fettle.domain.ids import parse_uuid
from fettle.domain.instants import parse_instant
from fettle.domain.packs import Manifest, PackedApproval, PackedEvidence, PackedFile, PackedOrder
from fettle.domain.reckoning import Reckoning
from fettle.domain.record_check import value_sha256
from fettle.domain.verification import Finding, Problem, differences

Known = Mapping[str, Any]

_SAID: Final = ("kind", "type", "name", "state", "deleted", "late")
# The manifest may leave these out.
_MAY_BE_SAID: Final = ("sha256", "size", "content_type", "original_file_name", "step", "deletion_reason")
_MILLISECOND: Final = 1000


def manifest_problems(
    order: PackedOrder, manifest: Manifest, files: Mapping[str, PackedFile], found: Reckoning
) -> Iterator[Problem]:
    """Every field that differs, evidence that only one of the two has, and bytes that are not those of the log."""
    if (order.version, order.log_sha256) != (found.order.get("version"), found.order.get("log_sha256")):
        yield Problem(Finding.ENTRY_MISSING, f"entry {order.version}")
    row = {"name": order.name, "status": order.status, "description": order.description, "wo_number": order.number}
    yield from differences(found.order, row)
    people = {person.id: person.name for person in manifest.people}
    there = Counter(each.id for each in order.evidence)
    for evidence_id in found.evidence.keys() - there.keys():
        yield Problem(Finding.RECORD_DIFFERS, f"evidence {evidence_id}")
    for each in order.evidence:
        known = found.evidence.get(each.id)
        if known is None or there[each.id] > 1:
            yield Problem(Finding.RECORD_DIFFERS, f"evidence {each.id}")
        else:
            yield from differences(known, _evidence_row(each, known, people), f"evidence.{each.id}.")
            yield from _byte_problems(each, known, order, files)
    yield from _approval_problems(order.approvals, found, people)


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
        if each.state is State.STORED and not each.deleted and not known.get("removed"):
            yield Problem(Finding.BYTES_MISSING, f"evidence.{each.id}")
        return
    yield from file_problems(each.path, each.sha256, order, files)


def _evidence_row(each: PackedEvidence, known: Known, people: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {field: getattr(each, field) for field in _SAID}
    if each.state is State.REMOVED and known.get("removed"):
        row["state"] = known.get("state")
    row |= {field: value for field in _MAY_BE_SAID if (value := getattr(each, field)) is not None}
    if each.value is not None:
        row["value_sha256"] = value_sha256(each.value, known.get("cdn_url"))
    if not _is_who(each.added_by, known.get("added_by_user_id"), people):
        row["added_by_user_id"] = each.added_by
    if not _is_when(each.received_at, known.get("added_at")):
        row["added_at"] = each.received_at
    taken_at = known.get("taken_at_text")
    if each.taken_at not in (None, taken_at) and not _is_when(each.taken_at, parse_instant(taken_at or "")):
        row["taken_at_text"] = each.taken_at
    return row


def _approval_problems(
    approvals: list[PackedApproval], found: Reckoning, people: Mapping[str, str]
) -> Iterator[Problem]:
    left = dict(found.approvals)
    for each in approvals:
        approver = next((user_id for user_id in left if _is_who(each.approver, user_id, people)), None)
        if approver is None:
            yield Problem(Finding.RECORD_DIFFERS, f"approvals.{each.approver}")
            continue
        row: dict[str, Any] = {"status": each.status}
        row |= {"comment": each.comment} if each.comment is not None else {}
        row |= {"content_sha256": each.content_sha256} if each.content_sha256 is not None else {}
        yield from differences(left.pop(approver), row, f"approvals.{approver}.")
    for approver in left:
        yield Problem(Finding.RECORD_DIFFERS, f"approvals.{approver}")


def _is_who(said: str, user_id: str | None, people: Mapping[str, str]) -> bool:
    """A person is named by an id, or by the name that the pack gives to the id; of a name without an id all goes."""
    if user_id is None or said == user_id:
        return True
    return parse_uuid(said) is None and people.get(user_id, said) == said


def _is_when(said: str | None, instant: int | None) -> bool:
    """Times may be cut to milliseconds."""
    found = parse_instant(said or "")
    return instant is None or (found is not None and abs(found - instant) < _MILLISECOND)
