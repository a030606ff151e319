"""Notes of erasures as rows, and the one change that an entry of the log allows: that its texts go."""

from collections.abc import Sequence

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.erasures import Erasure
from fettle.domain.ids import NIL
from fettle.domain.instants import Instant
from fettle.services.rows import Page

ERASURES = Table("erasures", Erasure)


class ErasureTable:
    """Fulfils `services.seal_rows.ErasureRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, erasure: Erasure) -> None:
        ERASURES.add(self._sql, erasure)

    def page(self, company_id: str, page: Page) -> list[Erasure]:
        return ERASURES.page(self._sql, {"company_id": company_id}, "erased_at", page)

    def count(self, company_id: str) -> int:
        return ERASURES.count(self._sql, "company_id = ?", company_id)

    def count_of(self, company_id: str, work_order_ids: Sequence[str]) -> int:
        marks, values = padded([*work_order_ids, NIL])
        condition = f"company_id = ? AND (work_order_id IS NULL OR work_order_id IN {marks})"
        return ERASURES.count(self._sql, condition, company_id, *values)

    def blank_reason(self, work_order_id: str, erased_at: Instant) -> None:
        condition = "work_order_id = ? AND erased_at = ?"
        ERASURES.change(self._sql, condition, [work_order_id, erased_at], {"reason": ""})

    def blank_texts(self, work_order_id: str, versions: Sequence[int]) -> None:
        statement = "UPDATE activity SET texts = NULL WHERE work_order_id = ? AND seq = ?"
        self._sql.run_each(statement, [(work_order_id, version) for version in versions])
