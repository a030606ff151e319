"""Work orders as rows."""

from typing import Any, Final

from fettle.db.sql import Sql
from fettle.db.work_order_lists import WORK_ORDERS, count_work_orders, list_work_orders
from fettle.domain.errors import WorkOrderNotFound
from fettle.domain.work_orders import OPEN, WorkOrder
from fettle.services.rows import Page, WorkOrderFilter

# From the few that are asked to the orders, never the other way (CROSS JOIN keeps SQLite to that).
_OPEN: Final = ", ".join(f"'{status}'" for status in sorted(OPEN))
_AWAITING: Final = (
    "FROM (SELECT work_order_id FROM approvals WHERE approver_user_id = ? AND status = 'PENDING') asked"  # noqa: S608 - our names
    f" CROSS JOIN work_orders WHERE id = work_order_id AND company_id = ? AND status IN ({_OPEN})"
)


class WorkOrderTable:
    """Fulfils `services.rows.WorkOrderRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, order: WorkOrder) -> None:
        WORK_ORDERS.add(self._sql, order)

    def find(self, company_id: str, reference: str | int) -> WorkOrder | None:
        column = "wo_number" if isinstance(reference, int) else "id"
        return WORK_ORDERS.find(self._sql, f"company_id = ? AND {column} = ?", company_id, reference)

    def get_for_change(self, company_id: str, work_order_id: str) -> WorkOrder:
        condition = f"company_id = ? AND id = ?{self._sql.row_lock}"
        order = WORK_ORDERS.find(self._sql, condition, company_id, work_order_id)
        if order is None:
            raise WorkOrderNotFound
        return order

    def change(self, work_order_id: str, **values: Any) -> None:
        WORK_ORDERS.change(self._sql, "id = ?", [work_order_id], values)

    def next_number(self, company_id: str) -> int:
        row = self._sql.one(
            "UPDATE companies SET last_wo_number = last_wo_number + 1 WHERE id = ? RETURNING last_wo_number",
            company_id,
        )
        if row is None:
            raise LookupError(company_id)
        return int(row[0])

    def set_words(self, company_id: str, work_order_id: str, words: frozenset[str]) -> None:
        held = self._sql.all("SELECT word FROM work_order_words WHERE work_order_id = ?", work_order_id)
        old = {str(row[0]) for row in held}
        self._sql.run_each(
            "DELETE FROM work_order_words WHERE company_id = ? AND word = ? AND work_order_id = ?",
            [(company_id, word, work_order_id) for word in sorted(old - words)],
        )
        self._sql.run_each(
            "INSERT INTO work_order_words (company_id, word, work_order_id) VALUES (?, ?, ?)",
            [(company_id, word, work_order_id) for word in sorted(words - old)],
        )

    def page(self, company_id: str, wanted: WorkOrderFilter, page: Page) -> list[WorkOrder]:
        return WORK_ORDERS.read_all(list_work_orders(self._sql, company_id, wanted, page))

    def count(self, company_id: str, wanted: WorkOrderFilter, at_most: int) -> int:
        return count_work_orders(self._sql, company_id, wanted, at_most)

    def awaiting(self, company_id: str, approver_user_id: str, limit: int) -> list[WorkOrder]:
        text = f"SELECT {WORK_ORDERS.columns} {_AWAITING} ORDER BY deadline_or_last, id LIMIT ?"
        return WORK_ORDERS.read_all(self._sql.all(text, approver_user_id, company_id, limit))

    def count_awaiting(self, company_id: str, approver_user_id: str) -> int:
        row = self._sql.one(f"SELECT count(*) {_AWAITING}", approver_user_id, company_id)
        return int(row[0]) if row else 0
