"""Limits of what may be sent: set by an administrator, and asked at every way in."""

from collections.abc import Sequence

from fettle.domain.people import Caller
from fettle.domain.upload_limits import Allowed, UploadLimits, allowed_by
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import Database
from fettle.services.rows import Transaction


class Limits:
    """The limits of a company; what the one who runs the server set (FETTLE_MAX_UPLOAD_BYTES) holds beside them."""

    def __init__(self, database: Database, gate: Gate) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._gate = gate

    async def of_company(self, caller: Caller) -> Sequence[UploadLimits]:
        """Those of everybody (`*`) and of each role that has its own."""
        return await self._database.read(lambda tx: tx.upload_limits.of_company(caller.company_id))

    async def set(self, intent: Intent, role: str, **limits: int | str | None) -> Done:
        """Set all limits of one role, or of everybody; what is None is lifted."""

        def command(tx: Transaction, act: Act) -> Done:
            row = UploadLimits(act.company_id, role, act.now, act.actor_id, **limits)  # type: ignore[arg-type]  # checked by the dialect
            tx.upload_limits.set(row)
            return Done(act.company_id)

        return await self._gate.write(intent, command)


def allowed(tx: Transaction, act: Act) -> Allowed:
    """What the caller may send."""
    return allowed_by(tx.upload_limits.of_company(act.company_id), act.role)


def require_allowed(
    tx: Transaction, act: Act, work_order_id: str | None, size: int, content_type: str | None
) -> Allowed:
    """Raise TOO_LARGE, TYPE_NOT_ALLOWED or WORK_ORDER_FULL for a file that may not be sent, or not to this order."""
    found = allowed(tx, act)
    found.require_file(size, content_type)
    if work_order_id is not None and found.concerns_orders:
        found.require_room(size, *tx.upload_limits.used(work_order_id))
    return found
