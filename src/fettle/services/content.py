"""A change of what approvers decide on: what they said of the old content counts no more, and they are asked anew."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from fettle.domain.activity import EntryType
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.content import content_sha256
from fettle.domain.work_orders import WorkOrder
from fettle.services.activity import record
from fettle.services.gate import Act
from fettle.services.rows import Transaction


class AskedAnew(NamedTuple):
    """What the entry says of approvals: who is asked again, and on which content; None where nobody was asked."""

    changes: dict[str, tuple[Any, Any]]
    content_sha256: str | None


def hash_content(tx: Transaction, order: WorkOrder) -> str:
    """The hash of the content, with the attachments as they are in this transaction."""
    return content_sha256(order, tx.evidence.content_of(order.id))


def ask_anew(tx: Transaction, act: Act, order: WorkOrder) -> AskedAnew:
    """Put every decision back to PENDING, and all questions to the content of `order` as it is to be."""
    approvals = tx.approvals.of_orders([order.id])
    if not approvals:
        return AskedAnew({}, None)
    sha256 = hash_content(tx, order)
    changes = {}
    for approval in approvals:
        values: dict[str, Any] = {"content_sha256": sha256}
        if approval.status is not ApprovalStatus.PENDING:
            changes[f"approvals.{approval.approver_user_id}"] = (approval.status, ApprovalStatus.PENDING)
            values |= {"status": ApprovalStatus.PENDING, "comment": None, "last_updated_at": act.now}
        tx.approvals.change(order.id, approval.approver_user_id, **values)
    return AskedAnew(changes, sha256)


def record_edit(
    tx: Transaction,
    act: Act,
    order: WorkOrder,
    entry_type: EntryType,
    changes: Mapping[str, tuple[Any, Any]],
    columns: Mapping[str, Any] | None = None,
    **about: Any,
) -> int:
    """As `activity.record`, for a change of the content; those of attachments are in their rows already."""
    columns = columns or {}
    asked = ask_anew(tx, act, msgspec.structs.replace(order, **columns))
    edited = {"content_edited_by_user_id": act.actor_id, "content_edited_through_user_id": act.through_user_id}
    columns = {**columns, **edited}
    about["content_sha256"] = asked.content_sha256
    return record(tx, act, order, entry_type, {**changes, **asked.changes}, columns, **about)
