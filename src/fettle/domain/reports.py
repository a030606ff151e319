"""What a printed report of a work order says, and in which order; `report_cards.py` says it of photos and documents."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import Final, NamedTuple

from fettle.domain.activity import Entry, EntryType
from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.completions import Signed
from fettle.domain.dates import long_date, short_date
from fettle.domain.entry_messages import message_of
from fettle.domain.evidence import Evidence, Kind
from fettle.domain.files import BIDI_CONTROLS, StoredFile
from fettle.domain.instants import Instant
from fettle.domain.late_photos import LatePhoto
from fettle.domain.people import User
from fettle.domain.pictures import FileFacts, PrintSize
from fettle.domain.report_shapes import (
    MAX_LINES,
    MAX_PRINTED_TEXT,
    Decision,
    Fact,
    Line,
    SignedCompletion,
    printed_characters,
)
from fettle.domain.report_words import DECISIONS, DECISIONS_ON_CONTENT, METHODS, WORDS
from fettle.domain.work_orders import WorkOrder

_MOST_PICTURE_BYTES: Final = 22 << 20
_FEWEST_BYTES, _MOST_BYTES = 16 << 10, 400 << 10
# With so many pictures they are printed so large, in pixels of the longer side.
_FEW, _LARGE, _SMALL = 60, 1280, 1000
_LONG_WORD: Final = re.compile(r"[^\s\u200b-]{25,}")
_UNBROKEN: Final = 12
_SOFT_BREAK: Final = "\u200b"
_ABOUT_AN_APPROVER: Final = frozenset({EntryType.APPROVAL_REQUESTED, EntryType.APPROVAL_WITHDRAWN})
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Wanted(NamedTuple):
    """How a report is written: in "en" or "fr", its times in UTC or in the zone of that name in the IANA list."""

    language: str
    zone: tzinfo | None = None
    zone_name: str | None = None


class Item(NamedTuple):
    """One entry of evidence with what is known of its bytes."""

    entry: Evidence
    file: StoredFile | None
    facts: FileFacts | None
    late: LatePhoto | None

    @property
    def is_photo(self) -> bool:
        """Whether it shows the work; what was attached belongs to the plan, pictures too."""
        return self.entry.kind is Kind.PHOTO


class Record(NamedTuple):
    """All that the record has of one work order, at one moment; `drawings` are of its signatures, by name."""

    company: str
    order: WorkOrder
    component: str | None
    part_number: str | None
    users: Sequence[User]
    approvals: Sequence[Approval]
    items: Sequence[Item]
    entries: Sequence[Entry]
    signatures: Sequence[Signed] = ()
    drawings: Mapping[str, StoredFile] = MappingProxyType({})


class Voice:
    """Says things in the language and zone that are wanted, and people by their names."""

    def __init__(self, wanted: Wanted, users: Sequence[User]) -> None:
        self.language: Final = wanted.language
        self.zone: Final = wanted.zone or UTC
        self.zone_name: Final = wanted.zone_name or "UTC"
        self._names: Mapping[str, str] = {user.id: self._name(user) for user in users}

    def say(self, word: str, **blanks: object) -> str:
        """The word of `report_words`, with its blanks filled."""
        return WORDS[word].to(self.language).format(**blanks)

    def left_out(self, word: str, count: int) -> str | None:
        """What is said of so many that are not printed."""
        return self.say(word, count=count) if count else None

    def who(self, user_id: str | None) -> str:
        """The printed name of a person."""
        return self._names.get(user_id or "") or self.say("unknown")

    def when(self, instant: Instant) -> str:
        """A date for tables."""
        return short_date(instant, self.zone, self.language)

    def by(self, instant: Instant, user_id: str | None) -> str:
        """When, and by whom."""
        return self.say("by", when=self.when(instant), who=self.who(user_id))

    def fact(self, label: str, text: str, *, warns: bool = False) -> Fact:
        """A fact under the label of that word."""
        return Fact(self.say(label), plain(text), warns)

    def generated(self, now: Instant) -> str:
        """When the report was made: in UTC, and in the zone that is wanted."""
        in_utc = long_date(now, UTC, self.language)
        if self.zone is UTC:
            return in_utc
        return f"{in_utc} ({long_date(now, self.zone, self.language)}, {self.zone_name})"

    def _name(self, user: User) -> str:
        if user.is_system:
            return self.say("system")
        if user.erased_at is not None:
            return f"{self.say('erased person')} {user.last_name}"
        return plain(f"{user.first_name} {user.last_name}".strip() or user.email)


def plain(text: str) -> str:
    """Text as it may stand on paper: nothing that turns the order of letters or hides, and no word without an end."""
    visible = BIDI_CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    shown = "".join(c if c == "\n" or unicodedata.category(c) != "Cc" else "\ufffd" for c in visible)
    return _LONG_WORD.sub(_broken, shown)


def print_size(pictures: int) -> PrintSize:
    """How large each of so many may be, so that the whole stays below 25 MB as long as that can be read."""
    share = _MOST_PICTURE_BYTES // max(1, pictures)
    return PrintSize(_LARGE if pictures <= _FEW else _SMALL, max(_FEWEST_BYTES, min(_MOST_BYTES, share)))


def summary(record: Record, voice: Voice) -> tuple[Fact, ...]:
    """The table below the title."""
    order, items = record.order, [item for item in record.items if item.entry.deleted_at is None]
    photos = sum(item.is_photo for item in items)
    counted = voice.say("counted", photos=photos, documents=len(items) - photos, entries=len(record.entries))
    facts = (
        ("component", record.component),
        ("part number", record.part_number),
        ("quantity", str(order.quantity)),
        ("phase", order.phase or None),
        ("assignee", voice.who(order.assignee_user_id) if order.assignee_user_id else None),
        ("deadline", voice.when(order.deadline) if order.deadline is not None else None),
        ("created", voice.by(order.created_at, order.created_by_user_id)),
        ("last change", _last_change(record, voice)),
        ("evidence", counted),
    )
    return tuple(voice.fact(label, text) for label, text in facts if text is not None)


def decision_of(approval: Approval, voice: Voice) -> Decision:
    """An approval in words, with the fingerprint of the content that it is about, where it is bound to one."""
    sentences = DECISIONS if approval.content_sha256 is None else DECISIONS_ON_CONTENT
    meaning = sentences[approval.status].to(voice.language).format(fingerprint=approval.content_sha256)
    is_answered = approval.status is not ApprovalStatus.PENDING
    asked = voice.say("asked", who=voice.who(approval.requested_by_user_id), when=voice.when(approval.requested_at))
    return Decision(
        name=voice.who(approval.approver_user_id),
        status=approval.status.value,
        meaning=meaning,
        at=voice.when(approval.last_updated_at) if is_answered else "",
        asked=asked,
        comment=plain(approval.comment) if approval.comment else None,
    )


def signature_of(signed: Signed, voice: Voice, picture: str | None) -> SignedCompletion:
    """A signature in words, with the name of its drawing's picture."""
    signature = signed.signature
    said = METHODS[signature.method].to(voice.language).format(fingerprint=signature.statement_sha256)
    erased = voice.say("words erased")
    name, meaning = plain(signed.signer_name or erased), plain(signed.meaning or erased)
    return SignedCompletion(name, meaning, voice.when(signature.signed_at), plain(said), picture)


