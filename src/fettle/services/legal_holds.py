"""Legal holds: set and lifted by an administrator, whatever the state of the work order, with a reason."""

from fettle.domain.activity import EntryType
from fettle.domain.legal_holds import LegalHold
from fettle.domain.reasons import require_reason
from fettle.domain.work_orders import require_version
from fettle.services.activity import record
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.rows import Transaction


class LegalHolds:
    """Each method answers with the id of the work order; raises INVALID_BODY without a reason, PRECONDITION_FAILED."""

    def __init__(self, gate: Gate) -> None:
        """The gate comes from `build.py`."""
        self._gate = gate

    async def set(self, intent: Intent, work_order_id: str, reason: str) -> Done:
        """Hold the order from now on, or give another reason for it; held for this reason already: a repeat."""
        require_reason(reason, "reason")

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            found = tx.legal_holds.find(order.id)
            if found is not None and found.reason == reason:
                return Done(order.id, replayed=True)
            require_version(order, intent.versions)
            tx.legal_holds.set(LegalHold(order.id, act.company_id, act.now, act.actor_id, reason))
            changes = {"legal_hold": (found is not None, True)}
            return Done(order.id, version=record(tx, act, order, EntryType.LEGAL_HOLD_SET, changes, reason=reason))

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def lift(self, intent: Intent, work_order_id: str, reason: str) -> Done:
        """Let the order go; not held: a repeat."""
        require_reason(reason, "reason")

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            if tx.legal_holds.find(order.id) is None:
                return Done(order.id, replayed=True)
            require_version(order, intent.versions)
            tx.legal_holds.lift(order.id)
            changes = {"legal_hold": (True, False)}
            return Done(order.id, version=record(tx, act, order, EntryType.LEGAL_HOLD_LIFTED, changes, reason=reason))

        return await self._gate.write(intent, command, work_order_id=work_order_id)
