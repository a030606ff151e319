"""Whether a work order is what its log says: chain, record, place in the company's log, bytes."""

from collections.abc import Iterator
from typing import NamedTuple

from fettle.domain.activity import Entry, leaf_of
from fettle.domain.checkpoints import Checkpoint, origin_of, read_note
from fettle.domain.errors import WorkOrderNotFound
from fettle.domain.evidence import Evidence
from fettle.domain.files import StoredFile
from fettle.domain.instants import Instant
from fettle.domain.merkle import includes, inclusion, leaf_hash
from fettle.domain.people import Caller
from fettle.domain.record_check import Rows, row_problems
from fettle.domain.signature_checks import SignedChain
from fettle.domain.verification import Finding, Problem
from fettle.domain.work_orders import WorkOrder
from fettle.services.log import Log
from fettle.services.log_ports import NoteReader
from fettle.services.log_tree import StoredTree
from fettle.services.passkey_ports import PasskeyVerifier
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction
from fettle.services.signature_checks import SignatureCheck, drawn_in


class CheckedFile(NamedTuple):
    """Bytes of evidence: what they have to be, when they were last read, since when they are damaged, or removed."""

    evidence_id: str
    sha256: str
    size: int
    read_at: Instant | None
    damaged_at: Instant | None
    removed_at: Instant | None


class Verified(NamedTuple):
    """What was checked, against which checkpoint, and what does not hold.

    Of `entries` in all `covered` are in the log of the checkpoint; the rest is too new to be proven yet.
    """

    order: WorkOrder
    checked_at: Instant
    checkpoint: Checkpoint | None
    entries: int
    covered: int
    files: list[CheckedFile]
    problems: list[Problem]


class Verification:
    """Looks, and changes nothing but that entries get their places."""

    def __init__(
        self, database: Database, log: Log, clock: Clock, notes: NoteReader, passkeys: PasskeyVerifier
    ) -> None:
        """All come from `build.py`."""
        self._database = database
        self._log = log
        self._clock = clock
        self._notes = notes
        self._signatures = SignatureCheck(passkeys)

    async def of_order(self, caller: Caller, work_order_id: str) -> Verified:
        """Check everything that the server has about a work order, but not its bytes anew; raises WorkOrderNotFound."""
        await self._log.place(caller.company_id)
        checked_at = self._clock.now()

        def query(tx: Transaction) -> Verified:
            order = tx.work_orders.find(caller.company_id, work_order_id)
            if order is None:
                raise WorkOrderNotFound
            entries, rows, chain = tx.activity.of_orders([order.id]), rows_of(tx, order), SignedChain()
            signatures = tx.signatures.of_order(order.id)
            checkpoint = tx.log.newest_checkpoint(order.company_id)
            covered = [entry for entry in entries if checkpoint and _is_below(entry, checkpoint.size)]
            problems = [
                *chain.take_all(entries),
                *chain.erasure_problems(),
                *row_problems(rows, chain.reckoning),
                *self._signatures.problems(chain.signed, signatures, drawn_in(tx, order.company_id, signatures)),
                *_place_problems(entries, tx.log.size(order.company_id)),
                *(self._log_problems(tx, covered, entries, checkpoint) if checkpoint else ()),
            ]
            checked = [
                _checked(entry, rows.files[entry.file_name]) for entry in rows.evidence if entry.file_name in rows.files
            ]
            return Verified(order, checked_at, checkpoint, len(entries), len(covered), checked, problems)

        return await self._database.read(query)

    def _log_problems(
        self, tx: Transaction, covered: list[Entry], entries: list[Entry], checkpoint: Checkpoint
    ) -> Iterator[Problem]:
        note = read_note(checkpoint.note)
        if not self._notes.is_ours(note) or note.origin != origin_of(checkpoint.company_id):
            yield Problem(Finding.SIGNATURE_WRONG, f"checkpoint {checkpoint.size}")
        tree, before = StoredTree(tx, checkpoint.company_id), {entry.seq + 1: entry.sha256 for entry in entries}
        for entry in covered:
            if not _is_in(tree, entry, before.get(entry.seq), note.size, note.root):
                yield Problem(Finding.NOT_IN_LOG, f"entry {entry.seq}")


def _is_below(entry: Entry, size: int) -> bool:
    return entry.leaf_index is not None and entry.leaf_index < size


def _place_problems(entries: list[Entry], size: int) -> Iterator[Problem]:
    """One without a place is newer than the last time when places were given."""
    for entry in entries:
        if entry.leaf_index is not None and not _is_below(entry, size):
            yield Problem(Finding.NOT_IN_LOG, f"entry {entry.seq}")


def _is_in(tree: StoredTree, entry: Entry, previous: str | None, size: int, root: bytes) -> bool:
    index = entry.leaf_index or 0
    try:
        path = inclusion(index, size, tree.complete)
    except (LookupError, ValueError):
        return False
    return includes(root, size, index, leaf_hash(leaf_of(entry, previous)), path)


def rows_of(tx: Transaction, order: WorkOrder) -> Rows:
    """All rows that the log of the order has a say in."""
    evidence = tx.evidence.of_orders([order.id])
    files = tx.files.of_names(order.company_id, [entry.file_name for entry in evidence])
    late = tx.late_photos.of_evidence([entry.id for entry in evidence])
    return Rows(
        order,
        evidence,
        {file.name: file for file in files},
        {photo.evidence_id: photo for photo in late},
        tx.approvals.of_orders([order.id]),
        tx.required_photos.of_order(order.id),
        tx.legal_holds.find(order.id),
    )


def _checked(entry: Evidence, file: StoredFile) -> CheckedFile:
    return CheckedFile(entry.id, file.sha256, file.size, file.checked_at, file.damaged_at, entry.bytes_removed_at)
