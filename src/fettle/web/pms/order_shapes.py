"""What `/v1` shows of a work order, and what it answers to a change of one."""

from typing import Any, Final

from msgspec import UNSET, UnsetType

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.instants import show_instant
from fettle.domain.required_photos import progress_of
from fettle.domain.work_orders import Status
from fettle.services.gate import Done
from fettle.services.reading import Row, Summary
from fettle.web.answers import Headers, Response, header
from fettle.web.calls import Call
from fettle.web.conditions import etag_of
from fettle.web.fields import DateTime, PositiveInteger, Uuid
from fettle.web.pms.hold_shapes import HoldShape, hold_shape
from fettle.web.pms.move_shapes import MoveShape, move_shape
from fettle.web.pms.photo_shapes import ProgressShape, StepShape, progress_shape, step_shapes
from fettle.web.pms.shapes import CREATED, REPLAYED, Shape, known, known_instant, replay_headers, show
from fettle.web.pms.signature_shapes import SignatureShape, signature_shape

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
    photo_progress: ProgressShape | UnsetType = UNSET


class ApprovalShape(Shape, frozen=True):
    """One approver's answer. `contentSha256` is the content it is about; while PENDING that of the question."""

    approver_user_id: Uuid
    requested_by_user_id: Uuid
    requested_at: DateTime
    status: ApprovalStatus
    last_updated_at: DateTime
    comment: str | UnsetType = UNSET
    content_sha256: str | UnsetType = UNSET


class WorkOrderDetail(WorkOrderRow, frozen=True, kw_only=True):
    """A work order with its approvals, what photos it requires, and how many attachments and photos it has.

    What was deleted is not counted; without required photos that key is absent. `contentSha256` names what approvers
    decide on, as it is; `moves` are those there are from here, `signatures` those of every completion, oldest first.
    """

    approvals: list[ApprovalShape]
    attachment_count: int
    photo_count: int
    content_sha256: str
    moves: list[MoveShape]
    signatures: list[SignatureShape]
    required_photos: list[StepShape] | UnsetType = UNSET
    legal_hold: HoldShape | UnsetType = UNSET


class Changed(Shape, frozen=True):
    """The id of a work order, and its state after the change."""

    work_order_id: Uuid
    status: Status
    version: PositiveInteger
    photo_progress: ProgressShape | UnsetType = UNSET


def order_row(row: Row) -> WorkOrderRow:
    """The order alone."""
    return WorkOrderRow(**_row(row))


def order_detail(summary: Summary, language: str) -> WorkOrderDetail:
    """The order with what is said of it."""
    return WorkOrderDetail(
        **_row(Row(summary.order, progress_of(summary.required_photos))),
        approvals=[approval_shape(approval) for approval in summary.approvals],
        attachment_count=summary.attachments,
        photo_count=summary.photos,
        required_photos=step_shapes(summary.required_photos) or UNSET,
        content_sha256=summary.content_sha256,
        legal_hold=hold_shape(summary.hold),
        moves=[move_shape(move, language) for move in summary.moves],
        signatures=[signature_shape(signed) for signed in summary.signatures],
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
        content_sha256=known(approval.content_sha256),
    )


async def show_change(call: Call, done: Done, status: int = 200, headers: Headers = ()) -> Response:
    """The order's id, state and version after a change; a repeat is answered with those of now."""
    order, progress = await call.services.reading.get_row(call.caller, done.id)
    version = done.version or order.version
    answer = Changed(order.id, order.status, version, progress_shape(progress))
    return show(answer, status, (*etag_headers(version), *replay_headers(done), *headers))


def etag_headers(version: int) -> Headers:
    """The version as a strong ETag."""
    return (header("etag", etag_of(version)),)


def _row(row: Row) -> dict[str, Any]:
    order, progress = row
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
        "photo_progress": progress_shape(progress),
    }
