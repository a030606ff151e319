"""The whole work order as Serial writes it: exactly these keys, in this order, null only where the type says so."""

from typing import Any, Final

import msgspec

from fettle.domain.activity import Entry, EntryType, said_in
from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.canonical import canonical
from fettle.domain.entry_messages import message_of
from fettle.domain.evidence import Evidence
from fettle.domain.instants import Instant, show_instant
from fettle.domain.work_orders import Status
from fettle.services.work_orders import WorkOrderView
from fettle.web.answers import Headers, Response, as_json, header
from fettle.web.calls import Call
from fettle.web.conditions import etag_of
from fettle.web.fields import DateTime, PositiveInteger, Uuid

REPLAYED_HEADER: Final = {
    "Fettle-Replayed": "`true` when an earlier request had done this already, and nothing was changed."
}
ORDER_HEADERS: Final = {
    "ETag": "The version of the work order, for If-Match and If-None-Match.",
    **REPLAYED_HEADER,
}


class ShownApproval(msgspec.Struct, frozen=True, gc=False):
    """One approver's answer."""

    approver_user_id: Uuid
    requested_by_user_id: Uuid
    requested_at: DateTime
    status: ApprovalStatus
    last_updated_at: DateTime


class LogEntry(msgspec.Struct, frozen=True, gc=False):
    """One line of the activity log; `data` is JSON text."""

    id: Uuid
    message: str
    added_at: DateTime
    added_by_user_id: Uuid
    type: EntryType
    data: str


class ShownAttachment(msgspec.Struct, frozen=True, gc=False):
    """One attachment or photo."""

    dataset_id: Uuid
    value: str
    file_name: Uuid
    added_at: DateTime
    added_by_user_id: Uuid
    is_deleted: bool


class WholeOrder(msgspec.Struct, frozen=True):
    """A work order with all that hangs on it, oldest first; `approvals` has the approvers' ids as keys."""

    id: Uuid
    wo_number: PositiveInteger
    name: str
    description: str | None
    component_id: Uuid
    part_number_id: Uuid | None
    created_at: DateTime
    created_by_user_id: Uuid
    status: Status
    phase: str
    quantity: PositiveInteger
    approvals: dict[str, ShownApproval]
    assignee_user_id: Uuid | None
    deadline: DateTime | None
    activity_log: list[LogEntry]
    last_edited_at: DateTime | None
    attachments: list[ShownAttachment]


def whole_order(view: WorkOrderView, language: str) -> WholeOrder:
    """The order as it is shown; messages of the log are in `language`."""
    order = view.order
    return WholeOrder(
        id=order.id,
        wo_number=order.wo_number,
        name=order.name,
        description=order.description,
        component_id=order.component_id,
        part_number_id=order.part_number_id,
        created_at=show_instant(order.created_at),
        created_by_user_id=order.created_by_user_id,
        status=order.status,
        phase=order.phase,
        quantity=order.quantity,
        approvals={approval.approver_user_id: _approval(approval) for approval in view.approvals},
        assignee_user_id=order.assignee_user_id,
        deadline=show_optional(order.deadline),
        activity_log=[_log_entry(entry, language) for entry in view.activity],
        last_edited_at=show_optional(order.last_edited_at),
        attachments=[_attachment(evidence) for evidence in view.evidence],
    )


async def answer_order(call: Call, work_order_id: str, *, replayed: bool = False, headers: Headers = ()) -> Response:
    """The whole order as it is now, with its ETag."""
    view = await call.services.work_orders.get(call.caller, work_order_id)
    return as_json(
        whole_order(view, call.language), headers=(*version_headers(view.order.version), *replay(replayed), *headers)
    )


def version_headers(version: int) -> Headers:
    """What names the version of an order; its messages come in the reader's language."""
    return (header("etag", etag_of(version)), (b"vary", b"Accept-Language"))


def replay(replayed: bool) -> Headers:  # noqa: FBT001 - the one thing that it is about
    """The header of an answer to a repeat, none for others."""
    return ((b"fettle-replayed", b"true"),) if replayed else ()


def equal_fields(query: msgspec.Struct) -> dict[str, Any]:
    """The conditions of a list that were sent, by field."""
    return {field: value for field, value in msgspec.structs.asdict(query).items() if value is not msgspec.UNSET}


def show_optional(instant: Instant | None) -> str | None:
    """The instant as it is shown, None for none."""
    return None if instant is None else show_instant(instant)


def _approval(approval: Approval) -> ShownApproval:
    return ShownApproval(
        approval.approver_user_id,
        approval.requested_by_user_id,
        show_instant(approval.requested_at),
        approval.status,
        show_instant(approval.last_updated_at),
    )


def _log_entry(entry: Entry, language: str) -> LogEntry:
    return LogEntry(
        entry.id,
        message_of(entry, language),
        show_instant(entry.added_at),
        entry.added_by_user_id,
        entry.type,
        canonical(said_in(entry)).decode(),
    )


def _attachment(evidence: Evidence) -> ShownAttachment:
    return ShownAttachment(
        evidence.dataset_id,
        evidence.value,
        evidence.file_name,
        show_instant(evidence.added_at),
        evidence.added_by_user_id,
        evidence.deleted_at is not None,
    )
