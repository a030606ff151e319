"""Lines of a pack's logs: read as what a stranger wrote, and in one way only."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple, cast

import msgspec

from fettle.domain.activity import FORMAT, Entry, EntryType
from fettle.domain.canonical import canonical
from fettle.domain.checkpoints import Note, read_note
from fettle.domain.instants import to_instant
from fettle.domain.merkle import leaf_hash
from fettle.domain.packs import PackedStamp
from fettle.domain.verification import Finding
from fettle.verifier.archive import Archive, NotHeld

# What the decoder raises for bytes that are no JSON of the wanted form, however deep, large or broken they are.
UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)
_LONGEST_LINE: Final = 8 << 20
_HASH_SIZES: Final = frozenset({32})
_read_stamp: Final = msgspec.json.Decoder(PackedStamp).decode
_read_any: Final = msgspec.json.Decoder().decode


class _Line(msgspec.Struct, rename="camel"):
    """As `packs.PackedEntry`, with the hashes as bytes."""

    leaf: str
    leaf_index: int
    path: list[bytes]
    texts: str | None = None


class _GrowthLine(msgspec.Struct):
    """As `packs.PackedGrowth`."""

    size: int
    root: bytes
    path: list[bytes]


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


_read_line: Final = msgspec.json.Decoder(_Line).decode
_read_growth: Final = msgspec.json.Decoder(_GrowthLine).decode
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
            root, *path = _hashes([read.root, *read.path])
        except UNREADABLE:
            raise NotHeld(Finding.FORM_WRONG, where) from None
        yield Grown(where, read.size, root, path)


def read_stamps(archive: Archive, name: str) -> Iterator[tuple[str, Note]]:
    """Where each time stamp is, and the checkpoint that was stamped."""
    for number, line in enumerate(archive.lines(name, _LONGEST_LINE), 1):
        where = f"{name} line {number}"
        try:
            stamped = read_note(_read_stamp(line).note)
        except UNREADABLE:
            raise NotHeld(Finding.FORM_WRONG, where) from None
        yield where, stamped


def _entry_of(line: _Line) -> ProvenEntry:
    """Raises ValueError for a leaf that is not in its one form."""
    text = line.leaf.encode()
    leaf = _read_leaf(text)
    data = _read_any(leaf.data)
    if leaf.format != FORMAT or not leaf.added_at.endswith("Z") or not isinstance(data, dict):
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
        to_instant(datetime.fromisoformat(leaf.added_at)),
        leaf.added_by_user_id,
        bytes(leaf.data).decode(),
        sha256.hex(),
        line.texts,
        line.leaf_index,
    )
    return ProvenEntry(entry, line.leaf_index, sha256, _hashes(line.path))


def _is_canonical(text: str) -> bool:
    written = text.encode()
    return canonical(_read_any(written)) == written


def _hashes(path: list[bytes]) -> list[bytes]:
    """The same, once all of them were found to be of the size of a hash."""
    if not {*map(len, path)} <= _HASH_SIZES:
        raise ValueError(path)
    return path
