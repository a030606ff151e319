"""Work orders below `/v1`: made, listed, looked at, edited, moved along their life."""

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from fettle.domain.people import Scope
from fettle.domain.words import words_wanted
from fettle.domain.work_orders import Status
from fettle.services.reading import Row
from fettle.services.rows import WorkOrderFilter
from fettle.services.work_orders import NewWorkOrder
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.conditions import etag_of, is_unchanged
from fettle.web.fields import (
    PARAMETER,
    Comment,
    DateTime,
    Description,
    Name,
    Phase,
    PositiveInteger,
    Uuid,
    optional_instant_of,
    optional_uuid_of,
)
from fettle.web.operations import Operations
from fettle.web.pms.order_fields import kept_fields, require_fields
from fettle.web.pms.order_shapes import (
    CHANGED_HEADERS,
    CREATED_HEADERS,
    ETAG,
    Changed,
    WorkOrderDetail,
    WorkOrderRow,
    etag_headers,
    order_detail,
    order_row,
    show_change,
)
from fettle.web.pms.paging import LIST_ERRORS, Listed, ListQuery, place_of, show_list
from fettle.web.pms.photo_shapes import StepBodies
from fettle.web.pms.shapes import CHANGE_ERRORS, ORDER_ERRORS, Body, Data, sent_fields, show

work_orders = Operations("workOrders")

_COLUMN_OF: Final = {
    "updatedAt": "updated_at",
    "createdAt": "created_at",
    "woNumber": "wo_number",
    "deadline": "deadline",
}
_ID: Final = "0197a0c8-5d2e-7c44-9d53-2f4d6a1b8c01"
_NEW_EXAMPLE: Final = {
    "name": "Pump 7: overhaul",
    "componentId": _ID,
    "quantity": 1,
    "deadline": "2026-05-01T12:00:00Z",
}
_CHANGED_EXAMPLE: Final = {"data": {"workOrderId": _ID, "status": "REVIEW", "version": 2}}

Sort = Literal["updatedAt", "-updatedAt", "createdAt", "-createdAt", "woNumber", "-woNumber", "deadline", "-deadline"]


class WorkOrderQuery(ListQuery, frozen=True):
    """All conditions hold together. `q` are the beginnings of words, in any order; `-` before a sort is downwards."""

    status: tuple[Status, ...] = ()
    assignee_user_id: Uuid | None = None
    component_id: Uuid | None = None
    part_number_id: Uuid | None = None
    updated_since: DateTime | None = None
    q: Annotated[str, Meta(max_length=200)] = ""
    sort: Sort = "-updatedAt"


