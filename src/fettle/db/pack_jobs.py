"""Evidence packs in the making as rows."""

from collections.abc import Sequence
from typing import Any

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.instants import Instant
from fettle.domain.pack_jobs import PackJob

PACK_JOBS = Table("pack_jobs", PackJob)
_BEGIN = (
    "UPDATE pack_jobs SET state = 'working', attempt = ?, orders_done = 0, bytes = 0"  # noqa: S608 - our names
    " WHERE id = ? AND state IN ('waiting', 'working') AND attempt < ?"
    f" RETURNING {PACK_JOBS.columns}"
)
_IN_WORK = "id = ? AND state = 'working' AND attempt = ?"


class PackJobTable:
    """Fulfils `services.pack_job_rows.PackJobRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, pack: PackJob) -> None:
        PACK_JOBS.add(self._sql, pack)

    def find(self, company_id: str, pack_id: str) -> PackJob | None:
        return PACK_JOBS.find(self._sql, "id = ? AND company_id = ?", pack_id, company_id)

    def of_company(self, company_id: str) -> list[PackJob]:
        return PACK_JOBS.all(self._sql, "company_id = ? ORDER BY created_at DESC, id DESC", company_id)

    def count(self, company_id: str) -> int:
        return PACK_JOBS.count(self._sql, "company_id = ?", company_id)

    def begin(self, pack_id: str, attempt: int) -> PackJob | None:
        row = self._sql.one(_BEGIN, attempt, pack_id, attempt)
        return None if row is None else PACK_JOBS.read(row)

    def change(self, pack_id: str, attempt: int, **values: Any) -> bool:
        if PACK_JOBS.count(self._sql, _IN_WORK, pack_id, attempt) == 0:
            return False
        PACK_JOBS.change(self._sql, _IN_WORK, [pack_id, attempt], values)
        return True

    def note_orders(self, company_id: str, pack_id: str, work_order_ids: Sequence[str]) -> None:
        statement = "INSERT INTO pack_orders (pack_id, work_order_id, company_id) VALUES (?, ?, ?)"
        self._sql.run_each(statement, [(pack_id, order_id, company_id) for order_id in work_order_ids])

    def ready_with(self, company_id: str, work_order_id: str | None) -> list[PackJob]:
        # What is in work is locked too, and looked at after that: it may become ready at this moment.
        self._sql.all(f"SELECT id FROM pack_jobs WHERE company_id = ? ORDER BY id{self._sql.row_lock}", company_id)  # noqa: S608 - ours
        condition, values = "company_id = ? AND state = 'ready'", [company_id]
        if work_order_id is not None:
            condition += " AND EXISTS (SELECT 1 FROM pack_orders WHERE pack_id = id AND work_order_id = ?)"
            values.append(work_order_id)
        return PACK_JOBS.all(self._sql, condition, *values)

    def delete(self, company_id: str, pack_id: str) -> bool:
        self._sql.run("DELETE FROM pack_orders WHERE pack_id = ? AND company_id = ?", pack_id, company_id)
        return self._sql.count("DELETE FROM pack_jobs WHERE id = ? AND company_id = ?", pack_id, company_id) == 1

    def expired(self, now: Instant, limit: int) -> list[PackJob]:
        return PACK_JOBS.all(self._sql, "expires_at <= ? ORDER BY expires_at LIMIT ?", now, limit)

    def is_result(self, storage_key: str) -> bool:
        return PACK_JOBS.count(self._sql, "storage_key = ?", storage_key) > 0
