"""What the log of one work order adds up to, entry by entry: what its record has to be."""

from collections.abc import Mapping
from typing import Any, Final

from fettle.domain.activity import Entry, EntryType
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.content import CONTENT_FIELDS
from fettle.domain.erasures import Erasable
from fettle.domain.evidence import NAME_OF_A_STEPLESS_PHOTO, Kind, Type
from fettle.domain.instants import exact_instant
from fettle.domain.late_photos import LateState

Said = Mapping[str, Any]

ORDER_FIELDS: Final = (
    *("status", "name", "description", "component_id", "part_number_id", "phase", "quantity", "assignee_user_id"),
    *("deadline", "required_photos", "legal_hold"),
)
_ORDER_TEXTS: Final = ("name", "description", "phase", "required_photos")
_EVIDENCE_TEXTS: Final = ("name", "step", "value_sha256", "object_key", "cdn_url", "original_file_name")
_KIND_OF: Final = {
    EntryType.ATTACHMENT_ADDED: Kind.ATTACHMENT,
    EntryType.PHOTO_ADDED: Kind.PHOTO,
    EntryType.PHOTO_ADDED_LATE: Kind.PHOTO,
}
_WITH_FILE_NAME: Final = frozenset({*_KIND_OF, EntryType.ATTACHMENT_COMPLETED})
_DELETIONS: Final = frozenset({EntryType.ATTACHMENT_DELETED, EntryType.PHOTO_DELETED})
_DECISIONS: Final = frozenset({EntryType.APPROVAL_GIVEN, EntryType.APPROVAL_REJECTED})
_ERASED_OF_EVIDENCE: Final = {
    Erasable.CAPTIONS: ("name", "step", "value_sha256"),
    Erasable.LINKS: ("object_key", "cdn_url", "value_sha256"),
    Erasable.FILE_NAMES: ("original_file_name",),
}
_LATE_DECISIONS: Final = frozenset({EntryType.LATE_PHOTO_ACCEPTED, EntryType.LATE_PHOTO_REJECTED})
_OF_CONTENT: Final = frozenset(
    {EntryType.ATTACHMENT_ADDED, EntryType.ATTACHMENT_COMPLETED, EntryType.ATTACHMENT_DELETED}
)


class Reckoning:
    """Takes the entries of a work order, oldest first.

    `order`, `evidence` (by id) and `approvals` (by approver) map fields to what the record has to say there. What is
    not known is left out: texts that are erased, and what an older release did not note. `erased` are the versions
    whose texts are gone, `noted` those of which an entry says that they were erased.
    """

    def __init__(self) -> None:
        self._order: dict[str, Any] = {}
        self._newest: Entry | None = None
        self.evidence: dict[str, dict[str, Any]] = {}
        self.approvals: dict[str, dict[str, Any]] = {}
        self.erased: set[int] = set()
        self.noted: set[int] = set()

    @property
    def order(self) -> Said:
        """What its row has to say."""
        newest = self._newest
        if newest is None:
            return self._order
        edited = {} if newest.seq == 1 else {"last_edited_at": newest.added_at}
        moved = {"updated_at": newest.added_at, "version": newest.seq, "log_sha256": newest.sha256}
        return {**self._order, **edited, **moved}

    def take(self, entry: Entry, said: Said, *, is_erased: bool) -> None:
        """Add what the entry says (`activity.said_in`); raises what one that was changed can raise when it is read."""
        self._newest = entry
        if is_erased:
            self.erased.add(entry.seq)
        changes = said.get("changes", {})
        if changes or is_erased or entry.seq == 1 or entry.type in _OF_CONTENT:
            self._take_order(entry, said, changes, is_erased=is_erased)
        if "evidence_id" in said:
            self._take_evidence(entry, said, changes, is_erased=is_erased)
        if changes or "content_sha256" in said:
            self._take_approvals(entry, said, changes, is_erased=is_erased)
        for field in changes:
            if field.endswith(".removed"):
                self._take_removal(entry, field.split(".")[1])
        if entry.type == EntryType.ERASED:
            self._take_erasure(said)

    def _take_removal(self, entry: Entry, evidence_id: str) -> None:
        """The text of a TEXT is its bytes."""
        known = self.evidence.setdefault(evidence_id, {})
        known |= {"removed": True, "bytes_removed_at": entry.added_at}
        if known.get("type") == Type.TEXT:
            _forget(known, ("value_sha256",))

    def _take_erasure(self, said: Said) -> None:
        """What was erased is in no row any more; whether approvers were asked anew was a matter of the rows."""
        self.noted |= set(said.get("versions", ()))
        _forget(self._order, ("content_edited_by_user_id", "content_edited_through_user_id"))
        if Erasable.DESCRIPTION in said["what"]:
            _forget(self._order, ("description",))
        for evidence_id in said.get("evidence_ids", ()):
            for what, fields in _ERASED_OF_EVIDENCE.items():
                if what in said["what"]:
                    _forget(self.evidence[evidence_id], fields)

    def _take_order(self, entry: Entry, said: Said, changes: Said, *, is_erased: bool) -> None:
        order = self._order
        if entry.seq == 1:
            order |= dict.fromkeys(ORDER_FIELDS) | _first(entry, said) | _hold(None)
        order |= {field: values[1] for field, values in changes.items() if field in ORDER_FIELDS}
        if "required_photos" in changes:
            order["required_photos"] = changes["required_photos"][1] or None
        # Older releases noted a deadline as a number, and a large one in quotes.
        if str(order.get("deadline")).isdecimal():
            order["deadline"] = exact_instant(int(order["deadline"]))
        is_edit = entry.type == EntryType.EDITED and (is_erased or not changes.keys().isdisjoint(CONTENT_FIELDS))
        if is_edit or entry.type in _OF_CONTENT:
            order |= {"content_edited_by_user_id": entry.added_by_user_id}
            order |= {"content_edited_through_user_id": said.get("through_user_id")}
        if "legal_hold" in changes:
            order |= _hold(entry if order["legal_hold"] else None, said.get("reason"))
            _forget(order, ("hold_reason",) if is_erased else ())
        if is_erased and entry.type in (EntryType.CREATED, EntryType.EDITED, EntryType.REQUIRED_PHOTOS_CHANGED):
            _forget(order, _ORDER_TEXTS)

    def _take_evidence(self, entry: Entry, said: Said, changes: Said, *, is_erased: bool) -> None:
        evidence_id: str = said["evidence_id"]
        if entry.type in _KIND_OF:
            self.evidence[evidence_id] = _added(entry, said)
        known = self.evidence.setdefault(evidence_id, {})
        known |= {field.rpartition(".")[2]: values[1] for field, values in changes.items() if evidence_id in field}
        known |= {field: said[field] for field in ("sha256", "size", "content_type") if field in said}
        if "sha256" in said and entry.type in _WITH_FILE_NAME:
            known["original_file_name"] = said.get("file_name")
        if is_erased and entry.type in _WITH_FILE_NAME:
            _forget(known, _EVIDENCE_TEXTS)
        elif is_erased and entry.type == EntryType.PHOTO_LINK_CHANGED:
            _forget(known, ("cdn_url",))
        if entry.type in _DELETIONS:
            known |= _by(entry, "deleted", deletion_reason=said.get("reason"))
            _forget(known, ("deletion_reason",) if is_erased else ())
        elif entry.type in _LATE_DECISIONS:
            known |= _by(entry, "decided", reason=said.get("reason"))
            _forget(known, ("reason",) if is_erased else ())

    def _take_approvals(self, entry: Entry, said: Said, changes: Said, *, is_erased: bool) -> None:
        own = said.get("approver_user_id")
        for field, (_, status) in changes.items():
            kind, _, approver = field.partition(".")
            if kind != "approvals":
                continue
            if status is None:
                self.approvals.pop(approver, None)
                continue
            asked = _asked(entry) if entry.type == EntryType.APPROVAL_REQUESTED else self.approvals.get(approver, {})
            answer = said.get("comment") if entry.type in _DECISIONS else None
            self.approvals[approver] = {
                **asked,
                "status": ApprovalStatus(status),
                "last_updated_at": entry.added_at,
                "comment": answer,
            }
            if is_erased and entry.type in _DECISIONS:
                _forget(self.approvals[approver], ("comment",))
        if "content_sha256" in said:
            for approver, known in self.approvals.items():
                if own in (None, approver):
                    known["content_sha256"] = said["content_sha256"]


