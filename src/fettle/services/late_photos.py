"""What becomes of a photo that came after its work order was completed."""

from fettle.domain.activity import EntryType
from fettle.domain.errors import NotFound
from fettle.domain.instants import Instant
from fettle.domain.late_photos import LateState, is_late
from fettle.domain.roles import ROLES_OF_LATE_PHOTOS, require_among
from fettle.domain.work_orders import WorkOrder, require_commentable, require_version
from fettle.services.activity import record
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.rows import Transaction

_ENTRY_OF = {LateState.ACCEPTED: EntryType.LATE_PHOTO_ACCEPTED, LateState.REJECTED: EntryType.LATE_PHOTO_REJECTED}


class LatePhotos:
    """Late photos are decided on one by one, once, by whoever may edit work orders."""

    def __init__(self, gate: Gate) -> None:
        """The gate comes from `build.py`."""
        self._gate = gate

    async def decide(self, intent: Intent, work_order_id: str, evidence_id: str, state: LateState, reason: str) -> Done:
        """Accept or reject a late photo; decided so before: a repeat. The photo and its bytes stay in any case.

        Raises NotFound for a photo that is not late, ROLE_NOT_ALLOWED, LATE_PHOTO_DECIDED, PRECONDITION_FAILED,
        WORK_ORDER_CLOSED for an archived order.
        """

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            late, photo = tx.late_photos.find(order.id, evidence_id), tx.evidence.find_by_id(evidence_id)
            if late is None or photo is None:
                raise NotFound
            if late.state is state:
                return Done(evidence_id, replayed=True)
            require_among(ROLES_OF_LATE_PHOTOS, act.roles)
            late.require_undecided()
            require_version(order, intent.versions)
            require_commentable(order)
            decided = {"state": state, "decided_at": act.now, "decided_by_user_id": act.actor_id, "reason": reason}
            tx.late_photos.change(evidence_id, **decided)
            changes = {f"evidence.{evidence_id}.late": (late.state, state)}
            record(tx, act, order, _ENTRY_OF[state], changes, evidence_id=photo.id, name=photo.name, reason=reason)
            return Done(evidence_id)

        return await self._gate.write(intent, command, work_order_id=work_order_id)


def comes_late(tx: Transaction, order: WorkOrder, taken_at: Instant | None) -> bool:
    """See `domain.late_photos.is_late`; an order was closed when its status last changed."""
    if order.is_open:
        return False
    return is_late(order, taken_at, tx.activity.last_at(order.id, EntryType.STATUS_CHANGED))
