"""The whole log of a company, from its rows: leaves at their places, nodes, checkpoints, work orders."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from fettle.domain.checkpoints import Checkpoint, NotANote, Note, origin_of, read_note
from fettle.domain.merkle_growth import GrowingTree, StoredNode
from fettle.domain.verification import Finding, Problem
from fettle.services.log_ports import NoteReader
from fettle.services.log_tree import LEVELS
from fettle.services.order_check import OrderWalk
from fettle.services.passkey_ports import PasskeyVerifier
from fettle.services.ports import Database
from fettle.services.rows import Transaction
from fettle.services.signature_checks import SignatureCheck

# Bounds memory, and how long one look at the rows takes: some 50 milliseconds.
_PLACES_AT_ONCE: Final = 1 << 13
_MOST_KEPT: Final = 1000


@dataclass(slots=True)
class LogReport:
    """What was looked at, and what does not hold: the first problems, and how many in all.

    Of the entries, `unplaced` are too new to be in the log; `newer` are not covered by the checkpoint that was given,
    whose size is `kept_size`.
    """

    company_id: str
    company: str = ""
    orders: int = 0
    entries: int = 0
    erased: int = 0
    size: int = 0
    unplaced: int = 0
    checkpoints: int = 0
    kept_size: int | None = None
    newer: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing was found to be wrong."""
        return not self.problem_count

    def add_all(self, problems: Iterable[Problem]) -> None:
        """Note what does not hold."""
        for problem in problems:
            self.problem_count += 1
            if len(self.problems) < _MOST_KEPT:
                self.problems.append(problem)


class LogCheck:
    """Reads and changes nothing; a server may run beside it."""

    def __init__(self, database: Database, notes: NoteReader, passkeys: PasskeyVerifier) -> None:
        """All come from `build.py`."""
        self._database = database
        self._notes = notes
        self._signatures = SignatureCheck(passkeys)

    async def of_company(
        self, company_id: str, kept: Note | None = None, older: Sequence[NoteReader] = ()
    ) -> LogReport:
        """Everything, and whether it grew out of the checkpoint that was kept; `older` are keys from before."""
        report = LogReport(company_id)
        tree = _TreeCheck(report, kept, [self._notes, *older])
        report.size = await self._database.read(lambda tx: tx.log.size(company_id))
        while not await self._database.read(tree.look):
            pass
        walk = OrderWalk(company_id, self._signatures)
        while not await self._database.read(walk.look):
            report.add_all(walk.taken())
        report.add_all(walk.taken())
        report.orders, report.entries, report.erased = walk.orders, walk.entries, walk.erased
        if kept is not None:
            report.kept_size, report.newer = kept.size, max(0, report.entries - kept.size)
        return report


class _TreeCheck:
    """Lives for one check; goes from place to place."""

    def __init__(self, report: LogReport, kept: Note | None, notes: Sequence[NoteReader]) -> None:
        self._report = report
        self._kept = kept
        self._notes = notes
        self._tree = GrowingTree()
        self._is_whole = True

    def look(self, tx: Transaction) -> bool:
        """Look at the next places; whether all were looked at, or nothing more can be."""
        self._report.add_all(self._problems(tx))
        return not self._is_whole or self._tree.size >= self._report.size

    def _problems(self, tx: Transaction) -> Iterator[Problem]:
        company_id, size, first = self._report.company_id, self._report.size, self._tree.size
        last = min(first + _PLACES_AT_ONCE, size)
        if first == 0:
            yield from self._beginning(tx)
        checkpoints = tx.log_check.checkpoints(company_id, first or -1, last)
        nodes = {
            (row.level, row.place): row.sha256
            for level in LEVELS
            for row in tx.log_check.nodes(company_id, level, first >> level, last >> level)
        }
        for row in tx.log_check.leaves(company_id, first, last):
            yield from self._checkpoint_problems(checkpoints)
            if row.place != self._tree.size:
                break
            yield from self._node_problems(row, nodes)
        if self._tree.size != last:
            self._is_whole = False
            yield Problem(Finding.NOT_IN_LOG, f"place {self._tree.size}")
        yield from self._checkpoint_problems(checkpoints)

    def _beginning(self, tx: Transaction) -> Iterator[Problem]:
        """What is there beyond the end of the log."""
        report, kept = self._report, self._kept
        size = tx.log.size(report.company_id)
        for row in tx.log_check.strays(report.company_id, LEVELS, size):
            where = f"place {row.place}" if row.level == 0 else f"node {row.level}/{row.place}"
            yield Problem(Finding.NODE_CHANGED if row.level else Finding.NOT_IN_LOG, where)
        largest = tx.log_check.largest_checkpoint(report.company_id)
        if largest > size:
            yield Problem(Finding.LOG_REWRITTEN, f"checkpoint {largest}")
        report.unplaced = tx.log_check.unplaced(report.company_id)
        if kept is None:
            return
        if kept.origin != origin_of(report.company_id):
            yield Problem(Finding.OTHER_LOG, f"checkpoint {kept.size}")
        elif kept.size > size:
            yield Problem(Finding.LOG_REWRITTEN, f"checkpoint {kept.size}")

    def _node_problems(self, row: StoredNode, nodes: dict[tuple[int, int], str]) -> Iterator[Problem]:
        """Add a leaf; what was stored of the nodes that it completes is what they are."""
        try:
            leaf = bytes.fromhex(row.sha256)
        except ValueError:
            leaf = b""
        for level, place, node in self._tree.add(leaf):
            if level in LEVELS and nodes.get((level, place)) != node.hex():
                yield Problem(Finding.NODE_CHANGED, f"node {level}/{place}")

    def _checkpoint_problems(self, checkpoints: list[Checkpoint]) -> Iterator[Problem]:
        """Those of the size that the tree has now."""
        size, kept = self._tree.size, self._kept
        while checkpoints and checkpoints[0].size == size:
            self._report.checkpoints += 1
            yield from self._problems_of(checkpoints.pop(0))
        is_kept_next = kept is not None and kept.size == size and kept.origin == origin_of(self._report.company_id)
        if kept is not None and is_kept_next:
            self._kept = None
            if kept.root != self._tree.root():
                yield Problem(Finding.LOG_REWRITTEN, f"checkpoint {size}")

    def _problems_of(self, checkpoint: Checkpoint) -> Iterator[Problem]:
        where = f"checkpoint {checkpoint.size}"
        try:
            note = read_note(checkpoint.note)
        except NotANote:
            yield Problem(Finding.SIGNATURE_WRONG, where)
            return
        said = (note.origin, note.size, note.root.hex())
        is_signed = any(notes.is_ours(note) for notes in self._notes)
        if said != (origin_of(self._report.company_id), checkpoint.size, checkpoint.root) or not is_signed:
            yield Problem(Finding.SIGNATURE_WRONG, where)
        if note.root != self._tree.root():
            yield Problem(Finding.LOG_REWRITTEN, where)
