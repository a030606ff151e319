"""What `/v1` shows of a work order, and what it answers to a change of one."""

from typing import Any, Final

from msgspec import UNSET, UnsetType

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.instants import show_instant
from fettle.domain.work_orders import Status, WorkOrder
from fettle.services.gate import Done
from fettle.services.reading import Summary
from fettle.web.answers import Headers, Response, header
from fettle.web.calls import Call
from fettle.web.conditions import etag_of
from fettle.web.fields import DateTime, PositiveInteger, Uuid
from fettle.web.pms.shapes import CREATED, REPLAYED, Shape, known, known_instant, replay_headers, show

ETAG: Final = {"ETag": "The version of the work order, for If-Match and If-None-Match."}
CHANGED_HEADERS: Final = {**ETAG, **REPLAYED}
CREATED_HEADERS: Final = {**ETAG, **CREATED}


class WorkOrderRow(Shape, frozen=True):
    """A work order as lists show it. `version` is its ETag; `updatedAt` moves with every change."""

    id: Uuid
    wo_number: PositiveInteger
    name: str
    status: Status
    phase: str
    quantity: PositiveInteger
    component_id: Uuid
    created_at: DateTime
    created_by_user_id: Uuid
    updated_at: DateTime
    version: PositiveInteger
    description: str | UnsetType = UNSET
    part_number_id: Uuid | UnsetType = UNSET
    assignee_user_id: Uuid | UnsetType = UNSET
    deadline: DateTime | UnsetType = UNSET
    last_edited_at: DateTime | UnsetType = UNSET


class ApprovalShape(Shape, frozen=True):
    """One approver's answer."""

    approver_user_id: Uuid
    requested_by_user_id: Uuid
    requested_at: DateTime
    status: ApprovalStatus
    last_updated_at: DateTime
    comment: str | UnsetType = UNSET


class WorkOrderDetail(WorkOrderRow, frozen=True, kw_only=True):
    """A work order with its approvals, and how many attachments and photos it has that are not deleted."""

    approvals: list[ApprovalShape]
    attachment_count: int
    photo_count: int


class Changed(Shape, frozen=True):
    """The id of a work order, and its state after the change."""

    work_order_id: Uuid
    status: Status
    version: PositiveInteger


def order_row(order: WorkOrder) -> WorkOrderRow:
    """The order alone."""
    return WorkOrderRow(**_row(order))


def order_detail(summary: Summary) -> WorkOrderDetail:
    """The order with what is said of it."""
    return WorkOrderDetail(
        **_row(summary.order),
        approvals=[approval_shape(approval) for approval in summary.approvals],
        attachment_count=summary.attachments,
        photo_count=summary.photos,
    )


def approval_shape(approval: Approval) -> ApprovalShape:
    """One approval."""
    return ApprovalShape(
        approver_user_id=approval.approver_user_id,
        requested_by_user_id=approval.requested_by_user_id,
        requested_at=show_instant(approval.requested_at),
        status=approval.status,
        last_updated_at=show_instant(approval.last_updated_at),
        comment=known(approval.comment),
    )


async def show_change(call: Call, done: Done, status: int = 200, headers: Headers = ()) -> Response:
    """The order's id, state and version after a change; a repeat is answered with those of now."""
    order = await call.services.reading.get_row(call.caller, done.id)
    version = done.version or order.version
    answer = Changed(work_order_id=order.id, status=order.status, version=version)
    return show(answer, status, (*etag_headers(version), *replay_headers(done), *headers))


def etag_headers(version: int) -> Headers:
    """The version as a strong ETag."""
    return (header("etag", etag_of(version)),)


def _row(order: WorkOrder) -> dict[str, Any]:
    return {
        "id": order.id,
        "wo_number": order.wo_number,
        "name": order.name,
        "status": order.status,
        "phase": order.phase,
        "quantity": order.quantity,
        "component_id": order.component_id,
        "created_at": show_instant(order.created_at),
        "created_by_user_id": order.created_by_user_id,
        "updated_at": show_instant(order.updated_at),
        "version": order.version,
        "description": known(order.description),
        "part_number_id": known(order.part_number_id),
        "assignee_user_id": known(order.assignee_user_id),
        "deadline": known_instant(order.deadline),
        "last_edited_at": known_instant(order.last_edited_at),
    }
