"""Approvals of a work order: asked for, given, rejected, withdrawn."""

from fettle.domain.activity import EntryType, said_in
from fettle.domain.approvals import (
    Approval,
    ApprovalStatus,
    is_own_work,
    require_four_eyes,
    require_same_content,
)
from fettle.domain.company_rules import CompanyRules
from fettle.domain.errors import Forbidden, NotFound
from fettle.domain.reasons import require_reason
from fettle.domain.roles import ApprovalDeed, require_approver, require_role
from fettle.domain.work_orders import WorkOrder, require_open, require_version
from fettle.services.activity import record
from fettle.services.content import hash_content
from fettle.services.gate import Act, Done, Gate, Intent, require_user
from fettle.services.rows import Transaction

_ENTRY_OF = {
    ApprovalStatus.APPROVED: EntryType.APPROVAL_GIVEN,
    ApprovalStatus.REJECTED: EntryType.APPROVAL_REJECTED,
}


class Approvals:
    """Each method answers with the id of the work order, and raises ROLE_NOT_ALLOWED, WORK_ORDER_CLOSED."""

    def __init__(self, gate: Gate) -> None:
        """The gate comes from `build.py`."""
        self._gate = gate

    async def ask(self, intent: Intent, work_order_id: str, approver_user_id: str) -> Done:
        """Ask somebody; asking again while the answer is pending is a repeat, after an answer it asks anew."""

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            approver = require_user(tx, act.company_id, approver_user_id, "approver_user_id")
            found = tx.approvals.find(order.id, approver_user_id)
            if found is not None and found.status is ApprovalStatus.PENDING:
                return Done(order.id, replayed=True)
            require_role(ApprovalDeed.ASK, act.roles)
            require_approver(approver.role)
            require_version(order, intent.versions)
            require_open(order)
            if found is not None:
                tx.approvals.delete(order.id, approver_user_id)
            sha256 = hash_content(tx, order)
            tx.approvals.add(_asked(act, order.id, approver_user_id, sha256))
            old = found.status if found else None
            changes = {f"approvals.{approver_user_id}": (old, ApprovalStatus.PENDING)}
            about = {"approver_user_id": approver_user_id, "content_sha256": sha256}
            version = record(tx, act, order, EntryType.APPROVAL_REQUESTED, changes, None, **about)
            return Done(order.id, version=version)

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def decide(
        self,
        intent: Intent,
        work_order_id: str,
        approver_user_id: str,
        status: ApprovalStatus,
        comment: str | None,
        seen_sha256: str | None = None,
    ) -> Done:
        """Approve or reject, as the approver only (else NOT_YOURSELF); NotFound when nobody asked.

        `seen_sha256` is the content that the approver saw, where that is known. Raises INVALID_BODY where a reason is
        needed, FOUR_EYES, PRECONDITION_FAILED, CONTENT_CHANGED.
        """

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            found = tx.approvals.find(order.id, approver_user_id)
            if found is None:
                raise NotFound
            if act.actor_id != approver_user_id:
                raise Forbidden("NOT_YOURSELF")
            if found.status is status and found.comment == comment:
                return Done(order.id, replayed=True)
            about = _require_decidable(tx, act, order, status, comment)
            require_version(order, intent.versions)
            require_open(order)
            sha256 = hash_content(tx, order)
            require_same_content(seen_sha256, sha256)
            decided = {"status": status, "comment": comment, "last_updated_at": act.now, "content_sha256": sha256}
            tx.approvals.change(order.id, approver_user_id, **decided)
            changes = {f"approvals.{approver_user_id}": (found.status, status)}
            about |= {"approver_user_id": approver_user_id, "comment": comment, "content_sha256": sha256}
            return Done(order.id, version=record(tx, act, order, _ENTRY_OF[status], changes, None, **about))

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def withdraw(
        self, intent: Intent, work_order_id: str, approver_user_id: str, reason: str | None = None
    ) -> Done:
        """Take the question back; NotFound when nobody asked.

        Once it was answered, with a reason only (INVALID_BODY), and not by those whose work it is (FOUR_EYES).
        """

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            found = tx.approvals.find(order.id, approver_user_id)
            if found is None:
                raise NotFound
            require_role(ApprovalDeed.WITHDRAW, act.roles)
            about = _require_withdrawable(tx, act, order, approver_user_id, reason)
            require_version(order, intent.versions)
            require_open(order)
            tx.approvals.delete(order.id, approver_user_id)
            changes = {f"approvals.{approver_user_id}": (found.status, None)}
            about |= {"approver_user_id": approver_user_id, "reason": reason}
            return Done(order.id, version=record(tx, act, order, EntryType.APPROVAL_WITHDRAWN, changes, None, **about))

        return await self._gate.write(intent, command, work_order_id=work_order_id)


def _require_withdrawable(
    tx: Transaction, act: Act, order: WorkOrder, approver_user_id: str, reason: str | None
) -> dict[str, object]:
    """As `_require_decidable`: what was asked by mistake is taken back freely, what was said is not."""
    answers = tx.activity.of_types([order.id], list(_ENTRY_OF.values()))
    if all(said_in(entry)["approver_user_id"] != approver_user_id for entry in answers):
        return {}
    rules = tx.company_rules.of_company(act.company_id)
    if rules.reasons_required:
        require_reason(reason, "reason")
    return _of_four_eyes(rules, act, order)


def _require_decidable(
    tx: Transaction, act: Act, order: WorkOrder, status: ApprovalStatus, comment: str | None
) -> dict[str, object]:
    """What the entry says of a rule that was relaxed; raises for a missing reason, then for who may not."""
    rules = tx.company_rules.of_company(act.company_id)
    if status is ApprovalStatus.REJECTED:
        if rules.reasons_required:
            require_reason(comment, "comment")
        require_role(ApprovalDeed.REJECT, act.roles)
        return {}
    require_role(ApprovalDeed.APPROVE, act.roles)
    return _of_four_eyes(rules, act, order)


def _of_four_eyes(rules: CompanyRules, act: Act, order: WorkOrder) -> dict[str, object]:
    people = (act.actor_id, act.caller_id or act.actor_id)
    if rules.four_eyes:
        require_four_eyes(order, *people)
        return {}
    return {"four_eyes": False} if is_own_work(order, *people) else {}


def _asked(act: Act, work_order_id: str, approver_user_id: str, content_sha256: str) -> Approval:
    return Approval(
        work_order_id,
        approver_user_id,
        act.company_id,
        requested_by_user_id=act.actor_id,
        requested_at=act.now,
        status=ApprovalStatus.PENDING,
        last_updated_at=act.now,
        content_sha256=content_sha256,
    )
