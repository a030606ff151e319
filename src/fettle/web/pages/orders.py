"""The list of work orders: found as one types, filtered in the address, sorted, page after page."""

from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

from msgspec import Meta, Struct

from fettle.domain.instants import Instant
from fettle.domain.required_photos import PhotoProgress
from fettle.domain.words import words_wanted
from fettle.domain.work_orders import OPEN, Status, WorkOrder
from fettle.services.reading import Row, Rows
from fettle.services.rows import After, Page, WorkOrderFilter
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.cursors import decode_cursor, encode_cursor
from fettle.web.pages.declaring import Pages
from fettle.web.pages.people import names_of, reader_of
from fettle.web.pages.rendering import is_fragment, render

pages: Final = Pages()

_ROWS: Final = 50
_LIST: Final = "pages.orders"
_COLUMN_OF: Final = {"updated": "updated_at", "created": "created_at", "number": "wo_number", "deadline": "deadline"}
Sort = Literal["updated", "-updated", "created", "-created", "number", "-number", "deadline", "-deadline"]


class OrdersQuery(Struct, frozen=True):
    """Which work orders, in which order; `mine` are those assigned to the reader. What is unknown says nothing."""

    q: Annotated[str, Meta(max_length=200)] = ""
    status: tuple[Status, ...] = ()
    mine: bool = False
    sort: Sort = "-updated"
    after: str | None = None


class Line(NamedTuple):
    """One work order of the list."""

    order: WorkOrder
    progress: PhotoProgress | None
    assignee: str | None
    is_overdue: bool


@pages("GET", "/orders", query=OrdersQuery)
async def show_orders(call: Call, query: OrdersQuery) -> Response:
    """The list, or only its lines where the page around them is there already."""
    found = await call.services.reading.work_orders(call.caller, _wanted(call, query), _place(query))
    names, now = await names_of(call), call.services.clock.now()
    lines = [_line(row, names.get(row.order.assignee_user_id or ""), now) for row in found.rows[:_ROWS]]
    about: dict[str, Any] = {
        "query": query,
        "lines": lines,
        "found": found,
        "more": _more(query, found),
        "statuses": list(Status),
    }
    if is_fragment(call):
        return render(call, "orders_list.html", **about)
    return render(call, "orders.html", reader=await reader_of(call), address=partial_address(query), **about)


def partial_address(query: OrdersQuery) -> str:
    """The query again, without its place."""
    pairs = [("q", query.q), *(("status", status.value) for status in query.status)]
    pairs += [("mine", "true")] if query.mine else []
    pairs += [("sort", query.sort)] if query.sort != "-updated" else []
    return urlencode([pair for pair in pairs if pair[1]])


def _wanted(call: Call, query: OrdersQuery) -> WorkOrderFilter:
    return WorkOrderFilter(
        statuses=query.status,
        assignee_user_id=call.caller.user_id if query.mine else None,
        words=words_wanted(query.q),
        sort=_COLUMN_OF[query.sort.lstrip("-")],
        descending=query.sort.startswith("-"),
    )


def _place(query: OrdersQuery) -> Page:
    """One row more tells whether there is another page."""
    after = decode_cursor(f"{_LIST} {query.sort}", query.after) if query.after else None
    return Page(_ROWS + 1, after)


def _more(query: OrdersQuery, found: Rows) -> str | None:
    """The address of what follows."""
    if len(found.rows) <= _ROWS:
        return None
    last = found.rows[_ROWS - 1].order
    place = After(getattr(last, _COLUMN_OF[query.sort.lstrip("-")]), last.id)
    return f"/orders?{partial_address(query)}&after={encode_cursor(f'{_LIST} {query.sort}', place)}"


def _line(row: Row, assignee: str | None, now: Instant) -> Line:
    deadline = row.order.deadline
    return Line(row.order, row.progress, assignee, deadline is not None and deadline < now and row.order.status in OPEN)
