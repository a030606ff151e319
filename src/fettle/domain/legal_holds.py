"""A legal hold: as long as it lasts nothing of a work order is removed or erased, whatever its age."""

from collections.abc import Sequence
from typing import Final

import msgspec

from fettle.domain.errors import Conflict, Detail
from fettle.domain.instants import Instant

_MOST_NAMED: Final = 10


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


def require_none_held(numbers: Sequence[int]) -> None:
    """Raise LEGAL_HOLD, naming these held work orders, if there are any."""
    if numbers:
        raise Conflict("LEGAL_HOLD", *(Detail("legalHold", "held", {"number": each}) for each in numbers[:_MOST_NAMED]))
