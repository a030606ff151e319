"""What `/v1` shows of a legal hold."""

from msgspec import UNSET, UnsetType

from fettle.domain.instants import show_instant
from fettle.domain.legal_holds import LegalHold
from fettle.web.fields import DateTime, Uuid
from fettle.web.pms.shapes import Shape


class HoldShape(Shape, frozen=True):
    """Since when, by whom and why nothing of the work order is removed."""

    set_at: DateTime
    set_by_user_id: Uuid
    reason: str


def hold_shape(hold: LegalHold | None) -> HoldShape | UnsetType:
    """Nothing where there is none."""
    return UNSET if hold is None else HoldShape(show_instant(hold.set_at), hold.set_by_user_id, hold.reason)
