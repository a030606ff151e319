"""What an erasure does to the rows of one work order: entries of its log, evidence, the order itself."""

from collections.abc import Collection, Iterator
from typing import Any, Final

import msgspec

from fettle.domain.activity import Entry, EntryType, read_json, said_in
from fettle.domain.erasures import ERASED_NAME, REMARKS, Erasable, Erasure, Wanted
from fettle.domain.evidence import NAME_OF_A_STEPLESS_PHOTO, Evidence, Kind, Type
from fettle.domain.files import StoredFile
from fettle.domain.work_orders import WorkOrder
from fettle.services.activity import record
from fettle.services.content import record_edit
from fettle.services.file_erasures import FileErasure
from fettle.services.gate import Act
from fettle.services.removals import forget, removed_change
from fettle.services.rows import Transaction
from fettle.services.work_orders import words_of_order

_DECISIONS: Final = frozenset({EntryType.APPROVAL_GIVEN, EntryType.APPROVAL_REJECTED})
_DELETIONS: Final = frozenset({EntryType.ATTACHMENT_DELETED, EntryType.PHOTO_DELETED})
_LATE: Final = frozenset({EntryType.LATE_PHOTO_ACCEPTED, EntryType.LATE_PHOTO_REJECTED})
# What these erase stands in the entries about the evidence as well.
_IN_ENTRIES: Final = frozenset({Erasable.CAPTIONS, Erasable.LINKS, Erasable.FILE_NAMES})
_OF_UPLOADS: Final = {Erasable.CAPTIONS: ("name", "step"), Erasable.FILE_NAMES: ("file_name",)}
# And these are what approvers were shown of attachments.
_OF_CONTENT: Final = frozenset({Erasable.CAPTIONS, Erasable.BYTES})


class OrderErasure:
    """What one erasure does on one work order, within its transaction; `run` once, and `record` what it did.

    `evidence` is that of the order which it concerns, `files` what was done to the files of that and of any other.
    """

    def __init__(
        self, tx: Transaction, act: Act, order: WorkOrder, wanted: Wanted, evidence: list[Evidence], files: FileErasure
    ) -> None:
        self._tx = tx
        self._act = act
        self._order = order
        self._wanted = wanted
        self._evidence = evidence
        self._files = files
        self._required_steps = {row.step for row in tx.required_photos.of_order(order.id)}
        self._blanked: set[int] = set()
        self._touched: dict[str, Evidence] = {}
        self._removed: list[dict[str, Any]] = []
        self._changes: dict[str, tuple[Any, Any]] = {}
        self._columns: dict[str, Any] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing left to erase."""
        return not (self._blanked or self._touched or self._columns)

    @property
    def _touches_content(self) -> bool:
        """Whether what approvers decide on is another now."""
        attachments = any(entry.kind is Kind.ATTACHMENT for entry in self._touched.values())
        return bool(self._columns) or (attachments and not self._wanted.what.isdisjoint(_OF_CONTENT))

    def record(self) -> int:
        """Write the entry and the note; the version that it makes of the order."""
        tx, act, order, wanted = self._tx, self._act, self._order, self._wanted
        log = record_edit if self._touches_content and order.is_open else record
        version = log(tx, act, order, EntryType.ERASED, self._changes, self._columns, **self._about())
        if self._columns:
            found_by = words_of_order(msgspec.structs.replace(order, **self._columns))
            tx.work_orders.set_words(act.company_id, order.id, found_by)
        noted = (act.new_id(), act.company_id, act.now, act.actor_id, " ".join(sorted(wanted.what)), wanted.reason)
        tx.erasures.add(Erasure(*noted, wanted.of_user_id, order.id))
        return version

    def _about(self) -> dict[str, Any]:
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
        """Blank the rows; the storage keys of drawings that may then be deleted."""
        entries, ids = self._tx.activity.of_orders([self._order.id]), {each.id for each in self._evidence}
        for entry in self._evidence:
            self._erase_evidence(entry)
        self._erase_uploads()
        if Erasable.DESCRIPTION in self._wanted.what:
            self._erase_description(entries)
        freed = self._erase_remarks(entries) if Erasable.COMMENTS in self._wanted.what else []
        self._blank(entry for entry in entries if self._is_about(entry, ids))
        self._tx.erasures.blank_texts(self._order.id, sorted(self._blanked))
        return freed

    def _blank(self, entries: Iterator[Entry]) -> None:
        self._blanked |= {entry.seq for entry in entries if entry.texts is not None}

    def _is_about(self, entry: Entry, evidence_ids: Collection[str]) -> bool:
        said = read_json(entry.data)
        if said.get("evidence_id") not in evidence_ids:
            return False
        is_text = said.get("evidence_type") == Type.TEXT
        return bool(self._wanted.what & _IN_ENTRIES) or (is_text and Erasable.BYTES in self._wanted.what)

    def _erase_description(self, entries: list[Entry]) -> None:
        self._blank(entry for entry in entries if "description" in said_in(entry).get("changes", {}))
        if self._order.description is not None:
            self._columns["description"] = None

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
                tx.files.change(file.name, original_file_name=None, place_erased_at=self._act.now)
                tx.pictures.forget_place(file.name)
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
        elif entry.type is EntryType.ERASED:
            tx.erasures.blank_reason(order_id, entry.added_at)

    def _erase_evidence(self, entry: Evidence) -> None:
        what = self._wanted.what
        values = self._without_caption(entry) if Erasable.CAPTIONS in what else {}
        if Erasable.LINKS in what and (entry.object_key is not None or entry.cdn_url is not None):
            values |= {"object_key": None, "cdn_url": None, "value": ""}
        is_changed = any(getattr(entry, name) != value for name, value in values.items())
        if is_changed:
            self._tx.evidence.change(entry.id, **values)
        if is_changed or self._files.touches(entry):
            self._touched[entry.id] = entry
        if self._files.removes(entry):
            self._note_removal(entry, self._files.file_of(entry))

    def _erase_uploads(self) -> None:
        """What those say that the evidence came by, as long as they are remembered."""
        what, ids = self._wanted.what, [entry.id for entry in self._evidence]
        fields = [name for each, names in _OF_UPLOADS.items() if each in what for name in names]
        if fields:
            self._tx.uploads.blank(ids, fields)
        if Erasable.FILE_NAMES in what:
            self._tx.direct_uploads.blank(ids, [entry.file_name for entry in self._evidence])

    def _note_removal(self, entry: Evidence, file: StoredFile | None) -> None:
        self._changes |= removed_change(entry)
        if file is not None:
            self._removed.append({"evidence_id": entry.id, "sha256": file.sha256, "size": file.size})

    def _without_caption(self, entry: Evidence) -> dict[str, Any]:
        """A photo is named by its step, and keeps one that is required: that is the plan's word, and counted by.

        The value of a TEXT is its bytes, and that of a photo its link.
        """
        if entry.kind is Kind.PHOTO:
            return {} if entry.step in self._required_steps else {"step": None, "name": NAME_OF_A_STEPLESS_PHOTO}
        return {"name": ERASED_NAME} | ({} if entry.type is Type.TEXT else {"value": ""})
