"""Lines of a pack's logs: read as what a stranger wrote, and in one way only."""

from base64 import b64decode
from collections.abc import Iterator
from typing import Final, NamedTuple, cast

import msgspec

from fettle.domain.activity import FORMAT, Entry, EntryType
from fettle.domain.canonical import canonical
from fettle.domain.instants import parse_instant
from fettle.domain.merkle import leaf_hash
from fettle.domain.packs import PackedEntry, PackedGrowth
from fettle.domain.verification import Finding
from fettle.verifier.archive import Archive, NotHeld

# What the decoder raises for bytes that are no JSON of the wanted form, however deep, large or broken they are.
UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)
_LONGEST_LINE: Final = 8 << 20
_HASH_SIZE: Final = 32
_read_line: Final = msgspec.json.Decoder(PackedEntry).decode
_read_growth: Final = msgspec.json.Decoder(PackedGrowth).decode
_read_any: Final = msgspec.json.Decoder().decode


class _Leaf(msgspec.Struct, forbid_unknown_fields=True):
    """Exactly these keys; which types of entries there are is not for a verifier to say."""

    added_at: str
    added_by_user_id: str
    company_id: str
    data: msgspec.Raw
    format: str
    id: str
    previous: str | None
    seq: int
    type: str
    work_order_id: str


_read_leaf: Final = msgspec.json.Decoder(_Leaf).decode


class ProvenEntry(NamedTuple):
    """One entry with its hash, which is computed, and its inclusion proof, which is not judged yet."""

    entry: Entry
    leaf_index: int
    leaf_hash: bytes
    path: list[bytes]


class Grown(NamedTuple):
    """An earlier checkpoint, and the proof that the pack's grew out of it, which is not judged yet."""

    where: str
    size: int
    root: bytes
    path: list[bytes]


def read_entries(archive: Archive, name: str) -> Iterator[ProvenEntry]:
    """The entries of a log, line by line; raises NotHeld at the first line that is none."""
    for number, line in enumerate(archive.lines(name, _LONGEST_LINE), 1):
        try:
            yield _entry_of(_read_line(line))
        except UNREADABLE:
            raise NotHeld(Finding.FORM_WRONG, f"{name} line {number}") from None


def read_growth(archive: Archive, name: str) -> Iterator[Grown]:
    """The same, of the growth of the log."""
    for number, line in enumerate(archive.lines(name, _LONGEST_LINE), 1):
        where = f"{name} line {number}"
        try:
            read = _read_growth(line)
            grown = Grown(where, read.size, _hash(read.root), [_hash(node) for node in read.path])
        except UNREADABLE:
            raise NotHeld(Finding.FORM_WRONG, where) from None
        yield grown


def _entry_of(line: PackedEntry) -> ProvenEntry:
    """Raises ValueError for a leaf that is not in its one form."""
    text = line.leaf.encode()
    leaf, data = _read_leaf(text), _read_any(text)["data"]
    added_at = parse_instant(leaf.added_at)
    if added_at is None or leaf.format != FORMAT or not isinstance(data, dict):
        raise ValueError(line.leaf)
    if canonical(data) != bytes(leaf.data) or not (line.texts is None or _is_canonical(line.texts)):
        raise ValueError(line.leaf)
    sha256 = leaf_hash(text)
    entry = Entry(
        leaf.id,
        leaf.company_id,
        leaf.work_order_id,
        leaf.seq,
        cast("EntryType", leaf.type),
        added_at,
        leaf.added_by_user_id,
        bytes(leaf.data).decode(),
        sha256.hex(),
        line.texts,
        line.leaf_index,
    )
    return ProvenEntry(entry, line.leaf_index, sha256, [_hash(node) for node in line.path])


def _is_canonical(text: str) -> bool:
    written = text.encode()
    return canonical(_read_any(written)) == written


def _hash(text: str) -> bytes:
    found = b64decode(text, validate=True)
    if len(found) != _HASH_SIZE:
        raise ValueError(text)
    return found
