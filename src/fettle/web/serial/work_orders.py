"""Work orders: listed, made, looked at, edited, moved, commented (contract A, "Operations")."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType, structs

from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.services.work_orders import NewWorkOrder
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.conditions import etag_of, is_unchanged
from fettle.web.fields import (
    Comment,
    DateTime,
    Description,
    Name,
    NoQuery,
    Phase,
    PositiveInteger,
    Uuid,
    optional_instant_of,
    optional_uuid_of,
    uuid_of,
)
from fettle.web.operations import Operations
from fettle.web.serial import examples
from fettle.web.serial.paths import of_order
from fettle.web.serial.shapes import ORDER_HEADERS, WholeOrder, answer_order, version_headers

serial: Final = Operations("work orders (Serial)")
_ANSWERS_ORDER: Final[Mapping[str, Any]] = {"answer": WholeOrder, "headers": ORDER_HEADERS}


class Create(Struct, frozen=True, forbid_unknown_fields=True):
    """A work order to be; it starts as DRAFT."""

    name: Name
    component_id: Uuid
    quantity: PositiveInteger
    created_by_user_id: Uuid
    description: Description | None = None
    part_number_id: Uuid | None = None
    phase: Phase | None = None
    assignee_user_id: Uuid | None = None
    deadline: DateTime | None = None


class Edit(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays, and null clears. `updated_by_user_id` says in whose name."""

    name: Name | UnsetType = UNSET
    component_id: Uuid | UnsetType = UNSET
    quantity: PositiveInteger | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    part_number_id: Uuid | UnsetType | None = UNSET
    phase: Phase | UnsetType | None = UNSET
    assignee_user_id: Uuid | UnsetType | None = UNSET
    deadline: DateTime | UnsetType | None = UNSET
    updated_by_user_id: Uuid | UnsetType = UNSET


class Move(Struct, frozen=True, forbid_unknown_fields=True):
    """The status to go to; `comment` says why, which CANCELED and opening an order again need."""

    status: Status
    updated_by_user_id: Uuid | None = None
    comment: Comment | None = None


class NewComment(Struct, frozen=True, forbid_unknown_fields=True):
    """A comment and who made it."""

    comment: Comment
    added_by_user_id: Uuid


@serial(
    "POST",
    "/work-orders",
    scope=Scope.WORK_ORDERS,
    body=Create,
    examples={"body": examples.NEW_WORK_ORDER, "answer": examples.WORK_ORDER},
    **_ANSWERS_ORDER,
)
async def create(call: Call, body: Create) -> Response:
    """Make a work order."""
    new = NewWorkOrder(
        name=body.name,
        component_id=uuid_of(body.component_id, "component_id"),
        quantity=body.quantity,
        description=body.description,
        part_number_id=optional_uuid_of(body.part_number_id, "part_number_id"),
        phase=body.phase or "",
        assignee_user_id=optional_uuid_of(body.assignee_user_id, "assignee_user_id"),
        deadline=optional_instant_of(body.deadline, "deadline"),
    )
    named = uuid_of(body.created_by_user_id, "created_by_user_id")
    done = await call.services.work_orders.create(call.intent(named, "created_by_user_id"), new)
    return await answer_order(call, done.id, replayed=done.replayed)


@serial(
    "GET",
    *of_order(),
    scope=Scope.READ,
    query=NoQuery,
    examples={"answer": examples.WORK_ORDER},
    answer=WholeOrder,
    headers={"ETag": ORDER_HEADERS["ETag"]},
)
async def get(call: Call, _query: NoQuery) -> Response:
    """Look at a work order, by its UUID or its number."""
    version = call.order.version
    if is_unchanged(call.headers, etag_of(version)):
        return Response(304, headers=version_headers(version))
    return await answer_order(call, call.order.id)


@serial(
    "PATCH",
    *of_order(),
    scope=Scope.WORK_ORDERS,
    body=Edit,
    errors=("USER_NOT_FOUND", "WORK_ORDER_NOT_DRAFT", "WORK_ORDER_CLOSED"),
    examples={"body": {"quantity": 3, "deadline": None}, "answer": examples.WORK_ORDER},
    **_ANSWERS_ORDER,
)
async def edit(call: Call, body: Edit) -> Response:
    """Edit a work order while it is DRAFT; assignee and deadline while it is open."""
    changes = _changes(body)
    named = optional_uuid_of(changes.pop("updated_by_user_id", None), "updated_by_user_id")
    intent = call.intent(named, "updated_by_user_id")
    done = await call.services.work_orders.edit(intent, call.order.id, changes)
    return await answer_order(call, call.order.id, replayed=done.replayed)


@serial(
    "PATCH",
    *of_order("/status"),
    scope=Scope.STATUS,
    body=Move,
    errors=("ROLE_NOT_ALLOWED", "ILLEGAL_MOVE", "APPROVALS_MISSING", "PHOTOS_MISSING", "SIGNATURE_REQUIRED"),
    examples={"body": {"status": "REVIEW"}, "answer": examples.WORK_ORDER},
    **_ANSWERS_ORDER,
)
async def move(call: Call, body: Move) -> Response:
    """Promote or demote a work order along its life cycle."""
    named = optional_uuid_of(body.updated_by_user_id, "updated_by_user_id")
    intent = call.intent(named, "updated_by_user_id")
    done = await call.services.work_orders.move(intent, call.order.id, body.status, body.comment)
    return await answer_order(call, call.order.id, replayed=done.replayed)


@serial(
    "POST",
    *of_order("/comments"),
    scope=Scope.COMMENTS,
    body=NewComment,
    errors=("WORK_ORDER_CLOSED",),
    examples={
        "body": {
            "comment": "The bearing on the left is worn out.",
            "added_by_user_id": examples.ATTACHMENT["added_by_user_id"],
        },
        "answer": examples.WORK_ORDER,
    },
    **_ANSWERS_ORDER,
)
async def comment(call: Call, body: NewComment) -> Response:
    """Comment on a work order."""
    named = uuid_of(body.added_by_user_id, "added_by_user_id")
    intent = call.intent(named, "added_by_user_id")
    done = await call.services.work_orders.comment(intent, call.order.id, body.comment)
    return await answer_order(call, call.order.id, replayed=done.replayed)


def _changes(body: Edit) -> dict[str, Any]:
    """The named fields as the record keeps them."""
    changes = {field: value for field, value in structs.asdict(body).items() if value is not UNSET}
    for field in ("component_id", "part_number_id", "assignee_user_id"):
        if field in changes:
            changes[field] = optional_uuid_of(changes[field], field)
    if "deadline" in changes:
        changes["deadline"] = optional_instant_of(changes["deadline"], "deadline")
    if "phase" in changes:
        changes["phase"] = changes["phase"] or ""
    return changes
