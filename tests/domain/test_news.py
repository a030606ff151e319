"""What is new to an approver, told from the log."""

from typing import Any

from fettle.domain.activity import Changes, Entry, EntryType, write_data
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.news import DocumentNews, news_of

_ME, _OTHER = "me", "somebody else"


class _Log:
    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, entry_type: EntryType, changes: Changes | None = None, **about: Any) -> None:
        data, texts = write_data(changes, about, "salt")
        seq = len(self.entries) + 1
        self.entries.append(Entry(str(seq), "c", "o", seq, entry_type, seq * 10, _OTHER, data, texts=texts))


def test_since_the_question_where_there_is_no_answer() -> None:
    log = _Log()
    log.add(EntryType.EDITED, {"quantity": (1, 2)})
    log.add(EntryType.APPROVAL_REQUESTED, approver_user_id=_ME)
    log.add(EntryType.APPROVAL_REQUESTED, approver_user_id=_OTHER)
    log.add(EntryType.APPROVAL_GIVEN, approver_user_id=_OTHER)
    log.add(EntryType.COMMENTED, comment="!")
    news = news_of(log.entries, _ME)
    assert (news.since, news.answer, news.changes, news.documents, news.comments) == (20, None, {}, [], 1)
    assert not news.is_nothing
    assert news_of(log.entries[:4], _ME).is_nothing


def test_since_the_last_answer_though_asked_anew() -> None:
    log = _Log()
    log.add(EntryType.APPROVAL_REQUESTED, approver_user_id=_ME)
    log.add(EntryType.APPROVAL_REJECTED, approver_user_id=_ME)
    log.add(EntryType.EDITED, {"name": ("a", "b"), "quantity": (1, 2), "approvals.me": ("REJECTED", "PENDING")})
    log.add(EntryType.EDITED, {"name": ("b", "c"), "quantity": (2, 1)})
    log.add(EntryType.STATUS_CHANGED, {"status": ("DRAFT", "REVIEW")})
    log.add(EntryType.APPROVAL_REQUESTED, approver_user_id=_ME)
    news = news_of(log.entries, _ME)
    assert (news.since, news.answer) == (20, ApprovalStatus.REJECTED)
    assert news.changes == {"name": ("a", "c"), "status": ("DRAFT", "REVIEW")}


def test_documents_by_what_has_become_of_them() -> None:
    log = _Log()
    log.add(EntryType.APPROVAL_REQUESTED, approver_user_id=_ME)
    for entry_type, evidence_id in (
        (EntryType.ATTACHMENT_ADDED, "new"),
        (EntryType.ATTACHMENT_COMPLETED, "new"),
        (EntryType.ATTACHMENT_ADDED, "mistake"),
        (EntryType.ATTACHMENT_DELETED, "mistake"),
        (EntryType.ATTACHMENT_COMPLETED, "awaited"),
        (EntryType.ATTACHMENT_COMPLETED, "old"),
        (EntryType.ATTACHMENT_DELETED, "old"),
    ):
        log.add(entry_type, evidence_id=evidence_id, name=f"the {evidence_id}")
    assert news_of(log.entries, _ME).documents == [
        ("the new", DocumentNews.ADDED),
        ("the awaited", DocumentNews.ARRIVED),
        ("the old", DocumentNews.REMOVED),
    ]


def test_texts_that_are_erased_are_not_told() -> None:
    log = _Log()
    log.add(EntryType.APPROVAL_REQUESTED, approver_user_id=_ME)
    log.add(EntryType.EDITED, {"name": ("a", "b"), "quantity": (1, 2)})
    log.add(EntryType.ATTACHMENT_ADDED, evidence_id="1", name="Plan")
    erased = [Entry(*(getattr(entry, field) for field in Entry.__struct_fields__[:8])) for entry in log.entries]
    news = news_of(erased, _ME)
    assert news.changes == {"quantity": (1, 2)}
    assert news.documents == [(None, DocumentNews.ADDED)]


def test_nothing_is_known_of_somebody_whom_nobody_asked() -> None:
    assert news_of([], _ME).since is None