def _first(entry: Entry, said: Said) -> dict[str, Any]:
    """What the first entry says of the order by being there; its number was not noted by older releases."""
    number = {"wo_number": said["wo_number"]} if "wo_number" in said else {}
    return {
        "created_at": entry.added_at,
        "created_by_user_id": entry.added_by_user_id,
        "last_edited_at": None,
        "created_through_user_id": said.get("through_user_id"),
        "content_edited_by_user_id": None,
        "content_edited_through_user_id": None,
        "phase": "",
        **number,
    }


def _added(entry: Entry, said: Said) -> dict[str, Any]:
    known = {
        "company_id": entry.company_id,
        "work_order_id": entry.work_order_id,
        "seq": entry.seq,
        "kind": _KIND_OF[entry.type],
        "type": said.get("evidence_type"),
        "name": said.get("name"),
        "object_key": said.get("object_key"),
        "taken_at_text": said.get("taken_at"),
        "added_at": entry.added_at,
        "added_by_user_id": entry.added_by_user_id,
        "cdn_url": None,
        "deleted": False,
        "deleted_at": None,
        "deleted_by_user_id": None,
        "deletion_reason": None,
        "decided_at": None,
        "decided_by_user_id": None,
        "reason": None,
        "removed": False,
        "bytes_removed_at": None,
        "late": LateState.LATE if entry.type == EntryType.PHOTO_ADDED_LATE else None,
    }
    # Older releases, whose entries have no texts, noted less.
    if entry.texts is not None:
        known["value_sha256"] = said.get("value_sha256")
        known |= _step_of(known, said)
    return known


def _step_of(known: Said, said: Said) -> dict[str, Any]:
    """A photo's step is its name unless it says otherwise; a photo that is named as those without a step tells none."""
    if "step" in said:
        return {"step": said["step"]}
    if known["kind"] == Kind.ATTACHMENT:
        return {"step": None}
    return {} if known["name"] == NAME_OF_A_STEPLESS_PHOTO else {"step": known["name"]}


def _hold(entry: Entry | None, reason: str | None = None) -> dict[str, Any]:
    """What the hold on an order has to say."""
    by = (None, None, None) if entry is None else (entry.added_at, entry.added_by_user_id, reason)
    return {
        "legal_hold": None if entry is None else True,
        **dict(zip(("hold_set_at", "hold_set_by_user_id", "hold_reason"), by, strict=True)),
    }


def _asked(entry: Entry) -> dict[str, Any]:
    return {
        "company_id": entry.company_id,
        "requested_by_user_id": entry.added_by_user_id,
        "requested_at": entry.added_at,
        "content_sha256": None,
    }


def _by(entry: Entry, deed: str, **more: Any) -> dict[str, Any]:
    return {f"{deed}_at": entry.added_at, f"{deed}_by_user_id": entry.added_by_user_id, **more}


def _forget(known: dict[str, Any], fields: tuple[str, ...]) -> None:
    for field in fields:
        known.pop(field, None)
