"""Attachments of a work order below `/v1`: added with their bytes, seen, deleted with a reason."""

from typing import Final

from fettle.domain.evidence import Kind, Type
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.attachment_form import FILE_PART, read_fields, sent_attachment
from fettle.web.calls import Call
from fettle.web.fields import Name, Uuid, uuid_of
from fettle.web.multipart import Form as SentForm
from fettle.web.operations import Form, Operations
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

attachments = Operations("attachments")

_EXAMPLE: Final = {
    "type": "IMAGE",
    "name": "Drawing",
    "addedByUserId": "b07fbdb5-2d8c-4e2f-8c1e-5a4e7c1d8a10",
    "value": "Bearing seat, seen from the left",
}


class AttachmentBody(Body, frozen=True):
    """What an attachment is; `value` is the text of a TEXT or the caption, `fileName` as in contract A."""

    type: Type
    name: Name
    added_by_user_id: Uuid | None = None
    value: str | None = None
    file_name: str | None = None


class AttachmentAdded(Shape, frozen=True):
    """The ids of an attachment and of its order."""

    id: Uuid
    work_order_id: Uuid


_FORM: Final = Form(
    files=frozenset({FILE_PART}),
    fields={"type": Type, "name": str, "addedByUserId": str, "value": str, "fileName": str},
    required=frozenset({"type", "name"}),
    metadata=AttachmentBody,
)


@attachments(
    "POST",
    "/v1/work-orders/{id}/attachments",
    scope=Scope.EVIDENCE,
    status=201,
    form=_FORM,
    answer=Data[AttachmentAdded],
    headers=CREATED,
    errors=(
        *ORDER_ERRORS,
        *CHANGE_ERRORS,
        "ATTACHMENT_MISSING",
        "MULTIPART_INVALID",
        "MULTIPART_BOUNDARY_MISSING",
        "NOT_AN_IMAGE",
        "TYPE_NOT_ALLOWED",
        "WORK_ORDER_FULL",
        "WORK_ORDER_NOT_DRAFT",
        "PRECONDITION_FAILED",
        "NO_SPACE",
    ),
    examples={"metadata": _EXAMPLE, "fields": _EXAMPLE},
)
async def add_attachment(call: Call, form: SentForm) -> Response:
    """Attach an image, a file or a text to a work order."""
    fields = read_fields(form, AttachmentBody)
    named = None if fields.added_by_user_id is None else uuid_of(fields.added_by_user_id, "addedByUserId")
    new, upload = sent_attachment(form, fields)
    order = call.order
    done = await call.services.evidence.attach(call.intent(named, "addedByUserId"), order.id, new, upload)
    answer = AttachmentAdded(id=done.id, work_order_id=order.id)
    return created(answer, f"/v1/work-orders/{order.id}/attachments/{done.id}", done)


@attachments(
    "GET",
    "/v1/work-orders/{id}/attachments",
    scope=Scope.READ,
    query=EvidenceQuery,
    answer=Listed[EvidenceShape],
    errors=(*ORDER_ERRORS, *LIST_ERRORS),
)
async def list_attachments(call: Call, query: EvidenceQuery) -> Response:
    """List the attachments of a work order, oldest first."""
    return await list_evidence(call, query, Kind.ATTACHMENT)


@attachments(
    "GET",
    "/v1/work-orders/{id}/attachments/{attachmentId}",
    scope=Scope.READ,
    answer=Data[EvidenceShape],
    errors=(*ORDER_ERRORS, "NOT_FOUND"),
)
async def get_attachment(call: Call) -> Response:
    """Look at one attachment."""
    return await show_evidence(call, call.params["attachmentId"], Kind.ATTACHMENT)


@attachments(
    "DELETE",
    "/v1/work-orders/{id}/attachments/{attachmentId}",
    scope=Scope.EVIDENCE,
    body=DeletionBody,
    answer=Data[Deleted],
    headers=REPLAYED,
    errors=(*ORDER_ERRORS, *CHANGE_ERRORS, "NOT_FOUND", "WORK_ORDER_NOT_DRAFT", "PRECONDITION_FAILED"),
    examples={"body": {"reason": "Replaced by revision C."}},
)
async def delete_attachment(call: Call, body: DeletionBody) -> Response:
    """Delete an attachment, saying why. It stays in the record, marked as deleted."""
    return await delete_evidence(call, body, call.params["attachmentId"], Kind.ATTACHMENT)
