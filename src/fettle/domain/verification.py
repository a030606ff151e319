"""What can be found out about a work order from its log, and how it is told."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from fettle.domain.activity import FREE_TEXT, Entry, EntryType, leaf_of, read_json, said_in
from fettle.domain.merkle import leaf_hash


class Finding(StrEnum):
    """What does not hold."""

    ENTRY_MISSING = "ENTRY_MISSING"
    ENTRY_CHANGED = "ENTRY_CHANGED"
    TEXTS_CHANGED = "TEXTS_CHANGED"
    RECORD_DIFFERS = "RECORD_DIFFERS"
    NOT_IN_LOG = "NOT_IN_LOG"
    SIGNATURE_WRONG = "SIGNATURE_WRONG"
    BYTES_MISSING = "BYTES_MISSING"
    BYTES_DAMAGED = "BYTES_DAMAGED"
    STATEMENT_DIFFERS = "STATEMENT_DIFFERS"


class Problem(NamedTuple):
    """Something that does not hold, and where: `entry 3`, `status`, `evidence <id>`."""

    finding: Finding
    where: str


def chain_problems(entries: Iterable[Entry]) -> Iterator[Problem]:
    """What is wrong with the entries of one work order, oldest first: each hash, each link, each text."""
    previous, expected = None, 1
    for entry in entries:
        where = f"entry {entry.seq}"
        if entry.seq != expected:
            yield Problem(Finding.ENTRY_MISSING, f"entry {expected}")
        elif leaf_hash(leaf_of(entry, previous)).hex() != entry.sha256:
            yield Problem(Finding.ENTRY_CHANGED, where)
        if not _has_its_texts(entry):
            yield Problem(Finding.TEXTS_CHANGED, where)
        previous, expected = entry.sha256, entry.seq + 1


def erasure_problems(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Texts of one work order that are gone, though no entry says that they were erased."""
    everything = list(entries)
    said = (read_json(entry.data).get("versions", ()) for entry in everything if entry.type is EntryType.ERASED)
    noted = {version for versions in said for version in versions}
    for entry in everything:
        if entry.is_erased and entry.seq not in noted:
            yield Problem(Finding.TEXTS_CHANGED, f"entry {entry.seq}")


def newest_values(entries: Iterable[Entry]) -> dict[str, Any]:
    """The newest logged value of every field that was ever changed, as far as it is not erased.

    An erased entry may have changed any field that people write: what was said of those before counts no more.
    """
    newest: dict[str, Any] = {}
    for entry in entries:
        if entry.is_erased:
            newest = {field: value for field, value in newest.items() if field.rpartition(".")[2] not in FREE_TEXT}
        for field, (_, new) in said_in(entry).get("changes", {}).items():
            newest[field] = new
    return newest


def logged_files(entries: Iterable[Entry]) -> dict[str, str]:
    """The SHA-256 of the bytes of each piece of evidence, as the log has it last."""
    said = (read_json(entry.data) for entry in entries)
    return {data["evidence_id"]: data["sha256"] for data in said if "evidence_id" in data and "sha256" in data}


def record_problems(newest: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Problem]:
    """Where a row says something else than the newest entry about it."""
    for field, value in row.items():
        if newest.get(field, value) != value:
            yield Problem(Finding.RECORD_DIFFERS, field)


def _has_its_texts(entry: Entry) -> bool:
    """Texts are those that were hashed, or erased; an entry from before texts stood apart has none."""
    promised = read_json(entry.data).get("texts_sha256")
    return entry.texts is None or hashlib.sha256(entry.texts.encode()).hexdigest() == promised
