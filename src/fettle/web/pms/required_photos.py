"""The photos that a work order requires before it can be completed: set as a whole, seen with their progress."""

from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.conditions import etag_of, is_unchanged
from fettle.web.fields import Uuid, optional_uuid_of
from fettle.web.operations import Operations
from fettle.web.pms.order_shapes import CHANGED_HEADERS, ETAG, Changed, etag_headers, show_change
from fettle.web.pms.photo_shapes import StepBodies, StepShape, photo_steps, step_shapes
from fettle.web.pms.shapes import CHANGE_ERRORS, ORDER_ERRORS, Body, Data, show

required_photos = Operations("photos")

_PATH = "/v1/work-orders/{id}/required-photos"


class RequiredPhotosBody(Body, frozen=True):
    """All that is required, in order; none with an empty list."""

    required_photos: StepBodies
    updated_by_user_id: Uuid | None = None


@required_photos("GET", _PATH, scope=Scope.READ, answer=Data[list[StepShape]], headers=ETAG, errors=ORDER_ERRORS)
async def get_required_photos(call: Call) -> Response:
    """Show which photos a work order requires, and how many of them are there."""
    summary = await call.services.reading.work_order(call.caller, call.order.id)
    tag = etag_headers(summary.order.version)
    if is_unchanged(call.headers, etag_of(summary.order.version)):
        return Response(304, headers=tag)
    return show(step_shapes(summary.required_photos), headers=tag)


@required_photos(
    "PUT",
    _PATH,
    scope=Scope.WORK_ORDERS,
    body=RequiredPhotosBody,
    answer=Data[Changed],
    headers=CHANGED_HEADERS,
    errors=(*ORDER_ERRORS, *CHANGE_ERRORS, "PRECONDITION_FAILED", "WORK_ORDER_NOT_DRAFT"),
    examples={"body": {"requiredPhotos": [{"step": "before", "label": "Before the work", "minCount": 2}]}},
)
async def set_required_photos(call: Call, body: RequiredPhotosBody) -> Response:
    """Require photos of a work order while it is DRAFT; it cannot be completed before all of them are stored."""
    named = optional_uuid_of(body.updated_by_user_id, "updatedByUserId")
    intent = call.intent(named, "updatedByUserId")
    steps = photo_steps(body.required_photos)
    return await show_change(call, await call.services.required_photos.set(intent, call.order.id, steps))