def log_of(entries: Sequence[Entry], voice: Voice) -> tuple[tuple[Line, ...], str | None]:
    """The log, and what is said of its oldest entries where there are too many for paper."""
    newest = entries[-MAX_LINES:]
    most, left_out = printed_characters(len(newest)), len(entries) - len(newest)
    return tuple(line_of(entry, voice, most=most) for entry in newest), voice.left_out("log left out", left_out)


def line_of(entry: Entry, voice: Voice, *, most: int = MAX_PRINTED_TEXT) -> Line:
    """An entry of the log in words, cut to so many characters, with its hash."""
    what = message_of(entry, voice.language)
    if entry.type in _ABOUT_AN_APPROVER:
        what = _UUID.sub(lambda match: voice.who(match[0]), what, count=1)
    said = plain(what if len(what) <= most else f"{what[:most]}…")
    return Line(entry.seq, voice.when(entry.added_at), voice.who(entry.added_by_user_id), said, entry.sha256 or None)


def _last_change(record: Record, voice: Voice) -> str | None:
    if not record.entries:
        return None
    newest = record.entries[-1]
    return voice.by(newest.added_at, newest.added_by_user_id)


def _broken(match: re.Match[str]) -> str:
    word = match[0]
    return _SOFT_BREAK.join(word[start : start + _UNBROKEN] for start in range(0, len(word), _UNBROKEN))
