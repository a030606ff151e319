"""The same photo twice: where else in the company its bytes are, or a picture that looks the same."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from fettle.domain.errors import Conflict
from fettle.domain.evidence import Evidence, Type
from fettle.domain.files import StoredFile
from fettle.domain.pictures import FileFacts, is_telling, looks_alike
from fettle.domain.work_orders import WorkOrder
from fettle.services.rows import Transaction

_MOST_SHOWN: Final = 10
_MOST_COMPARED: Final = 500


class Twin(NamedTuple):
    """Another work order that has the same photo: the very bytes, or only a look like it."""

    wo_number: int
    work_order_id: str
    evidence_id: str
    match: Literal["bytes", "look"]


class SamePhoto(Conflict):
    """The bytes are on another work order, and here that is not allowed."""

    code = "SAME_PHOTO"


def require_new(tx: Transaction, order: WorkOrder, file: StoredFile) -> None:
    """Raise SAME_PHOTO, naming the work order, when these bytes are a picture of another one."""
    twins = _with_bytes(tx, order.company_id, [file.sha256])[file.sha256]
    elsewhere = [entry for entry in twins if entry.work_order_id != order.id]
    if elsewhere:
        other = tx.work_orders.find(order.company_id, elsewhere[0].work_order_id)
        raise SamePhoto(number=other.wo_number if other else "?")


def twins_of(
    tx: Transaction, entries: Sequence[Evidence], files: dict[str, StoredFile], facts: dict[str, FileFacts]
) -> dict[str, list[Twin]]:
    """Where else each of these photos of one company is, by the id of the entry."""
    if not entries:
        return {}
    company_id = entries[0].company_id
    by_bytes = _with_bytes(tx, company_id, sorted({file.sha256 for file in files.values()}))
    alike = {name: each.looks_like for name, each in facts.items() if each.looks_like}
    by_look = _pictures_by_file(tx, company_id, sorted(set(alike.values())))
    found = {}
    for entry in entries:
        file = files.get(entry.file_name)
        same = by_bytes[file.sha256] if file else []
        similar = by_look[alike.get(entry.file_name, "")]
        twins = {each.work_order_id: _twin(tx, each, "look") for each in similar}
        twins |= {each.work_order_id: _twin(tx, each, "bytes") for each in same[:_MOST_SHOWN]}
        twins.pop(entry.work_order_id, None)
        found[entry.id] = list(twins.values())
    return found


def find_look(tx: Transaction, facts: FileFacts) -> str | None:
    """The name of a file that was there before, is a picture of another work order, and looks the same."""
    if facts.look is None or not is_telling(facts.look):
        return None
    own = {entry.work_order_id for entry in tx.files.evidence_of(facts.file_name)}
    for other in tx.pictures.near(facts.company_id, facts.look, _MOST_COMPARED):
        is_other = other.file_name != facts.file_name and other.look is not None
        if is_other and looks_alike(other.look or "", facts.look) and _is_elsewhere(tx, other.file_name, own):
            return other.file_name
    return None


def _is_elsewhere(tx: Transaction, file_name: str, own: set[str]) -> bool:
    return any(_counts(entry) and entry.work_order_id not in own for entry in tx.files.evidence_of(file_name))


def _with_bytes(tx: Transaction, company_id: str, sha256s: Sequence[str]) -> dict[str, list[Evidence]]:
    """The pictures in the record with these bytes, by hash."""
    hashes = {file.name: file.sha256 for file in tx.files.of_bytes(company_id, sha256s)}
    found: dict[str, list[Evidence]] = defaultdict(list)
    for entry in tx.files.evidence_of_many(company_id, list(hashes)):
        if _counts(entry):
            found[hashes[entry.file_name]].append(entry)
    return found


def _pictures_by_file(tx: Transaction, company_id: str, names: Sequence[str]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = defaultdict(list)
    for entry in tx.files.evidence_of_many(company_id, names):
        if _counts(entry):
            found[entry.file_name].append(entry)
    return found


def _counts(entry: Evidence) -> bool:
    return entry.type is Type.IMAGE and entry.deleted_at is None


def _twin(tx: Transaction, entry: Evidence, match: Literal["bytes", "look"]) -> Twin:
    order = tx.work_orders.find(entry.company_id, entry.work_order_id)
    return Twin(order.wo_number if order else 0, entry.work_order_id, entry.id, match)
