"""Photos taken before a work order was completed that arrive afterwards: kept apart until a planner decides."""

from enum import StrEnum

import msgspec

from fettle.domain.errors import Conflict, Detail
from fettle.domain.instants import Instant
from fettle.domain.work_orders import Status, WorkOrder, require_open


class LateState(StrEnum):
    """What became of a late photo; a decision is made once."""

    LATE = "late"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class LatePhoto(msgspec.Struct, frozen=True, array_like=True):
    """One of them; it stands outside of what was completed, whatever is decided."""

    evidence_id: str
    company_id: str
    work_order_id: str
    state: LateState
    decided_at: Instant | None = None
    decided_by_user_id: str | None = None
    reason: str | None = None

    def require_undecided(self) -> None:
        """Raise LATE_PHOTO_DECIDED once somebody has decided otherwise."""
        if self.state is not LateState.LATE:
            raise Conflict("LATE_PHOTO_DECIDED", state=self.state.value)


def is_late(order: WorkOrder, taken_at: Instant | None, closed_at: Instant | None) -> bool:
    """Whether a photo with its bytes comes late; False while the order is open.

    Raises WORK_ORDER_CLOSED unless the order is COMPLETE, and the photo was taken before it was, as the client tells.
    """
    if order.is_open:
        return False
    comes_late = taken_at is not None and closed_at is not None and taken_at <= closed_at
    if order.status is not Status.COMPLETE or not comes_late:
        require_open(order)
    return True


def require_open_or_name_the_way(order: WorkOrder) -> None:
    """Raise WORK_ORDER_CLOSED; of a completed order it tells how a photo that was taken before can still be sent."""
    if order.status is Status.COMPLETE:
        raise Conflict("WORK_ORDER_CLOSED", Detail("takenAt", "late_photo"), status=order.status.value)
    require_open(order)
