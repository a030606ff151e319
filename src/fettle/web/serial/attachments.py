"""Attachments of a work order: added by a form, with or without bytes, and deleted (contract A, "PUT attachments")."""

from typing import Final

from msgspec import Struct, structs

from fettle.domain.evidence import Type
from fettle.domain.people import Scope
from fettle.web.answers import Response, header
from fettle.web.attachment_form import FILE_PART, read_fields, sent_attachment
from fettle.web.calls import Call
from fettle.web.fields import PARAMETER, Comment, Name, Uuid, optional_uuid_of, uuid_of
from fettle.web.multipart import Form as SentForm
from fettle.web.operations import Form, Operations
from fettle.web.serial import examples
from fettle.web.serial.paths import of_order
from fettle.web.serial.shapes import ORDER_HEADERS, WholeOrder, answer_order

serial: Final = Operations("attachments (Serial)")


class Metadata(Struct, frozen=True, forbid_unknown_fields=True):
    """What is attached; `value` is the text of a TEXT or a caption, `file_name` is for FILE and IMAGE only."""

    type: Type
    name: Name
    added_by_user_id: Uuid
    value: str | None = None
    file_name: str | None = None


_FORM: Final = Form(
    files=frozenset({FILE_PART}),
    fields={field.name: field.type for field in structs.fields(Metadata)},
    required=frozenset({"type", "name", "added_by_user_id"}),
    metadata=Metadata,
)


@serial(
    "PUT",
    *of_order("/attachments"),
    scope=Scope.EVIDENCE,
    form=_FORM,
    answer=WholeOrder,
    headers={**ORDER_HEADERS, "Fettle-Evidence-Id": "The id of the attachment below /v1."},
    errors=("ATTACHMENT_MISSING", "NOT_AN_IMAGE", "TYPE_NOT_ALLOWED", "WORK_ORDER_FULL", "WORK_ORDER_NOT_DRAFT"),
    examples={"metadata": examples.ATTACHMENT, "fields": examples.ATTACHMENT, "answer": examples.WORK_ORDER},
)
async def attach(call: Call, form: SentForm) -> Response:
    """Add an attachment to a work order while it is DRAFT.

    The same request again is a repeat; with bytes it completes an entry that was recorded without them.
    """
    fields = read_fields(form, Metadata)
    intent = call.intent(uuid_of(fields.added_by_user_id, "added_by_user_id"), "added_by_user_id")
    done = await call.services.evidence.attach(intent, call.order.id, *sent_attachment(form, fields))
    evidence_id = (header("fettle-evidence-id", done.id),)
    return await answer_order(call, call.order.id, replayed=done.replayed, headers=evidence_id)


class Why(Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is deleted, and in whose name; in the query, for a body of DELETE gets lost on some ways."""

    reason: Comment | None = None
    deleted_by_user_id: Uuid | None = None


@serial(
    "DELETE",
    *of_order("/attachments/{file_name}"),
    scope=Scope.EVIDENCE,
    answer=WholeOrder,
    headers=ORDER_HEADERS,
    query=Why,
    errors=("INVALID_BODY", "USER_NOT_FOUND", "NOT_YOURSELF", "WORK_ORDER_NOT_DRAFT", "WORK_ORDER_CLOSED"),
    examples={"query": {"reason": "Replaced by revision C."}, "answer": examples.WORK_ORDER},
)
async def delete(call: Call, query: Why) -> Response:
    """Mark an attachment as deleted, saying why; it stays in the list."""
    named = optional_uuid_of(query.deleted_by_user_id, "deleted_by_user_id", PARAMETER)
    intent = call.intent(named, "deleted_by_user_id")
    done = await call.services.evidence.delete(intent, call.order.id, call.params["file_name"], query.reason)
    return await answer_order(call, call.order.id, replayed=done.replayed)
