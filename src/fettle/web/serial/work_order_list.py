"""The company's work orders, most recently updated first: a page and a link to the next, or all of them as a stream."""

from collections.abc import AsyncIterator
from typing import Annotated, Final
from urllib.parse import urlencode

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from fettle.domain.instants import Instant
from fettle.domain.people import Scope
from fettle.domain.words import words_wanted
from fettle.domain.work_orders import Status
from fettle.services.rows import After, Page, WorkOrderFilter
from fettle.services.work_orders import WorkOrderView
from fettle.web.answers import JSON_TYPE, Headers, Response, as_json, header
from fettle.web.calls import Call
from fettle.web.cursors import decode_cursor, encode_cursor
from fettle.web.fields import PARAMETER, DateTime, Uuid, given, optional_instant_of, optional_uuid_of
from fettle.web.operations import Operations
from fettle.web.serial import examples
from fettle.web.serial.shapes import WholeOrder, whole_order

Batches = AsyncIterator[list[WorkOrderView]]

serial: Final = Operations("work orders (Serial)")
_LIST: Final = "serial.work_orders"
_BATCH: Final = 100
_VARY: Final[Headers] = ((b"vary", b"Accept-Language"),)
_encode: Final = msgspec.json.Encoder().encode


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    """Conditions, which all hold together, and the part of the list."""

    status: tuple[Status, ...] = ()
    assignee_user_id: Uuid | UnsetType = UNSET
    component_id: Uuid | UnsetType = UNSET
    q: Annotated[str, Meta(max_length=200)] = ""
    updated_since: DateTime | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET
    cursor: str | UnsetType = UNSET


@serial(
    "GET",
    "/work-orders",
    scope=Scope.READ,
    query=Query,
    answer=list[WholeOrder],
    headers={"Link": 'The next page, `rel="next"`; none on the last page, and none without `limit`.'},
    examples={"answer": [examples.WORK_ORDER]},
)
async def list_orders(call: Call, query: Query) -> Response:
    """List the work orders, most recently updated first."""
    wanted = _filter(query)
    after = None if query.cursor is UNSET else decode_cursor(_LIST, query.cursor)
    if query.limit is not UNSET:
        return await _page(call, wanted, query.limit, after)
    batches = _walk(call, wanted, await _read(call, wanted, _BATCH, after))
    return Response(200, _stream(call, batches if after else _complete(call, wanted, batches)), JSON_TYPE + _VARY)


async def _page(call: Call, wanted: WorkOrderFilter, limit: int, after: After | None) -> Response:
    """One order more than is shown is read, to know whether there is a next page."""
    found = await _read(call, wanted, limit + 1, after)
    shown = found[:limit]
    link = (_next_link(call, shown[-1]),) if len(found) > limit else ()
    return as_json([whole_order(view, call.language) for view in shown], headers=_VARY + link)


async def _stream(call: Call, batches: Batches) -> AsyncIterator[bytes]:
    """The array, batch by batch; an error on the way leaves it without its end."""
    separator = b"["
    async for batch in batches:
        yield separator + _encode([whole_order(view, call.language) for view in batch])[1:-1]
        separator = b","
    yield b"[]" if separator == b"[" else b"]"


async def _complete(call: Call, wanted: WorkOrderFilter, batches: Batches) -> Batches:
    """All batches, and what changed while they were read: a change moves an order to the front, past the reader."""
    newest: Instant | None = None
    shown: set[int] = set()
    async for batch in batches:
        newest = newest or batch[0].order.updated_at
        shown.update(view.order.wo_number for view in batch)
        yield batch
    if len(shown) < _BATCH:
        return
    changed = wanted._replace(updated_since=newest, descending=False)
    async for batch in _walk(call, changed, await _read(call, changed, _BATCH)):
        missed = [view for view in batch if view.order.wo_number not in shown]
        if missed:
            yield missed


async def _walk(call: Call, wanted: WorkOrderFilter, batch: list[WorkOrderView]) -> Batches:
    """This batch and all after it, each by one short query."""
    while batch:
        yield batch
        batch = await _read(call, wanted, _BATCH, _place(batch[-1])) if len(batch) == _BATCH else []


async def _read(call: Call, wanted: WorkOrderFilter, limit: int, after: After | None = None) -> list[WorkOrderView]:
    return await call.services.work_orders.page(call.caller, wanted, Page(limit, after))


def _filter(query: Query) -> WorkOrderFilter:
    return WorkOrderFilter(
        statuses=query.status,
        assignee_user_id=optional_uuid_of(given(query.assignee_user_id), "assignee_user_id", PARAMETER),
        component_id=optional_uuid_of(given(query.component_id), "component_id", PARAMETER),
        updated_since=optional_instant_of(given(query.updated_since), "updated_since", PARAMETER),
        words=words_wanted(query.q),
    )


def _place(view: WorkOrderView) -> After:
    return After(view.order.updated_at, view.order.id)


def _next_link(call: Call, last: WorkOrderView) -> tuple[bytes, bytes]:
    """The same address with the cursor of the next page, relative as RFC 8288 allows."""
    kept = [(name, value) for name, value in call.query if name != "cursor"]
    target = urlencode([*kept, ("cursor", encode_cursor(_LIST, _place(last)))])
    return header("link", f'</work-orders?{target}>; rel="next"')
