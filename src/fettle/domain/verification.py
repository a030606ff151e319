"""What can be found out about a work order from its log, and how it is told."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from fettle.domain.activity import Entry, hear, leaf_of
from fettle.domain.merkle import leaf_hash
from fettle.domain.reckoning import Reckoning

# What reading an entry can raise that somebody changed.
UNREADABLE_ENTRY: Final = (
    msgspec.MsgspecError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    RecursionError,
)


class Finding(StrEnum):
    """What does not hold. The first eight are of a work order, the rest of a whole log or of an evidence pack."""

    ENTRY_MISSING = "ENTRY_MISSING"
    ENTRY_CHANGED = "ENTRY_CHANGED"
    TEXTS_CHANGED = "TEXTS_CHANGED"
    RECORD_DIFFERS = "RECORD_DIFFERS"
    NOT_IN_LOG = "NOT_IN_LOG"
    SIGNATURE_WRONG = "SIGNATURE_WRONG"
    BYTES_MISSING = "BYTES_MISSING"
    BYTES_DAMAGED = "BYTES_DAMAGED"
    FORM_WRONG = "FORM_WRONG"
    FILE_MISSING = "FILE_MISSING"
    FILE_CHANGED = "FILE_CHANGED"
    FILE_UNKNOWN = "FILE_UNKNOWN"
    MANIFEST_CHANGED = "MANIFEST_CHANGED"
    OTHER_KEY = "OTHER_KEY"
    OTHER_LOG = "OTHER_LOG"
    LOG_REWRITTEN = "LOG_REWRITTEN"
    GROWTH_NOT_PROVEN = "GROWTH_NOT_PROVEN"
    ORDER_MISSING = "ORDER_MISSING"
    NODE_CHANGED = "NODE_CHANGED"
    STATEMENT_DIFFERS = "STATEMENT_DIFFERS"


class Problem(NamedTuple):
    """Something that does not hold, and where: `entry 3`, `status`, `evidence <id>`."""

    finding: Finding
    where: str


class Chain:
    """Takes the entries of one work order, oldest first: each hash, each link, each text; and what they add up to.

    `previous` is the hash of the newest.
    """

    def __init__(self) -> None:
        self.reckoning = Reckoning()
        self.entries = 0
        self.previous: str | None = None

    def take(self, entry: Entry) -> Iterator[Problem]:
        """What is wrong with the entry."""
        where, expected = f"entry {entry.seq}", self.entries + 1
        try:
            sha256 = leaf_hash(leaf_of(entry, self.previous)).hex()
            said, promised = hear(entry)
            self.reckoning.take(entry, said, is_erased=entry.texts is None and promised is not None)
        except UNREADABLE_ENTRY:
            yield Problem(Finding.ENTRY_CHANGED, where)
        else:
            if entry.seq != expected:
                yield Problem(Finding.ENTRY_MISSING, f"entry {expected}")
            elif sha256 != entry.sha256:
                yield Problem(Finding.ENTRY_CHANGED, where)
            if not _has_its_texts(entry, promised):
                yield Problem(Finding.TEXTS_CHANGED, where)
        self.previous, self.entries = entry.sha256, entry.seq

    def erasure_problems(self) -> Iterator[Problem]:
        """Texts that are gone, though none of the entries says that they were erased."""
        for seq in sorted(self.reckoning.erased - self.reckoning.noted):
            yield Problem(Finding.TEXTS_CHANGED, f"entry {seq}")

    def take_all(self, entries: Iterable[Entry]) -> Iterator[Problem]:
        """The same, of many."""
        for entry in entries:
            yield from self.take(entry)


def chain_problems(entries: Iterable[Entry]) -> Iterator[Problem]:
    """What is wrong with the entries of one work order, oldest first: each hash, each link, each text."""
    return Chain().take_all(entries)


def differences(expected: Mapping[str, Any], row: dict[str, Any], prefix: str = "") -> Iterator[Problem]:
    """Where a row says something else than its log; fields that the log does not tell are let be."""
    if expected.items() <= row.items():
        return
    for field, value in row.items():
        if expected.get(field, value) != value:
            yield Problem(Finding.RECORD_DIFFERS, prefix + field)


def _has_its_texts(entry: Entry, promised: str | None) -> bool:
    """Texts are those that were hashed, or erased; an entry from before texts stood apart has none."""
    return entry.texts is None or hashlib.sha256(entry.texts.encode()).hexdigest() == promised
