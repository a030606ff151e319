"""A legal hold: as long as it lasts nothing of a work order is removed or erased, whatever its age."""

import msgspec

from fettle.domain.errors import Conflict
from fettle.domain.instants import Instant


class LegalHold(msgspec.Struct, frozen=True, array_like=True):
    """The hold on a work order: since when, by whom, why."""

    work_order_id: str
    company_id: str
    set_at: Instant
    set_by_user_id: str
    reason: str


def require_no_hold(hold: LegalHold | None) -> None:
    """Raise LEGAL_HOLD while there is one."""
    if hold is not None:
        raise Conflict("LEGAL_HOLD")
