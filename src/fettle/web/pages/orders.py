"""The work orders as a list, found as one types, as a board by status, as a calendar by deadline, and as CSV."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

from fettle.domain.instants import SECOND, Instant, show_instant
from fettle.domain.required_photos import PhotoProgress
from fettle.domain.work_orders import OPEN, Status, WorkOrder
from fettle.services.reading import Row, Rows
from fettle.services.rows import After, Page
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.cursors import decode_cursor, encode_cursor
from fettle.web.pages.declaring import Pages
from fettle.web.pages.order_queries import OrdersQuery, month_of, wanted_by
from fettle.web.pages.people import names_among, names_of, reader_among
from fettle.web.pages.rendering import is_fragment, render

pages: Final = Pages()

_ROWS: Final = 50
_CARDS: Final = 30
_DUE_IN_A_MONTH: Final = 500
_EXPORTED_AT_A_TIME: Final = 500
_LIST: Final = "pages.orders"
_COLUMNS: Final = ("number", "name", "status", "quantity", "assignee", "deadline", "photos", "created", "changed")


class Line(NamedTuple):
    """One work order of a list."""

    order: WorkOrder
    progress: PhotoProgress | None
    assignee: str | None
    is_overdue: bool


class Column(NamedTuple):
    """A status of the board: how many orders are in it, and the first of them."""

    status: Status
    found: Rows
    lines: list[Line]


class Day(NamedTuple):
    """A day of the calendar, and what is due on it."""

    date: datetime
    is_of_month: bool
    is_today: bool
    lines: list[Line]


@pages("GET", "/orders", query=OrdersQuery)
async def show_orders(call: Call, query: OrdersQuery) -> Response:
    """The wanted view of them, or only what is inside it where the page around it is there already."""
    people, now = (await call.services.users.page(call.caller)).items, call.services.clock.now()
    names = names_among(people)
    about = {"query": query, "statuses": list(Status), **await _VIEWS[query.view](call, query, names, now)}
    if is_fragment(call):
        return render(call, f"orders_{query.view}.html", **about)
    return render(call, "orders.html", reader=await reader_among(call, people), **about)


@pages("GET", "/orders.csv", query=OrdersQuery)
async def export_orders(call: Call, query: OrdersQuery) -> Response:
    """All that the list would show, page after page, for a spreadsheet."""
    names = await names_of(call)
    headers = (
        header("content-type", "text/csv; charset=utf-8; header=present"),
        header("content-disposition", 'attachment; filename="work-orders.csv"'),
    )
    return Response(200, _exported(call, query, names), headers)


async def _list(call: Call, query: OrdersQuery, names: Mapping[str, str], now: Instant) -> dict[str, Any]:
    """One row more tells whether there is another page."""
    after = decode_cursor(f"{_LIST} {query.sort}", query.after) if query.after else None
    found = await call.services.reading.work_orders(call.caller, wanted_by(call, query), Page(_ROWS + 1, after))
    return {"found": found, "lines": _lines(found.rows[:_ROWS], names, now), "more": _more(query, found)}


async def _board(call: Call, query: OrdersQuery, names: Mapping[str, str], now: Instant) -> dict[str, Any]:
    wanted = wanted_by(call, query)
    shown = [status for status in Status if not wanted.statuses or status in wanted.statuses]
    columns = []
    for status in shown:
        of_status = wanted._replace(statuses=(status,))
        found = await call.services.reading.work_orders(call.caller, of_status, Page(_CARDS))
        columns.append(Column(status, found, _lines(found.rows, names, now)))
    return {"columns": columns}


async def _calendar(call: Call, query: OrdersQuery, names: Mapping[str, str], now: Instant) -> dict[str, Any]:
    """Whole weeks from Monday on; a day is one of UTC, as deadlines are shown where no script runs."""
    month = month_of(query, now)
    after = (month + timedelta(days=32)).replace(day=1)
    first = month - timedelta(days=month.weekday())
    last = after + timedelta(days=-after.weekday() % 7)
    wanted = wanted_by(call, query)._replace(sort="deadline", descending=False)
    due_from = max(_instant(first), wanted.due_from or _instant(first))
    due_before = min(_instant(last), wanted.due_before or _instant(last))
    shown = wanted._replace(due_from=due_from, due_before=due_before)
    found = await call.services.reading.work_orders(call.caller, shown, Page(_DUE_IN_A_MONTH))
    due = {date: list(lines) for date, lines in groupby(_lines(found.rows, names, now), _due_on)}
    dates = [first + timedelta(days=number) for number in range((last - first).days)]
    days = [Day(each, each.month == month.month, _is_on(each, now), due.get(f"{each:%Y-%m-%d}", [])) for each in dates]
    turns = {"before": f"{month - timedelta(days=1):%Y-%m}", "after": f"{after:%Y-%m}"}
    return {"weeks": [days[start : start + 7] for start in range(0, len(days), 7)], "month": month, **turns}


_VIEWS: Final = {"list": _list, "board": _board, "calendar": _calendar}


async def _exported(call: Call, query: OrdersQuery, names: Mapping[str, str]) -> AsyncIterator[bytes]:
    """A spreadsheet takes what begins with = for a formula, so such a name gets an apostrophe in front."""
    yield _csv([_COLUMNS])
    wanted, after = wanted_by(call, query), None
    while True:
        page = Page(_EXPORTED_AT_A_TIME, after)
        rows = (await call.services.reading.work_orders(call.caller, wanted, page)).rows
        yield _csv(_cells(row, names) for row in rows)
        if len(rows) < _EXPORTED_AT_A_TIME:
            return
        after = After(getattr(rows[-1].order, query.column), rows[-1].order.id)


def _cells(row: Row, names: Mapping[str, str]) -> tuple[object, ...]:
    order, progress = row
    return (
        *(order.wo_number, _harmless(order.name), order.status.value, order.quantity),
        _harmless(names.get(order.assignee_user_id or "", "")),
        "" if order.deadline is None else show_instant(order.deadline),
        "" if progress is None else f"{progress.stored} / {progress.required}",
        show_instant(order.created_at),
        show_instant(order.updated_at),
    )


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _more(query: OrdersQuery, found: Rows) -> str | None:
    """The address of what follows."""
    if len(found.rows) <= _ROWS:
        return None
    last = found.rows[_ROWS - 1].order
    place = After(getattr(last, query.column), last.id)
    return f"/orders?{query.address(after=encode_cursor(f'{_LIST} {query.sort}', place))}"


def _lines(rows: Iterable[Row], names: Mapping[str, str], now: Instant) -> list[Line]:
    return [_line(row, names.get(row.order.assignee_user_id or ""), now) for row in rows]


def _line(row: Row, assignee: str | None, now: Instant) -> Line:
    deadline = row.order.deadline
    return Line(row.order, row.progress, assignee, deadline is not None and deadline < now and row.order.status in OPEN)


def _due_on(line: Line) -> str:
    return "" if line.order.deadline is None else show_instant(line.order.deadline)[:10]


def _is_on(date: datetime, now: Instant) -> bool:
    return _instant(date) <= now < _instant(date + timedelta(days=1))


def _instant(date: datetime) -> Instant:
    return int(date.timestamp()) * SECOND
