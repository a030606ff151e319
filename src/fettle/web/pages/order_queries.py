"""What the pages of work orders are asked for: the conditions in the address, the same for every view of them."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from msgspec import Meta, Struct

from fettle.domain.instants import SECOND, Instant
from fettle.domain.words import words_wanted
from fettle.domain.work_orders import OPEN, Status
from fettle.services.rows import WorkOrderFilter
from fettle.web.calls import Call

_COLUMN_OF: Final = {"updated": "updated_at", "created": "created_at", "number": "wo_number", "deadline": "deadline"}
_NEWEST: Final = "-updated"
_YEARS_AWAY: Final = 200
Sort = Literal["updated", "-updated", "created", "-created", "number", "-number", "deadline", "-deadline"]


class OrdersQuery(Struct, frozen=True):
    """Which work orders, in which order; `mine` are those assigned to the reader. What is unknown says nothing.

    `overdue` are open and past their deadline. `month` is that of the calendar, as 2026-12.
    """

    q: Annotated[str, Meta(max_length=200)] = ""
    status: tuple[Status, ...] = ()
    mine: bool = False
    overdue: bool = False
    sort: Sort = "-updated"
    view: Literal["list", "board", "calendar"] = "list"
    month: str = ""
    after: str | None = None

    @property
    def column(self) -> str:
        """What the rows are sorted by."""
        return _COLUMN_OF[self.sort.lstrip("-")]

    @property
    def is_narrowed(self) -> bool:
        """Whether any condition holds."""
        return bool(self.q or self.status or self.mine or self.overdue)

    def address(self, **other: str) -> str:
        """The query again, without its place, but for what is `other` than in it."""
        said = {
            "q": self.q,
            "mine": "true" if self.mine else "",
            "overdue": "true" if self.overdue else "",
            "sort": "" if self.sort == _NEWEST else self.sort,
            "view": "" if self.view == "list" else self.view,
        } | other
        statuses = [("status", status.value) for status in self.status]
        return urlencode([(name, value) for name, value in said.items() if value] + statuses)


def wanted_by(call: Call, query: OrdersQuery) -> WorkOrderFilter:
    """The conditions as the services take them."""
    now = call.services.clock.now()
    return WorkOrderFilter(
        statuses=_statuses(query),
        assignee_user_id=call.caller.user_id if query.mine else None,
        words=words_wanted(query.q),
        due_from=now if query.overdue and not _statuses(query) else None,  # nothing closed is overdue
        due_before=now if query.overdue else None,
        sort=query.column,
        descending=query.sort.startswith("-"),
    )


def _statuses(query: OrdersQuery) -> tuple[Status, ...]:
    if not query.overdue:
        return query.status
    return tuple(status for status in OPEN if not query.status or status in query.status)


def month_of(query: OrdersQuery, now: Instant) -> datetime:
    """The first day of the month that the calendar shows, in UTC; of this one where it names none, or one far away."""
    first = datetime.fromtimestamp(now // SECOND, UTC)
    with suppress(ValueError):
        named = datetime.strptime(query.month, "%Y-%m").replace(tzinfo=UTC)
        first = named if abs(named.year - first.year) <= _YEARS_AWAY else first
    return first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
