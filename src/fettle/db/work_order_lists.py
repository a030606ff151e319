"""Lists of work orders: filtered, sorted, and read on from a place, at the same cost however deep.

A place is a row value (sort value, id), which an index finds at once. The two generated columns hold a number beyond
every instant for an order without a deadline, so that it comes last in both directions.
"""

from typing import Any, Final

from fettle.db.sql import Row, Sql
from fettle.db.table import Table
from fettle.db.words import Where, orders_with_words
from fettle.domain.work_orders import Status, WorkOrder
from fettle.services.rows import Page, WorkOrderFilter

WORK_ORDERS: Final = Table("work_orders", WorkOrder)
NO_DEADLINE: Final = 9_000_000_000_000_000_000
_COLUMN_OF: Final = {
    ("updated_at", False): "updated_at",
    ("updated_at", True): "updated_at",
    ("created_at", False): "created_at",
    ("created_at", True): "created_at",
    ("wo_number", False): "wo_number",
    ("wo_number", True): "wo_number",
    ("deadline", False): "deadline_or_last",
    ("deadline", True): "deadline_or_first",
}


def list_work_orders(sql: Sql, company_id: str, wanted: WorkOrderFilter, page: Page) -> list[Row]:
    """The rows of one page; raises KeyError for a sort that there is not."""
    column = _COLUMN_OF[wanted.sort, wanted.descending]
    way = "DESC" if wanted.descending else "ASC"
    where = _filtered(sql, company_id, wanted)
    if page.after is not None:
        sign = "<" if wanted.descending else ">"
        where = where.and_(f"({column}, id) {sign} (?, ?)", _place(wanted, page.after.value), page.after.id)
    branches = _by_status(where, wanted.statuses)
    one = f"SELECT * FROM (SELECT {WORK_ORDERS.columns}, {column} AS place FROM "  # noqa: S608 - our names
    end = f" ORDER BY {column} {way}, id {way} LIMIT ?) branch"
    rows = " UNION ALL ".join(f"{one}{branch.text}{end}" for branch in branches)
    values = [value for branch in branches for value in (*branch.values, page.offset + page.limit)]
    return sql.all(
        f"SELECT {WORK_ORDERS.columns} FROM ({rows}) found"  # noqa: S608 - our names
        f" ORDER BY place {way}, id {way} LIMIT ? OFFSET ?",
        *(*values, page.limit, page.offset),
    )


def count_work_orders(sql: Sql, company_id: str, wanted: WorkOrderFilter, at_most: int) -> int:
    """How many there are, counted no further than `at_most`."""
    branches = _by_status(_filtered(sql, company_id, wanted), wanted.statuses)
    rows = " UNION ALL ".join(f"SELECT 1 FROM {branch.text}" for branch in branches)  # noqa: S608 - our names
    values = [value for branch in branches for value in branch.values]
    row = sql.one(f"SELECT count(*) FROM ({rows} LIMIT ?) counted", *values, at_most)  # noqa: S608 - our names
    return int(row[0]) if row else 0


def _filtered(sql: Sql, company_id: str, wanted: WorkOrderFilter) -> Where:
    where = orders_with_words(sql, company_id, wanted.words)
    for column in ("assignee_user_id", "component_id", "part_number_id"):
        value = getattr(wanted, column)
        if value is not None:
            where = where.and_(f"{column} = ?", value)
    return where if wanted.updated_since is None else where.and_("updated_at >= ?", wanted.updated_since)


def _by_status(where: Where, statuses: tuple[Status, ...]) -> list[Where]:
    """One branch for each status: an index is in the order of the list only within one."""
    distinct = set(statuses)
    if not distinct or len(distinct) == len(Status):
        return [where]
    return [where.and_("status = ?", status.value) for status in sorted(distinct)]


def _place(wanted: WorkOrderFilter, value: Any) -> Any:
    if wanted.sort != "deadline" or value is not None:
        return value
    return -NO_DEADLINE if wanted.descending else NO_DEADLINE
