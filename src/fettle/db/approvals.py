"""Approvals as rows: one for each work order and approver."""

from collections.abc import Sequence
from typing import Any

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.approvals import Approval

APPROVALS = Table("approvals", Approval)
_ONE = "work_order_id = ? AND approver_user_id = ?"


class ApprovalTable:
    """Fulfils `services.rule_rows.ApprovalRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, approval: Approval) -> None:
        APPROVALS.add(self._sql, approval)

    def find(self, work_order_id: str, approver_user_id: str) -> Approval | None:
        return APPROVALS.find(self._sql, _ONE, work_order_id, approver_user_id)

    def change(self, work_order_id: str, approver_user_id: str, **values: Any) -> None:
        APPROVALS.change(self._sql, _ONE, [work_order_id, approver_user_id], values)

    def delete(self, work_order_id: str, approver_user_id: str) -> None:
        self._sql.run(f"DELETE FROM approvals WHERE {_ONE}", work_order_id, approver_user_id)  # noqa: S608 - ours

    def of_orders(self, work_order_ids: Sequence[str]) -> list[Approval]:
        if not work_order_ids:
            return []
        marks, values = padded(work_order_ids)
        order = "ORDER BY work_order_id, requested_at, approver_user_id"
        return APPROVALS.all(self._sql, f"work_order_id IN {marks} {order}", *values)