class OrderConditions(Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """The conditions of the list alone, for what has no pages."""

    status: tuple[Status, ...] = ()
    assignee_user_id: Uuid | None = None
    component_id: Uuid | None = None
    part_number_id: Uuid | None = None
    updated_since: DateTime | None = None
    q: Annotated[str, Meta(max_length=200)] = ""


class WorkOrderBody(Body, frozen=True):
    """A work order to be; it starts as DRAFT, recorded under the caller where nobody is named.

    `templateId` gives what is not named here; without it `name`, `componentId` and `quantity` are needed.
    """

    name: Name | UnsetType = UNSET
    component_id: Uuid | UnsetType = UNSET
    quantity: PositiveInteger | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    part_number_id: Uuid | UnsetType | None = UNSET
    phase: Phase | UnsetType | None = UNSET
    assignee_user_id: Uuid | UnsetType | None = UNSET
    deadline: DateTime | UnsetType | None = UNSET
    required_photos: StepBodies | UnsetType = UNSET
    template_id: Uuid | None = None
    created_by_user_id: Uuid | None = None


class WorkOrderEdit(Body, frozen=True):
    """What is to be different; what is not named stays, and null clears."""

    name: Name | UnsetType = UNSET
    component_id: Uuid | UnsetType = UNSET
    quantity: PositiveInteger | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    part_number_id: Uuid | UnsetType | None = UNSET
    phase: Phase | UnsetType | None = UNSET
    assignee_user_id: Uuid | UnsetType | None = UNSET
    deadline: DateTime | UnsetType | None = UNSET
    updated_by_user_id: Uuid | UnsetType = UNSET


class StatusBody(Body, frozen=True):
    """The status to go to; `comment` says why, which CANCELED and opening an order again need."""

    status: Status
    comment: Comment | None = None
    updated_by_user_id: Uuid | None = None


@work_orders(
    "POST",
    "/v1/work-orders",
    scope=Scope.WORK_ORDERS,
    status=201,
    body=WorkOrderBody,
    answer=Data[Changed],
    headers=CREATED_HEADERS,
    errors=(*CHANGE_ERRORS, "WORK_ORDER_FULL", "TYPE_NOT_ALLOWED"),
    examples={"body": _NEW_EXAMPLE},
)
async def create(call: Call, body: WorkOrderBody) -> Response:
    """Make a work order, from a template where one is named."""
    fields = kept_fields(sent_fields(body))
    named = optional_uuid_of(fields.pop("created_by_user_id"), "createdByUserId")
    template_id = optional_uuid_of(fields.pop("template_id"), "templateId")
    intent = call.intent(named, "createdByUserId")
    if template_id is None:
        require_fields(fields)
        done = await call.services.work_orders.create(intent, NewWorkOrder(**fields))
    else:
        done = await call.services.templates.make_order(intent, template_id, fields)
    return await show_change(call, done, 201, (header("location", f"/v1/work-orders/{done.id}"),))


@work_orders(
    "GET",
    "/v1/work-orders",
    scope=Scope.READ,
    query=WorkOrderQuery,
    answer=Listed[WorkOrderRow],
    errors=LIST_ERRORS,
)
async def list_orders(call: Call, query: WorkOrderQuery) -> Response:
    """List the work orders, most recently updated first."""
    column = _COLUMN_OF[query.sort.removeprefix("-")]
    place = place_of(query, f"v1.work-orders {query.sort}", int)
    wanted = filter_of(query)._replace(sort=column, descending=query.sort.startswith("-"))
    found = await call.services.reading.work_orders(call.caller, wanted, place.rows)

    def after(row: Row) -> tuple[Any, str]:
        return getattr(row.order, column), row.order.id

    return show_list(place, found.rows, found.total, order_row, after, is_exact=found.is_exact)


@work_orders(
    "GET",
    "/v1/work-orders/{id}",
    scope=Scope.READ,
    answer=Data[WorkOrderDetail],
    headers=ETAG,
    errors=ORDER_ERRORS,
)
async def get(call: Call) -> Response:
    """Look at a work order, by its UUID or its number, and at the moves that you may make.

    `moves` hang on the caller and the rules of the company as well, of which the ETag says nothing.
    """
    summary = await call.services.reading.work_order(call.caller, call.order.id)
    headers = (*etag_headers(summary.order.version), header("vary", "Accept-Language, Authorization, X-API-Key"))
    if is_unchanged(call.headers, etag_of(summary.order.version)):
        return Response(304, headers=headers)
    return show(order_detail(summary, call.language), headers=headers)


@work_orders(
    "PATCH",
    "/v1/work-orders/{id}",
    scope=Scope.WORK_ORDERS,
    body=WorkOrderEdit,
    answer=Data[Changed],
    headers=CHANGED_HEADERS,
    errors=(*ORDER_ERRORS, *CHANGE_ERRORS, "PRECONDITION_FAILED", "WORK_ORDER_NOT_DRAFT", "WORK_ORDER_CLOSED"),
    examples={"body": {"quantity": 3, "deadline": None}, "answer": _CHANGED_EXAMPLE},
)
async def edit(call: Call, body: WorkOrderEdit) -> Response:
    """Edit a work order while it is DRAFT; assignee and deadline while it is open."""
    changes = sent_fields(body)
    named = optional_uuid_of(changes.pop("updated_by_user_id", None), "updatedByUserId")
    intent = call.intent(named, "updatedByUserId")
    return await show_change(call, await call.services.work_orders.edit(intent, call.order.id, kept_fields(changes)))


@work_orders(
    "PATCH",
    "/v1/work-orders/{id}/status",
    scope=Scope.STATUS,
    body=StatusBody,
    answer=Data[Changed],
    headers=CHANGED_HEADERS,
    errors=(
        *ORDER_ERRORS,
        *CHANGE_ERRORS,
        "PRECONDITION_FAILED",
        "ROLE_NOT_ALLOWED",
        "ILLEGAL_MOVE",
        "APPROVALS_MISSING",
        "PHOTOS_MISSING",
    ),
    examples={"body": {"status": "REVIEW"}, "answer": _CHANGED_EXAMPLE},
)
async def move(call: Call, body: StatusBody) -> Response:
    """Promote or demote a work order along its life."""
    named = optional_uuid_of(body.updated_by_user_id, "updatedByUserId")
    intent = call.intent(named, "updatedByUserId")
    return await show_change(
        call, await call.services.work_orders.move(intent, call.order.id, body.status, body.comment)
    )


def filter_of(query: WorkOrderQuery | OrderConditions, code: str = PARAMETER) -> WorkOrderFilter:
    """The conditions as the services know them; raises an Invalid of this code, naming what cannot be read first."""
    return WorkOrderFilter(
        statuses=query.status,
        assignee_user_id=optional_uuid_of(query.assignee_user_id, "assigneeUserId", code),
        component_id=optional_uuid_of(query.component_id, "componentId", code),
        part_number_id=optional_uuid_of(query.part_number_id, "partNumberId", code),
        updated_since=optional_instant_of(query.updated_since, "updatedSince", code),
        words=words_wanted(query.q),
    )
