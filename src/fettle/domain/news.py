"""What is new to an approver: what changed of a work order since they last answered, or else since they were asked."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from fettle.domain.activity import Entry, EntryType, said_in
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.instants import Instant

_ANSWERS: Final = {
    EntryType.APPROVAL_GIVEN: ApprovalStatus.APPROVED,
    EntryType.APPROVAL_REJECTED: ApprovalStatus.REJECTED,
}
TOLD_FIELDS: Final = (
    *("name", "description", "quantity", "phase", "component_id", "part_number_id", "deadline", "assignee_user_id"),
    *("required_photos", "status"),
)


class DocumentNews(StrEnum):
    """What has become of an attachment; `arrived` are bytes that had been awaited."""

    ADDED = "added"
    ARRIVED = "arrived"
    REMOVED = "removed"


_DOCUMENT_NEWS: Final = {
    EntryType.ATTACHMENT_ADDED: DocumentNews.ADDED,
    EntryType.ATTACHMENT_COMPLETED: DocumentNews.ARRIVED,
    EntryType.ATTACHMENT_DELETED: DocumentNews.REMOVED,
}
# All that news are made of; photos are many, and no part of what is approved.
NEWS_TYPES: Final = (
    *(EntryType.EDITED, EntryType.STATUS_CHANGED, EntryType.REQUIRED_PHOTOS_CHANGED, EntryType.COMMENTED),
    *(EntryType.APPROVAL_REQUESTED, *_ANSWERS, *_DOCUMENT_NEWS),
)


class News(NamedTuple):
    """`since` the approver's `answer`, or the question for None. `changes` are (old, new) by field.

    What was changed and changed back is no news. The name of a document that was erased is None.
    """

    since: Instant | None
    answer: ApprovalStatus | None
    changes: Mapping[str, tuple[Any, Any]]
    documents: list[tuple[str | None, DocumentNews]]
    comments: int

    @property
    def is_nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.changes or self.documents or self.comments)


def news_of(entries: Iterable[Entry], approver_user_id: str) -> News:
    """Of a work order's entries, as far as they are of NEWS_TYPES, oldest first."""
    known = list(entries)
    question = _last(known, [EntryType.APPROVAL_REQUESTED], approver_user_id)
    begin = _last(known, _ANSWERS, approver_user_id) or question
    if begin is None:
        return News(None, None, {}, [], 0)
    later = [entry for entry in known if entry.seq > begin.seq]
    comments = sum(entry.type is EntryType.COMMENTED for entry in later)
    return News(begin.added_at, _ANSWERS.get(begin.type), _changes(later), _documents(later), comments)


def _last(entries: list[Entry], types: Collection[EntryType], approver_user_id: str) -> Entry | None:
    of_type = (entry for entry in reversed(entries) if entry.type in types)
    return next((entry for entry in of_type if said_in(entry).get("approver_user_id") == approver_user_id), None)


def _changes(entries: list[Entry]) -> dict[str, tuple[Any, Any]]:
    """The first old and the last new value of each field."""
    found: dict[str, tuple[Any, Any]] = {}
    for entry in entries:
        for field, (old, new) in said_in(entry).get("changes", {}).items():
            found[field] = (found[field][0] if field in found else old, new)
    return {field: found[field] for field in TOLD_FIELDS if field in found and found[field][0] != found[field][1]}


def _documents(entries: list[Entry]) -> list[tuple[str | None, DocumentNews]]:
    found: dict[str, tuple[str | None, DocumentNews]] = {}
    for entry in entries:
        news, said = _DOCUMENT_NEWS.get(entry.type), said_in(entry)
        if news is None:
            continue
        before = found.pop(said["evidence_id"], None)
        is_new = before is not None and before[1] is DocumentNews.ADDED
        if not (is_new and news is DocumentNews.REMOVED):
            found[said["evidence_id"]] = (said.get("name"), DocumentNews.ADDED if is_new else news)
    return list(found.values())
