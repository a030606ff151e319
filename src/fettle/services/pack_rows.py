"""What an evidence pack says of work orders, read in one snapshot of the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from fettle.domain.approvals import Approval
from fettle.domain.errors import Unavailable, WorkOrderNotFound
from fettle.domain.evidence import State
from fettle.domain.originals import MAX_ORDERS, MAX_ORIGINALS, shown_state
from fettle.domain.packed_orders import SignatureItem
from fettle.domain.people import User
from fettle.domain.reports import Item
from fettle.domain.work_orders import WorkOrder
from fettle.services.completions import drawings_of
from fettle.services.originals import too_many
from fettle.services.pack_logs import Outdated
from fettle.services.reports import items_of
from fettle.services.rows import Page, Transaction, WorkOrderFilter

# Those under a filter, or those of these ids and numbers.
Which: TypeAlias = WorkOrderFilter | list[str | int]


@dataclass(slots=True)
class PackRows:
    """The work orders with their evidence, what was deleted too, approvals and signatures, by the id of the order.

    `gone` is what `count_gone` counted in the same snapshot.
    """

    company: str
    users: Mapping[str, User]
    orders: list[WorkOrder]
    items: dict[str, list[Item]] = field(default_factory=dict)
    approvals: dict[str, list[Approval]] = field(default_factory=dict)
    signatures: dict[str, list[SignatureItem]] = field(default_factory=dict)
    gone: tuple[int, int] = (0, 0)

    @property
    def order_ids(self) -> list[str]:
        """Those of the work orders."""
        return [order.id for order in self.orders]


def find_orders(tx: Transaction, company_id: str, which: Which) -> list[WorkOrder]:
    """The work orders, by their number; raises WorkOrderNotFound, TOO_MANY_ORIGINALS."""
    if isinstance(which, WorkOrderFilter):
        by_number = which._replace(sort="wo_number", descending=False)
        orders = tx.work_orders.page(company_id, by_number, Page(MAX_ORDERS + 1))
    else:
        orders = _named(tx, company_id, which)
    if len(orders) > MAX_ORDERS:
        raise too_many()
    return orders


def read_rows(tx: Transaction, company_id: str, orders: list[WorkOrder]) -> PackRows:
    """All that belongs to them; raises TOO_MANY_ORIGINALS, and BYTES_DAMAGED at the moment when a loss is noted."""
    company = next(each for each in tx.people.companies() if each.id == company_id)
    rows = PackRows(company.name, {user.id: user for user in tx.people.users(company_id)}, orders)
    room = MAX_ORIGINALS
    for order in orders:
        found = tx.evidence.page(order.id, None, Page(room + 1), deleted=True)
        signatures = _signatures(tx, order)
        room -= len(found) + sum(each.drawing is not None for each in signatures)
        if room < 0:
            raise too_many()
        rows.items[order.id] = items_of(tx, found)
        _require_marked(rows.items[order.id])
        rows.approvals[order.id] = tx.approvals.of_orders([order.id])
        rows.signatures[order.id] = signatures
    rows.gone = count_gone(tx, company_id, rows)
    return rows


def _signatures(tx: Transaction, order: WorkOrder) -> list[SignatureItem]:
    found = tx.signatures.of_order(order.id)
    files = drawings_of(tx, order.company_id, found)
    whole = {name: file for name, file in files.items() if file.is_whole}
    return [SignatureItem(each, whole.get(each.drawn_file_name or "")) for each in found]


def count_gone(tx: Transaction, company_id: str, rows: PackRows) -> tuple[int, int]:
    """How many erasures there were that concern a pack of these rows, and removals of bytes; neither ever sinks."""
    return tx.erasures.count_of(company_id, rows.order_ids), tx.removals.count(rows.order_ids)


def require_current(tx: Transaction, company_id: str, rows: PackRows) -> None:
    """Raise Outdated when something of it was erased or removed since the rows were read."""
    if count_gone(tx, company_id, rows) != rows.gone:
        raise Outdated


def _require_marked(items: list[Item]) -> None:
    """A file is marked as damaged first, then its entries in the log: between the two the record contradicts itself."""
    for entry, file, *_ in items:
        if entry.state is State.STORED and shown_state(entry, file) is State.DAMAGED:
            raise Unavailable("BYTES_DAMAGED")


def _named(tx: Transaction, company_id: str, references: list[str | int]) -> list[WorkOrder]:
    """Each once, however often and by whichever name it is named."""
    found = [tx.work_orders.find(company_id, reference) for reference in references]
    orders = {order.wo_number: order for order in found if order is not None}
    if None in found:
        raise WorkOrderNotFound
    return [orders[number] for number in sorted(orders)]
