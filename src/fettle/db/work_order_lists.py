"""Lists of work orders: filtered, sorted, and read on from a place, at the same cost however deep.

A place is a row value (sort value, id), which an index finds at once. By `updated_at` the list is merged from one
branch for each status: that takes one index where filtered and unfiltered lists would take two, and every photo moves
its order in each index that there is. By deadline the branches serve what is due in some time. Two generated columns
hold a number beyond every instant for an order without a deadline, so that it comes last in both directions.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Self

from fettle.db.narrowing import Narrowing, by_column, by_prefix
from fettle.db.sql import Row, Sql
from fettle.db.table import Table
from fettle.domain.work_orders import Status, WorkOrder
from fettle.services.rows import Page, WorkOrderFilter

WORK_ORDERS: Final = Table("work_orders", WorkOrder)
NO_DEADLINE: Final = 9_000_000_000_000_000_000
_FEW: Final = 1000
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


class _Where(NamedTuple):
    """What follows FROM, with its values."""

    text: str
    values: tuple[object, ...]

    def and_(self, condition: str, *values: object) -> Self:
        """Only those rows for which this holds as well."""
        return self._replace(text=f"{self.text} AND {condition}", values=self.values + values)


def list_work_orders(sql: Sql, company_id: str, wanted: WorkOrderFilter, page: Page) -> list[Row]:
    """The rows of one page; raises KeyError for a sort that there is not."""
    column, order, sign = _order(wanted)
    where, is_walked = _filtered(sql, company_id, wanted)
    if page.after is not None:
        where = where.and_(f"({column}, id) {sign} (?, ?)", _place(wanted, page.after.value), page.after.id)
    branches = _by_status(where, wanted, apart=is_walked and (column == "updated_at" or _is_by_due(wanted)))
    places = _union(branches, column, order, page.offset + page.limit)
    # What is skipped is skipped in the indexes: only the rows of the page itself are read.
    return sql.all(
        f"SELECT {WORK_ORDERS.columns} FROM work_orders WHERE id IN"  # noqa: S608 - our names
        f" (SELECT id FROM (SELECT * FROM ({places.text}) branches {order} LIMIT ? OFFSET ?) places) {order}",
        *(*places.values, page.limit, page.offset),
    )


def count_work_orders(sql: Sql, company_id: str, wanted: WorkOrderFilter, at_most: int) -> int:
    """How many there are, counted no further than `at_most`."""
    narrowings = _narrowings(company_id, wanted)
    is_by_time = wanted.updated_since is not None or _is_due(wanted)
    if len(narrowings) == 1 and not wanted.statuses and not is_by_time:
        return narrowings[0].count_orders(sql, at_most)
    where, is_walked = _filtered(sql, company_id, wanted)
    column, order, _ = _order(
        WorkOrderFilter(sort="deadline", descending=False) if _is_due(wanted) else WorkOrderFilter()
    )
    places = _union(_by_status(where, wanted, apart=is_walked), column, order, at_most)
    text = f"SELECT count(*) FROM (SELECT 1 FROM ({places.text}) branches LIMIT ?) counted"  # noqa: S608 - our names
    row = sql.one(text, *places.values, at_most)
    return int(row[0]) if row else 0


def _order(wanted: WorkOrderFilter) -> tuple[str, str, str]:
    """The column of the sort, the ORDER BY, and the sign that means "further on"."""
    column = _COLUMN_OF[wanted.sort, wanted.descending]
    way, sign = ("DESC", "<") if wanted.descending else ("ASC", ">")
    return column, f"ORDER BY {column} {way}, id {way}", sign


def _union(branches: Sequence[_Where], column: str, order: str, at_most: int) -> _Where:
    """The first places of each branch: its own limit is what makes PostgreSQL walk an index for it."""
    one = "SELECT * FROM (SELECT id, {column} FROM {text} {order} LIMIT ?) branch"
    texts = (one.format(column=column, text=branch.text, order=order) for branch in branches)
    return _Where(" UNION ALL ".join(texts), tuple(v for branch in branches for v in (*branch.values, at_most)))


def _filtered(sql: Sql, company_id: str, wanted: WorkOrderFilter) -> tuple[_Where, bool]:
    """The condition but for statuses, and whether orders are walked as the list is sorted.

    They are not when a narrowing leaves few: those few are fetched and sorted (CROSS JOIN keeps SQLite to that way).
    """
    narrowings = _narrowings(company_id, wanted)
    counts = [narrowing.count_orders(sql, _FEW + 1) for narrowing in narrowings]
    where = _Where("work_orders WHERE company_id = ?", (company_id,))
    is_walked = not counts or min(counts) > _FEW
    if not is_walked:
        few = narrowings.pop(counts.index(min(counts)))
        source = f"({few.ids}) found CROSS JOIN work_orders WHERE id = work_order_id AND company_id = ?"
        where = _Where(source, (*few.ids_values, company_id))
    for narrowing in narrowings:
        where = where.and_(narrowing.test, *narrowing.test_values)
    if wanted.updated_since is not None:
        where = where.and_("updated_at >= ?", wanted.updated_since)
    if wanted.due_from is not None:
        where = where.and_("deadline_or_last >= ?", wanted.due_from)
    if _is_due(wanted):
        where = where.and_("deadline_or_last < ?", NO_DEADLINE if wanted.due_before is None else wanted.due_before)
    return where, is_walked


def _is_due(wanted: WorkOrderFilter) -> bool:
    return wanted.due_from is not None or wanted.due_before is not None


def _is_by_due(wanted: WorkOrderFilter) -> bool:
    return _is_due(wanted) and wanted.sort == "deadline" and not wanted.descending


def _narrowings(company_id: str, wanted: WorkOrderFilter) -> list[Narrowing]:
    columns = ("assignee_user_id", "component_id", "part_number_id")
    values = ((column, getattr(wanted, column)) for column in columns)
    found = [by_column(company_id, column, value) for column, value in values if value is not None]
    return found + [by_prefix(company_id, prefix) for prefix in wanted.words if prefix]


def _by_status(where: _Where, wanted: WorkOrderFilter, *, apart: bool) -> list[_Where]:
    """The wanted statuses together, or each one apart: only so is the index on status in the order of the list."""
    statuses = [status.value for status in sorted(set(wanted.statuses))]
    if apart:
        return [where.and_("status = ?", status) for status in statuses or map(str, Status)]
    if not statuses:
        return [where]
    return [where.and_(f"status IN ({', '.join('?' * len(statuses))})", *statuses)]


def _place(wanted: WorkOrderFilter, value: Any) -> Any:
    if wanted.sort != "deadline" or value is not None:
        return value
    return -NO_DEADLINE if wanted.descending else NO_DEADLINE
