"""What `/v1` shows of a photo that came late."""

from msgspec import UNSET, UnsetType

from fettle.domain.late_photos import LatePhoto, LateState
from fettle.web.fields import DateTime, Uuid
from fettle.web.pms.shapes import Shape, known, known_instant


class LateShape(Shape, frozen=True):
    """A photo that was taken before its order was completed and came afterwards; what a planner decided, and why."""

    state: LateState
    decided_at: DateTime | UnsetType = UNSET
    decided_by_user_id: Uuid | UnsetType = UNSET
    reason: str | UnsetType = UNSET


def late_shape(late: LatePhoto | None) -> LateShape | UnsetType:
    """Nothing for a photo that came in time."""
    if late is None:
        return UNSET
    decided_at = known_instant(late.decided_at)
    return LateShape(late.state, decided_at, known(late.decided_by_user_id), known(late.reason))
