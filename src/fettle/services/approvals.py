"""Approvals of a work order: asked for, given, rejected, withdrawn."""

from fettle.domain.activity import EntryType
from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.errors import Forbidden, NotFound
from fettle.domain.work_orders import require_open, require_version
from fettle.services.activity import record
from fettle.services.gate import Act, Done, Gate, Intent, require_user
from fettle.services.rows import Transaction

_ENTRY_OF = {
    ApprovalStatus.APPROVED: EntryType.APPROVAL_GIVEN,
    ApprovalStatus.REJECTED: EntryType.APPROVAL_REJECTED,
}


class Approvals:
    """Each method answers with the id of the work order, and raises WORK_ORDER_CLOSED once it is not open."""

    def __init__(self, gate: Gate) -> None:
        """The gate comes from `build.py`."""
        self._gate = gate

    async def ask(self, intent: Intent, work_order_id: str, approver_user_id: str) -> Done:
        """Ask somebody; asking again while the answer is pending is a repeat, after an answer it asks anew."""

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            require_user(tx, act.company_id, approver_user_id, "approver_user_id")
            found = tx.approvals.find(order.id, approver_user_id)
            if found is not None and found.status is ApprovalStatus.PENDING:
                return Done(order.id, replayed=True)
            require_version(order, intent.versions)
            require_open(order)
            if found is not None:
                tx.approvals.delete(order.id, approver_user_id)
            tx.approvals.add(_asked(act, order.id, approver_user_id))
            old = found.status if found else None
            changes = {f"approvals.{approver_user_id}": (old, ApprovalStatus.PENDING)}
            version = record(tx, act, order, EntryType.APPROVAL_REQUESTED, changes, approver_user_id=approver_user_id)
            return Done(order.id, version=version)

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def decide(
        self,
        intent: Intent,
        work_order_id: str,
        approver_user_id: str,
        status: ApprovalStatus,
        comment: str | None,
    ) -> Done:
        """Approve or reject, as the approver only (else NOT_YOURSELF); NotFound when nobody asked."""

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            found = tx.approvals.find(order.id, approver_user_id)
            if found is None:
                raise NotFound
            if act.actor_id != approver_user_id:
                raise Forbidden("NOT_YOURSELF")
            if found.status is status and found.comment == comment:
                return Done(order.id, replayed=True)
            require_version(order, intent.versions)
            require_open(order)
            tx.approvals.change(order.id, approver_user_id, status=status, comment=comment, last_updated_at=act.now)
            changes = {f"approvals.{approver_user_id}": (found.status, status)}
            entry_type = _ENTRY_OF[status]
            version = record(tx, act, order, entry_type, changes, approver_user_id=approver_user_id, comment=comment)
            return Done(order.id, version=version)

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def withdraw(self, intent: Intent, work_order_id: str, approver_user_id: str) -> Done:
        """Take the question back; NotFound when nobody asked."""

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            found = tx.approvals.find(order.id, approver_user_id)
            if found is None:
                raise NotFound
            require_version(order, intent.versions)
            require_open(order)
            tx.approvals.delete(order.id, approver_user_id)
            changes = {f"approvals.{approver_user_id}": (found.status, None)}
            version = record(tx, act, order, EntryType.APPROVAL_WITHDRAWN, changes, approver_user_id=approver_user_id)
            return Done(order.id, version=version)

        return await self._gate.write(intent, command, work_order_id=work_order_id)


def _asked(act: Act, work_order_id: str, approver_user_id: str) -> Approval:
    return Approval(
        work_order_id,
        approver_user_id,
        act.company_id,
        requested_by_user_id=act.actor_id,
        requested_at=act.now,
        status=ApprovalStatus.PENDING,
        last_updated_at=act.now,
    )
