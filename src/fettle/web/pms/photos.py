"""Photos of a work order below `/v1` (contract B): registered by reference, seen, deleted with a reason."""

from typing import Annotated, Final

from msgspec import Meta

from fettle.domain.evidence import Kind, NewPhoto
from fettle.domain.limits import MAX_CDN_URL_CHARACTERS, MAX_OBJECT_KEY_BYTES, MAX_STEP_CHARACTERS
from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.web.answers import Response
from fettle.web.bodies import instant_of
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Uuid
from fettle.web.operations import Operations
from fettle.web.pms.evidence import (
    Deleted,
    DeletionBody,
    EvidenceQuery,
    EvidenceShape,
    delete_evidence,
    list_evidence,
    show_evidence,
)
from fettle.web.pms.paging import LIST_ERRORS, Listed
from fettle.web.pms.shapes import CHANGE_ERRORS, CREATED, ORDER_ERRORS, REPLAYED, Body, Data, Shape, created

photos = Operations("photos")

_EXAMPLE: Final = {
    "minioObjectKey": "example",
    "cdnUrl": "https://example.com",
    "takenAt": "2026-04-15T12:00:00Z",
    "step": "example",
}
_ANSWER_EXAMPLE: Final = {"data": {"workOrderId": "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0", "status": "DRAFT"}}


class PhotoBody(Body, frozen=True):
    """Seed B's request body."""

    minio_object_key: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_OBJECT_KEY_BYTES})]
    cdn_url: Annotated[str, Meta(extra_json_schema={"format": "uri", "maxLength": MAX_CDN_URL_CHARACTERS})]
    taken_at: DateTime
    step: Annotated[str, Meta(extra_json_schema={"maxLength": MAX_STEP_CHARACTERS})] | None = None


class PhotoAdded(Shape, frozen=True):
    """Exactly the two keys of seed B's answer."""

    work_order_id: Uuid
    status: Status


@photos(
    "POST",
    "/v1/work-orders/{id}/photos",
    scope=Scope.EVIDENCE,
    status=201,
    body=PhotoBody,
    answer=Data[PhotoAdded],
    headers=CREATED,
    errors=(
        *ORDER_ERRORS,
        "INVALID_BODY",
        "OBJECT_NOT_FOUND",
        "OBJECT_DIFFERS",
        "IDEMPOTENCY_KEY_REUSED",
        "PRECONDITION_FAILED",
        "WORK_ORDER_CLOSED",
        "SAME_PHOTO",
        "TYPE_NOT_ALLOWED",
        "WORK_ORDER_FULL",
    ),
    examples={"body": _EXAMPLE, "answer": _ANSWER_EXAMPLE},
)
async def add_photo(call: Call, body: PhotoBody) -> Response:
    """Add a photo to a work order, by reference."""
    taken_at = instant_of(body.taken_at, "takenAt")
    new = NewPhoto(body.minio_object_key, body.cdn_url, taken_at, body.taken_at, body.step or None)
    order = call.order
    done = await call.services.evidence.register_photo(call.intent(), order.id, new)
    answer = PhotoAdded(work_order_id=order.id, status=order.status)
    return created(answer, f"/v1/work-orders/{order.id}/photos/{done.id}", done)


@photos(
    "GET",
    "/v1/work-orders/{id}/photos",
    scope=Scope.READ,
    query=EvidenceQuery,
    answer=Listed[EvidenceShape],
    errors=(*ORDER_ERRORS, *LIST_ERRORS),
)
async def list_photos(call: Call, query: EvidenceQuery) -> Response:
    """List the photos of a work order, and the images attached to it, oldest first."""
    return await list_evidence(call, query, Kind.PHOTO)


@photos(
    "GET",
    "/v1/work-orders/{id}/photos/{photoId}",
    scope=Scope.READ,
    answer=Data[EvidenceShape],
    errors=(*ORDER_ERRORS, "NOT_FOUND"),
)
async def get_photo(call: Call) -> Response:
    """Look at one photo."""
    return await show_evidence(call, call.params["photoId"], Kind.PHOTO)


@photos(
    "DELETE",
    "/v1/work-orders/{id}/photos/{photoId}",
    scope=Scope.EVIDENCE,
    body=DeletionBody,
    answer=Data[Deleted],
    headers=REPLAYED,
    errors=(
        *ORDER_ERRORS,
        *CHANGE_ERRORS,
        "NOT_FOUND",
        "WORK_ORDER_CLOSED",
        "WORK_ORDER_NOT_DRAFT",
        "PRECONDITION_FAILED",
    ),
    examples={"body": {"reason": "Blurred; taken again."}},
)
async def delete_photo(call: Call, body: DeletionBody) -> Response:
    """Delete a photo, saying why. It stays in the record, marked as deleted."""
    return await delete_evidence(call, body, call.params["photoId"], Kind.PHOTO)
