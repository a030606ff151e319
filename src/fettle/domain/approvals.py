"""An approval: who was asked, by whom, and what was answered."""

from enum import StrEnum

import msgspec

from fettle.domain.instants import Instant


class ApprovalStatus(StrEnum):
    """What has become of the question."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class Approval(msgspec.Struct, frozen=True, array_like=True):
    """One approver's answer on one work order; there is at most one for each pair."""

    work_order_id: str
    approver_user_id: str
    company_id: str
    requested_by_user_id: str
    requested_at: Instant
    status: ApprovalStatus
    last_updated_at: Instant
    comment: str | None = None
