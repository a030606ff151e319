"""A work order and its life: which moves are legal, what may change when."""

from enum import StrEnum
from typing import Final

import msgspec

from fettle.domain.errors import Conflict, PreconditionFailed
from fettle.domain.instants import Instant


class Status(StrEnum):
    """Where a work order stands (seed A)."""

    DRAFT = "DRAFT"
    REVIEW = "REVIEW"
    PRODUCTION = "PRODUCTION"
    COMPLETE = "COMPLETE"
    CANCELED = "CANCELED"
    ARCHIVED = "ARCHIVED"


OPEN: Final = frozenset({Status.DRAFT, Status.REVIEW, Status.PRODUCTION})
MOVES: Final = {
    Status.DRAFT: (Status.REVIEW, Status.CANCELED),
    Status.REVIEW: (Status.PRODUCTION, Status.DRAFT, Status.CANCELED),
    Status.PRODUCTION: (Status.COMPLETE, Status.REVIEW, Status.CANCELED),
    Status.COMPLETE: (Status.ARCHIVED, Status.PRODUCTION),
    Status.CANCELED: (Status.DRAFT, Status.ARCHIVED),
    Status.ARCHIVED: (),
}
# These two say who does it and until when, not what is done: they may change as long as the order is open.
_CHANGE_WHILE_OPEN: Final = frozenset({"assignee_user_id", "deadline"})


class WorkOrder(msgspec.Struct, frozen=True, array_like=True):
    """One work order. `version` rises by one with every activity entry; `updated_at` is the sort key of lists.

    `log_sha256` is that of its newest entry. `content_edited_by_user_id` was the last to change its content
    (`domain.content`); None: nobody since it was made. `through` are the users of keys that named these people.
    """

    id: str
    company_id: str
    wo_number: int
    name: str
    description: str | None
    component_id: str
    part_number_id: str | None
    created_at: Instant
    created_by_user_id: str
    status: Status
    phase: str
    quantity: int
    assignee_user_id: str | None
    deadline: Instant | None
    last_edited_at: Instant | None
    updated_at: Instant
    version: int
    log_sha256: str = ""
    content_edited_by_user_id: str | None = None
    created_through_user_id: str | None = None
    content_edited_through_user_id: str | None = None

    @property
    def authors(self) -> frozenset[str | None]:
        """Who made it, and who was the last to edit its content, with those whose keys did."""
        made = (self.created_by_user_id, self.created_through_user_id)
        return frozenset((*made, self.content_edited_by_user_id, self.content_edited_through_user_id))

    @property
    def is_open(self) -> bool:
        """Whether work on it may still be recorded."""
        return self.status in OPEN


def require_draft(order: WorkOrder) -> None:
    """Raise WORK_ORDER_NOT_DRAFT once the plan is no longer open for change."""
    if order.status is not Status.DRAFT:
        raise Conflict("WORK_ORDER_NOT_DRAFT", status=order.status.value)


def require_open(order: WorkOrder) -> None:
    """Raise WORK_ORDER_CLOSED when the order is complete, cancelled or archived."""
    if not order.is_open:
        raise Conflict("WORK_ORDER_CLOSED", status=order.status.value)


def require_editable(order: WorkOrder, fields: frozenset[str]) -> None:
    """Raise unless these fields may change now: the plan while DRAFT, assignee and deadline while open."""
    if fields <= _CHANGE_WHILE_OPEN:
        require_open(order)
    else:
        require_draft(order)


def require_commentable(order: WorkOrder) -> None:
    """Raise WORK_ORDER_CLOSED for an archived order: it is final."""
    if order.status is Status.ARCHIVED:
        raise Conflict("WORK_ORDER_CLOSED", status=order.status.value)


def illegal_move(order: WorkOrder, to: Status) -> Conflict | None:
    """ILLEGAL_MOVE, naming the moves that there are, when the life cycle has no such step."""
    if to in MOVES[order.status]:
        return None
    allowed = ", ".join(status.value for status in MOVES[order.status])
    return Conflict("ILLEGAL_MOVE", status=order.status.value, to=to.value, allowed=allowed or "-")


def require_version(order: WorkOrder, accepted: frozenset[int] | None) -> None:
    """Raise PRECONDITION_FAILED when If-Match named versions and the order is at none of them."""
    if accepted is not None and order.version not in accepted:
        raise PreconditionFailed(version=order.version)
