"""All work orders of a company, one after the other: each chain, and whether the rows say what it adds up to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, TypeVar

from fettle.domain.activity import Entry
from fettle.domain.record_check import Rows, row_problems
from fettle.domain.signature_checks import SignedChain
from fettle.domain.verification import Finding, Problem
from fettle.domain.work_orders import WorkOrder
from fettle.services.rows import Transaction
from fettle.services.signature_checks import SignatureCheck, drawn_in

_ENTRIES_AT_ONCE: Final = 1000

Row = TypeVar("Row")


class _OrderCheck:
    """One work order whose entries are being read."""

    def __init__(self, work_order_id: str) -> None:
        self.id: Final = work_order_id
        self.chain: Final = SignedChain()
        self.problems: list[Problem] = []

    def take(self, entry: Entry) -> None:
        self.problems += self.chain.take(entry)


class OrderWalk:
    """Lives for one check. What is complete in a transaction is compared in the same one, so nothing changes between.

    Entries that were read earlier never change, and new ones come after them.
    """

    def __init__(self, company_id: str, signatures: SignatureCheck) -> None:
        self._company_id = company_id
        self._signatures = signatures
        self._seq = 0
        self._open = _OrderCheck("")
        self._found: list[Problem] = []
        self.orders = self.entries = self.erased = 0

    def taken(self) -> list[Problem]:
        """What was found since this was last asked."""
        found, self._found = self._found, []
        return found

    def look(self, tx: Transaction) -> bool:
        """Look at the next entries; whether these were the last."""
        if not self._open.id:
            self._look_for_lost(tx)
        entries = tx.log_check.entries(self._company_id, self._open.id, self._seq, _ENTRIES_AT_ONCE)
        whole: list[_OrderCheck] = []
        for order_id, group in groupby(entries, attrgetter("work_order_id")):
            if order_id != self._open.id:
                whole.append(self._open)
                self._open = _OrderCheck(order_id)
            for entry in group:
                self._open.take(entry)
                self._seq = entry.seq
        self.entries += len(entries)
        is_end = len(entries) < _ENTRIES_AT_ONCE
        self._compare(tx, [each for each in [*whole, *([self._open] if is_end else [])] if each.id])
        return is_end

    def _look_for_lost(self, tx: Transaction) -> None:
        for order_id in tx.log_check.without_order(self._company_id):
            self._found.append(Problem(Finding.ORDER_MISSING, f"order {order_id}"))
        for number in tx.log_check.without_entries(self._company_id):
            self._found.append(Problem(Finding.ENTRY_MISSING, f"{number} entry 1"))

    def _compare(self, tx: Transaction, checks: Sequence[_OrderCheck]) -> None:
        if not checks:
            return
        orders = tx.log_check.orders(self._company_id, [check.id for check in checks])
        rows = {each.order.id: each for each in _rows_of(tx, orders)}
        signatures = tx.log_check.signatures([check.id for check in checks])
        signed, drawn = _by_order(signatures), drawn_in(tx, self._company_id, signatures)
        for check in checks:
            found = rows.get(check.id)
            name = f"order {check.id}" if found is None else str(found.order.wo_number)
            problems = [
                *check.problems,
                *check.chain.erasure_problems(),
                *(row_problems(found, check.chain.reckoning) if found else ()),
                *self._signatures.problems(check.chain.signed, signed[check.id], drawn),
            ]
            self._found += [Problem(finding, f"{name} {where}") for finding, where in problems]
            self.erased += len(check.chain.reckoning.erased)
        self.orders += len(orders)


def _rows_of(tx: Transaction, orders: Sequence[WorkOrder]) -> Iterator[Rows]:
    ids = [order.id for order in orders]
    if not ids:
        return
    evidence = _by_order(tx.evidence.of_orders(ids))
    approvals, required = _by_order(tx.approvals.of_orders(ids)), _by_order(tx.log_check.required_photos(ids))
    holds = {hold.work_order_id: hold for hold in tx.log_check.legal_holds(ids)}
    late = {photo.evidence_id: photo for photo in tx.log_check.late_photos(ids)}
    names = [entry.file_name for entries in evidence.values() for entry in entries]
    files = {file.name: file for file in tx.files.of_names(orders[0].company_id, names)}
    for order in orders:
        yield Rows(order, evidence[order.id], files, late, approvals[order.id], required[order.id], holds.get(order.id))


def _by_order(rows: Sequence[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.work_order_id].append(row)  # type: ignore[attr-defined]  # every noun of an order has it
    return found
