"""The log of a work order below `/v1`, and comments, which land in it."""

from typing import Any

from fettle.domain.activity import Entry, EntryType, said_in
from fettle.domain.entry_messages import message_of
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.fields import Comment, DateTime, PositiveInteger, Uuid, optional_uuid_of
from fettle.web.operations import Operations
from fettle.web.pms.order_shapes import CREATED_HEADERS, Changed, show_change
from fettle.web.pms.paging import LIST_ERRORS, Listed, ListQuery, place_of, show_list
from fettle.web.pms.shapes import CHANGE_ERRORS, ORDER_ERRORS, Body, Data, Shape, camel_keys

activity = Operations("activity")


class EntryShape(Shape, frozen=True):
    """One entry: `version` is that of the work order which it made; `data.changes` maps fields to [old, new]."""

    id: Uuid
    version: PositiveInteger
    type: EntryType
    message: str
    added_at: DateTime
    added_by_user_id: Uuid
    data: dict[str, Any]


class CommentBody(Body, frozen=True):
    """A comment; `addedByUserId` says under whose name, without it under the caller's."""

    comment: Comment
    added_by_user_id: Uuid | None = None


@activity(
    "GET",
    "/v1/work-orders/{id}/activity",
    scope=Scope.READ,
    query=ListQuery,
    answer=Listed[EntryShape],
    errors=(*ORDER_ERRORS, *LIST_ERRORS),
)
async def list_activity(call: Call, query: ListQuery) -> Response:
    """List what happened to a work order, oldest first."""
    place = place_of(query, f"v1.activity {call.order.id}", int)
    found = await call.services.reading.activity(call.caller, call.order.id, place.rows)
    answer = show_list(
        place,
        found.items,
        found.total,
        lambda entry: _shape(entry, call.language),
        lambda entry: (entry.seq, entry.id),
    )
    return answer._replace(headers=(*answer.headers, header("vary", "Accept-Language")))


@activity(
    "POST",
    "/v1/work-orders/{id}/comments",
    scope=Scope.COMMENTS,
    status=201,
    body=CommentBody,
    answer=Data[Changed],
    headers=CREATED_HEADERS,
    errors=(*ORDER_ERRORS, *CHANGE_ERRORS, "PRECONDITION_FAILED", "WORK_ORDER_CLOSED"),
    examples={"body": {"comment": "The bearing on the left is worn out."}},
)
async def add_comment(call: Call, body: CommentBody) -> Response:
    """Comment on a work order."""
    named = optional_uuid_of(body.added_by_user_id, "addedByUserId")
    order_id = call.order.id
    done = await call.services.work_orders.comment(call.intent(named, "addedByUserId"), order_id, body.comment)
    return await show_change(call, done, 201, (header("location", f"/v1/work-orders/{order_id}/activity"),))


def _shape(entry: Entry, language: str) -> EntryShape:
    return EntryShape(
        id=entry.id,
        version=entry.seq,
        type=entry.type,
        message=message_of(entry, language),
        added_at=show_instant(entry.added_at),
        added_by_user_id=entry.added_by_user_id,
        data=camel_keys(said_in(entry)),
    )
