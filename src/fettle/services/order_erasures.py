"""What the erasure of one work order's texts does to rows: entries of the log, evidence, files, the order itself."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from fettle.domain.activity import Entry, EntryType, read_json, said_in
from fettle.domain.erasures import ERASED_NAME, OF_EVIDENCE, REMARKS, Erasable, Wanted
from fettle.domain.errors import Conflict, invalid_field
from fettle.domain.evidence import NAME_OF_A_STEPLESS_PHOTO, Evidence, Kind, Type
from fettle.domain.ids import parse_uuid
from fettle.domain.work_orders import WorkOrder
from fettle.services.gate import Act
from fettle.services.removals import forget, release, removed_change
from fettle.services.rows import Transaction

_DECISIONS: Final = frozenset({EntryType.APPROVAL_GIVEN, EntryType.APPROVAL_REJECTED})
_DELETIONS: Final = frozenset({EntryType.ATTACHMENT_DELETED, EntryType.PHOTO_DELETED})
_LATE: Final = frozenset({EntryType.LATE_PHOTO_ACCEPTED, EntryType.LATE_PHOTO_REJECTED})
# What these erase stands in the entries about the evidence as well.
_IN_ENTRIES: Final = frozenset({Erasable.CAPTIONS, Erasable.LINKS, Erasable.FILE_NAMES})


class OrderErasure:
    """One erasure within its transaction; `run` once, then ask what it did."""

    def __init__(self, tx: Transaction, act: Act, order: WorkOrder, wanted: Wanted) -> None:
        self._tx = tx
        self._act = act
        self._order = order
        self._wanted = wanted
        self._blanked: set[int] = set()
        self._touched: dict[str, Evidence] = {}
        self._removed: list[dict[str, Any]] = []
        self.changes: dict[str, tuple[Any, Any]] = {}
        self.columns: dict[str, Any] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing left to erase."""
        return not (self._blanked or self._touched or self.columns)

    @property
    def touches_content(self) -> bool:
        """Whether what approvers decide on is another now."""
        return bool(self.columns) or any(entry.kind is Kind.ATTACHMENT for entry in self._touched.values())

    def about(self) -> dict[str, Any]:
        """What the entry of the log says: only ids, numbers and hashes, and the reason."""
        return {
            "what": sorted(self._wanted.what),
            "versions": sorted(self._blanked) or None,
            "evidence_ids": sorted(self._touched) or None,
            "removed": self._removed or None,
            "of_user_id": self._wanted.of_user_id,
            "reason": self._wanted.reason,
        }

    def run(self) -> list[str]:
        """Blank the rows; the storage keys of bytes that may then be deleted. Raises INVALID_BODY, FILE_IN_USE."""
        entries = self._tx.activity.of_orders([self._order.id])
        evidence = self._evidence() if self._wanted.what & OF_EVIDENCE else []
        freed = [key for entry in evidence for key in self._erase_evidence(entry, {each.id for each in evidence})]
        if Erasable.DESCRIPTION in self._wanted.what:
            self._erase_description(entries)
        if Erasable.COMMENTS in self._wanted.what:
            freed += self._erase_remarks(entries)
        self._blank(entry for entry in entries if self._is_about(entry, {each.id for each in evidence}))
        self._tx.erasures.blank_texts(self._order.id, sorted(self._blanked))
        return freed

    def _blank(self, entries: Iterator[Entry]) -> None:
        self._blanked |= {entry.seq for entry in entries if entry.texts is not None}

    def _evidence(self) -> list[Evidence]:
        found, wanted = self._tx.evidence.of_orders([self._order.id]), self._wanted.evidence_ids
        if wanted is None:
            return found
        if not wanted <= {entry.id for entry in found}:
            raise invalid_field("evidence_ids", "not_found")
        return [entry for entry in found if entry.id in wanted]

    def _is_about(self, entry: Entry, evidence_ids: Collection[str]) -> bool:
        said = read_json(entry.data)
        if said.get("evidence_id") not in evidence_ids:
            return False
        is_text = said.get("evidence_type") == Type.TEXT
        return bool(self._wanted.what & _IN_ENTRIES) or (is_text and Erasable.BYTES in self._wanted.what)

    def _erase_description(self, entries: list[Entry]) -> None:
        self._blank(entry for entry in entries if "description" in said_in(entry).get("changes", {}))
        if self._order.description is not None:
            self.columns["description"] = None

    def _erase_remarks(self, entries: list[Entry]) -> list[str]:
        chosen = [entry for entry in entries if self._is_chosen(entry) and entry.texts is not None]
        self._blank(iter(chosen))
        for entry in chosen:
            self._erase_copy(entry, read_json(entry.data))
        return self._erase_drawings({entry.seq for entry in chosen})

    def _erase_drawings(self, versions: Collection[int]) -> list[str]:
        """Those beside the signatures of these versions; the storage keys of what nothing else needs."""
        tx, company_id, freed = self._tx, self._order.company_id, list[str]()
        for signature in tx.signatures.of_order(self._order.id):
            if signature.version not in versions or signature.drawn_file_name is None:
                continue
            tx.signatures.forget_drawing(self._order.id, signature.version)
            file = tx.files.find_for_change(company_id, signature.drawn_file_name)
            if file and file.removed_at is None and not tx.removals.is_needed(company_id, file.name, (), None):
                freed += [file.storage_key, *forget(tx, file, self._act.now)]
        return freed

    def _is_chosen(self, entry: Entry) -> bool:
        wanted = self._wanted
        if wanted.of_user_id is not None and entry.added_by_user_id != wanted.of_user_id:
            return False
        return entry.type in REMARKS if wanted.versions is None else entry.seq in wanted.versions

    def _erase_copy(self, entry: Entry, said: dict[str, Any]) -> None:
        """What the entry says stands in a row too, as long as nobody said something else since."""
        tx, order_id = self._tx, self._order.id
        if entry.type in _DECISIONS:
            found = tx.approvals.find(order_id, said["approver_user_id"])
            if found is not None and found.last_updated_at == entry.added_at:
                tx.approvals.change(order_id, found.approver_user_id, comment=None)
        elif entry.type in _DELETIONS:
            tx.evidence.change(said["evidence_id"], deletion_reason=None)
        elif entry.type in _LATE:
            tx.late_photos.change(said["evidence_id"], reason=None)

    def _erase_evidence(self, entry: Evidence, going: Collection[str]) -> list[str]:
        what = self._wanted.what
        values = _without_caption(entry) if Erasable.CAPTIONS in what else {}
        if Erasable.LINKS in what and (entry.object_key is not None or entry.cdn_url is not None):
            values |= {"object_key": None, "cdn_url": None, "value": ""}
        if any(getattr(entry, name) != value for name, value in values.items()):
            self._touched[entry.id] = entry
            self._tx.evidence.change(entry.id, **values)
        self._erase_facts(entry)
        return self._remove(entry, going) if Erasable.BYTES in what and entry.bytes_removed_at is None else []

    def _erase_facts(self, entry: Evidence) -> None:
        """What files say: those of the evidence, and the one that a photo was copied from."""
        source = parse_uuid(entry.object_key or "")
        for name in {entry.file_name, source or entry.file_name}:
            file = self._tx.files.find(self._order.company_id, name)
            if file is None:
                continue
            values: dict[str, Any] = {}
            if Erasable.FILE_NAMES in self._wanted.what and file.original_file_name is not None:
                values["original_file_name"] = None
            if Erasable.PLACES in self._wanted.what and file.place_erased_at is None:
                values["place_erased_at"] = self._act.now
                self._tx.pictures.forget_place(name)
            if values:
                self._touched[entry.id] = entry
                self._tx.files.change(name, **values)

    def _remove(self, entry: Evidence, going: Collection[str]) -> list[str]:
        company_id = self._order.company_id
        file = self._tx.files.find_for_change(company_id, entry.file_name)
        if file is not None and self._tx.removals.is_needed(company_id, file.name, going, None):
            raise Conflict("FILE_IN_USE")
        self._touched[entry.id] = entry
        self.changes |= removed_change(entry)
        if file is not None:
            self._removed.append({"evidence_id": entry.id, "sha256": file.sha256, "size": file.size})
        return release(self._tx, self._act, entry, going)


def _without_caption(entry: Evidence) -> dict[str, Any]:
    """A photo is named by its step; the value of a TEXT is its bytes, and that of a photo its link."""
    if entry.kind is Kind.PHOTO:
        return {"step": None, "name": NAME_OF_A_STEPLESS_PHOTO}
    return {"name": ERASED_NAME} | ({} if entry.type is Type.TEXT else {"value": ""})
