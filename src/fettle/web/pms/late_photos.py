"""Deciding on photos that came after their work order was completed."""

from typing import Literal

from msgspec import UNSET, UnsetType

from fettle.domain.late_photos import LateState
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Comment, Uuid, optional_uuid_of
from fettle.web.operations import Operations
from fettle.web.pms.photo_shapes import ProgressShape, progress_shape
from fettle.web.pms.shapes import CHANGE_ERRORS, ORDER_ERRORS, REPLAYED, Body, Data, Shape, replay_headers, show

late_photos = Operations("photos")


class DecisionBody(Body, frozen=True):
    """The decision and why; `decidedByUserId` says under whose name, without it under the caller's."""

    decision: Literal["accepted", "rejected"]
    reason: Comment
    decided_by_user_id: Uuid | None = None


class Decided(Shape, frozen=True):
    """What was decided on, and how far its work order has come with the photos it requires."""

    id: Uuid
    work_order_id: Uuid
    state: LateState
    photo_progress: ProgressShape | UnsetType = UNSET


@late_photos(
    "POST",
    "/v1/work-orders/{id}/photos/{photoId}/decision",
    scope=Scope.WORK_ORDERS,
    body=DecisionBody,
    answer=Data[Decided],
    headers=REPLAYED,
    errors=(
        *ORDER_ERRORS,
        *CHANGE_ERRORS,
        "NOT_FOUND",
        "WORK_ORDER_CLOSED",
        "LATE_PHOTO_DECIDED",
        "ROLE_NOT_ALLOWED",
        "PRECONDITION_FAILED",
    ),
    examples={"body": {"decision": "accepted", "reason": "Taken in the basement, without a network."}},
)
async def decide_late_photo(call: Call, body: DecisionBody) -> Response:
    """Accept or reject a photo that came after its work order was completed.

    It stays in the record either way, outside of what was completed.
    """
    named = optional_uuid_of(body.decided_by_user_id, "decidedByUserId")
    intent = call.intent(named, "decidedByUserId")
    state, photo_id = LateState(body.decision), call.params["photoId"]
    done = await call.services.late_photos.decide(intent, call.order.id, photo_id, state, body.reason)
    _, progress = await call.services.reading.get_row(call.caller, call.order.id)
    answer = Decided(id=done.id, work_order_id=call.order.id, state=state, photo_progress=progress_shape(progress))
    return show(answer, headers=replay_headers(done))
