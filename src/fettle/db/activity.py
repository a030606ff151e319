"""The activity log as rows: added, never changed."""

from collections.abc import Sequence

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.activity import Entry, EntryType
from fettle.domain.instants import Instant
from fettle.services.rows import Page

ACTIVITY = Table("activity", Entry)


class ActivityTable:
    """Fulfils `services.rows.ActivityRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, entry: Entry) -> None:
        ACTIVITY.add(self._sql, entry)

    def of_orders(self, work_order_ids: Sequence[str]) -> list[Entry]:
        if not work_order_ids:
            return []
        marks, values = padded(work_order_ids)
        return ACTIVITY.all(self._sql, f"work_order_id IN {marks} ORDER BY work_order_id, seq", *values)

    def page(self, work_order_id: str, page: Page) -> list[Entry]:
        after = page.after.value if page.after else 0
        return ACTIVITY.all(
            self._sql,
            "work_order_id = ? AND seq > ? ORDER BY seq LIMIT ? OFFSET ?",
            *(work_order_id, after, page.limit, page.offset),
        )

    def find(self, work_order_id: str, seq: int) -> Entry | None:
        return ACTIVITY.find(self._sql, "work_order_id = ? AND seq = ?", work_order_id, seq)

    def last_at(self, work_order_id: str, entry_type: EntryType) -> Instant | None:
        condition = "work_order_id = ? AND type = ? ORDER BY seq DESC LIMIT 1"
        entry = ACTIVITY.find(self._sql, condition, work_order_id, entry_type)
        return None if entry is None else entry.added_at

    def of_types(self, work_order_ids: Sequence[str], types: Sequence[EntryType]) -> list[Entry]:
        if not work_order_ids:
            return []
        (orders, ids), (marks, values) = padded(work_order_ids), padded(types)
        condition = f"work_order_id IN {orders} AND type IN {marks} ORDER BY work_order_id, seq"
        return ACTIVITY.all(self._sql, condition, *ids, *values)

    def is_erased_since(self, work_order_id: str, seq: int) -> bool:
        condition = "work_order_id = ? AND seq > ? AND type = ?"
        return ACTIVITY.count(self._sql, condition, work_order_id, seq, EntryType.ERASED) > 0

    def count(self, work_order_id: str) -> int:
        return ACTIVITY.count(self._sql, "work_order_id = ?", work_order_id)
