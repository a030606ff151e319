"""Legal holds as rows."""

from typing import Final

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.legal_holds import LegalHold

LEGAL_HOLDS = Table("legal_holds", LegalHold)
_ON_PERSON: Final = """
    SELECT wo_number FROM legal_holds JOIN work_orders ON work_orders.id = legal_holds.work_order_id
    WHERE legal_holds.company_id = ? AND (
        assignee_user_id = ? OR created_by_user_id = ?
        OR EXISTS (SELECT 1 FROM activity WHERE activity.work_order_id = work_orders.id AND added_by_user_id = ?)
        OR EXISTS (SELECT 1 FROM approvals WHERE approvals.work_order_id = work_orders.id AND approver_user_id = ?)
    ) ORDER BY wo_number
"""


class LegalHoldTable:
    """Fulfils `services.seal_rows.LegalHoldRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def set(self, hold: LegalHold) -> None:
        self.lift(hold.work_order_id)
        LEGAL_HOLDS.add(self._sql, hold)

    def find(self, work_order_id: str) -> LegalHold | None:
        return LEGAL_HOLDS.find(self._sql, "work_order_id = ?", work_order_id)

    def lift(self, work_order_id: str) -> None:
        self._sql.run("DELETE FROM legal_holds WHERE work_order_id = ?", work_order_id)

    def on_person(self, company_id: str, user_id: str) -> list[int]:
        return [int(row[0]) for row in self._sql.all(_ON_PERSON, company_id, *[user_id] * 4)]
