"""An approval: who was asked, by whom, on which content, and what was answered."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from fettle.domain.errors import Conflict, Detail, Forbidden
from fettle.domain.instants import Instant
from fettle.domain.work_orders import WorkOrder


class ApprovalStatus(StrEnum):
    """What has become of the question."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


_MISSING = {ApprovalStatus.PENDING: "approval_pending", ApprovalStatus.REJECTED: "approval_rejected"}


class Approval(msgspec.Struct, frozen=True, array_like=True):
    """One approver's answer on one work order; there is at most one for each pair.

    `content_sha256` is what the question is about and the answer belongs to (`domain.content`): the content as it is,
    for an edit asks anew. None where it was asked by a release that did not note it.
    """

    work_order_id: str
    approver_user_id: str
    company_id: str
    requested_by_user_id: str
    requested_at: Instant
    status: ApprovalStatus
    last_updated_at: Instant
    comment: str | None = None
    content_sha256: str | None = None


def missing_approvals(approvals: Iterable[Approval]) -> Conflict | None:
    """APPROVALS_MISSING, naming every approver whose answer is not APPROVED; None when nothing is missing."""
    missing = [
        Detail(f"approvals.{each.approver_user_id}", _MISSING[each.status])
        for each in approvals
        if each.status is not ApprovalStatus.APPROVED
    ]
    return Conflict("APPROVALS_MISSING", *missing, count=len(missing)) if missing else None


def is_own_work(order: WorkOrder, actor_id: str, caller_id: str) -> bool:
    """Whether the person made the order, or was the last to edit its content: by hand, or by a key of theirs.

    Nor does a key speak for somebody else on what is its user's own. One that speaks for many may carry what one
    person made and another approves.
    """
    return actor_id in order.authors or caller_id in (order.created_by_user_id, order.content_edited_by_user_id)


def require_four_eyes(order: WorkOrder, actor_id: str, caller_id: str) -> None:
    """Raise FOUR_EYES for what is their own work: that of the person it is recorded under, or of the caller."""
    if is_own_work(order, actor_id, caller_id):
        raise Forbidden("FOUR_EYES")


def require_same_content(seen: str | None, sha256: str) -> None:
    """Raise CONTENT_CHANGED when the approver saw another content than there is; None where it is not told."""
    if seen is not None and seen != sha256:
        raise Conflict("CONTENT_CHANGED", Detail("content_sha256", "content_is", {"sha256": sha256}))
