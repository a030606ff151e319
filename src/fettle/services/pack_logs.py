"""The log in an evidence pack: the entries of a work order with their proofs, and how the whole log grew."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import Final

import msgspec

from fettle.domain.activity import Entry
from fettle.domain.checkpoint_copies import CheckpointCopy
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.errors import Detail, Invalid, Unavailable
from fettle.domain.merkle import consistency
from fettle.domain.packs import PackedEntry, PackedGrowth, PackedStamp
from fettle.domain.work_orders import WorkOrder
from fettle.services.log import Proof, proofs_of
from fettle.services.log_tree import StoredTree
from fettle.services.ports import Database
from fettle.services.rows import After, Page, Transaction

# Bounds the memory that a long log takes, and how long one look holds a connection.
_ENTRIES_A_LOOK: Final = 250
_CHECKPOINTS_A_LOOK: Final = 100
_MOST_CHECKPOINTS: Final = 1_000
_MOST_STAMPS: Final = 20


class Outdated(Unavailable):
    """Something that was read for a pack was erased meanwhile: made anew it holds, and does not have it."""


class OrderLog:
    """The entries of one work order up to a version, as lines; all of them are in the log of the checkpoint.

    A long log is not kept in memory: it is read once for its size, and again for its bytes.
    """

    def __init__(self, database: Database, checkpoint: Checkpoint, order: WorkOrder) -> None:
        self._database = database
        self._checkpoint = checkpoint
        self._order = order
        self._kept: bytes | None = None
        self._sha256 = ""

    async def pages(self) -> AsyncIterator[bytes]:
        """The lines, so many entries at a time; raises Outdated where anything was erased since that version."""
        digest = hashlib.sha256()
        for first in range(1, self._order.version + 1, _ENTRIES_A_LOOK):
            page = await self._read(first)
            digest.update(page)
            if self._order.version <= _ENTRIES_A_LOOK:
                self._kept = page
            yield page
        self._sha256 = self._sha256 or digest.hexdigest()
        if digest.hexdigest() != self._sha256:
            raise Outdated

    async def _read(self, first: int) -> bytes:
        if self._kept is not None:
            return self._kept
        return await self._database.read(lambda tx: self._page(tx, first))

    def _page(self, tx: Transaction, first: int) -> bytes:
        """From that version on. The entry before it comes along, for its hash."""
        if tx.activity.is_erased_since(self._order.id, self._order.version):
            raise Outdated
        limit = min(_ENTRIES_A_LOOK, self._order.version + 1 - first)
        entries = tx.activity.page(self._order.id, Page(limit + 1, After(max(first - 2, 0), "")))
        found = proofs_of(tx, _until(entries, first + limit), first, limit, self._checkpoint)
        if found is None:
            raise LookupError(self._order.id, first)
        return b"".join(_line(proof) for proof in found.proofs)


def require_checkpoint(tx: Transaction, company_id: str, size: int | None) -> None:
    """Raise INVALID_PARAMETER unless there is a checkpoint of that size, or none is asked for."""
    if size is not None and _checkpoint_of(tx, company_id, size) is None:
        raise Invalid("INVALID_PARAMETER", Detail("since", "no_checkpoint"))


async def growth(database: Database, newest: Checkpoint, also: Collection[int]) -> bytes:
    """A line for each of the newest 1,000 earlier checkpoints, and for those of the sizes in `also`."""
    lines: list[bytes] = []
    before = newest.size
    while len(lines) < _MOST_CHECKPOINTS:
        page, before = await database.read(lambda tx, before=before: _grown(tx, newest, before))  # type: ignore[misc]  # a default is how a loop's value is kept
        if not page:
            break
        lines += page
    older = sorted({size for size in also if size < before}, reverse=True)
    lines += await database.read(lambda tx: [_grown_from(tx, newest, size) for size in older])
    return b"".join(lines)


async def stamps(database: Database, newest: Checkpoint) -> list[CheckpointCopy]:
    """The newest 20 time stamps that came, however old, the latest first."""
    return await database.read(
        lambda tx: tx.checkpoint_copies.newest_stamps(newest.company_id, newest.size, _MOST_STAMPS)
    )


def stamp_lines(stamped: Sequence[CheckpointCopy]) -> bytes:
    """A line for each."""
    return b"".join(_json_line(PackedStamp(copy.note, copy.proof)) for copy in stamped if copy.proof is not None)


def _grown(tx: Transaction, newest: Checkpoint, before: int) -> tuple[list[bytes], int]:
    """The lines of some checkpoints below a size, the largest first, and the size of the smallest."""
    found = tx.log.checkpoints(newest.company_id, before, _CHECKPOINTS_A_LOOK)
    # One size may have been signed more than once, by different keys.
    by_size = {each.size: each for each in found}
    tree = StoredTree(tx, newest.company_id)
    return [_growth_line(tree, each, newest.size) for each in by_size.values()], min(by_size, default=before)


def _grown_from(tx: Transaction, newest: Checkpoint, size: int) -> bytes:
    found = _checkpoint_of(tx, newest.company_id, size)
    if found is None:
        raise LookupError(newest.company_id, size)
    return _growth_line(StoredTree(tx, newest.company_id), found, newest.size)


def _checkpoint_of(tx: Transaction, company_id: str, size: int) -> Checkpoint | None:
    found = tx.log.checkpoints(company_id, size + 1, 1)
    return found[0] if found and found[0].size == size else None


def _growth_line(tree: StoredTree, old: Checkpoint, size: int) -> bytes:
    path = consistency(old.size, size, tree.complete)
    return _json_line(PackedGrowth(old.size, b64encode(bytes.fromhex(old.root)).decode(), list(_texts(path))))


def _until(entries: Sequence[Entry], end: int) -> list[Entry]:
    return [entry for entry in entries if entry.seq < end]


def _line(proof: Proof) -> bytes:
    entry = proof.entry
    return _json_line(PackedEntry(proof.leaf.decode(), entry.leaf_index or 0, list(_texts(proof.path)), entry.texts))


def _json_line(line: PackedEntry | PackedGrowth | PackedStamp) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _texts(path: Sequence[bytes]) -> Iterator[str]:
    return (b64encode(each).decode() for each in path)
