import msgspec

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.services.rows import Transaction
from tests.db.records import Records


def ask(tx: Transaction, records: Records, work_order_id: str, at: int) -> Approval:
    approver = records.new_user()
    tx.people.add_user(approver)
    approval = Approval(
        *(work_order_id, approver.id, records.company.id, records.user.id, at, ApprovalStatus.PENDING, at)
    )
    tx.approvals.add(approval)
    return approval


def test_an_approval_is_asked_answered_and_withdrawn(tx: Transaction, records: Records) -> None:
    order_id = records.add_order(tx).id
    approval = ask(tx, records, order_id, 1)
    approver_id = approval.approver_user_id
    assert tx.approvals.find(order_id, approver_id) == approval
    answer = {"status": ApprovalStatus.REJECTED, "comment": "non", "last_updated_at": 9}
    tx.approvals.change(order_id, approver_id, **answer)
    assert tx.approvals.find(order_id, approver_id) == msgspec.structs.replace(approval, **answer)
    tx.approvals.delete(order_id, approver_id)
    assert tx.approvals.find(order_id, approver_id) is None


def test_approvals_come_in_the_order_in_which_they_were_asked(tx: Transaction, records: Records) -> None:
    first, second = sorted(records.add_order(tx).id for _ in range(2))
    asked = [ask(tx, records, order_id, at) for order_id in (first, second) for at in (1, 2, 3)]
    assert tx.approvals.of_orders([second, first]) == asked
    assert tx.approvals.of_orders([second]) == asked[3:]
    assert tx.approvals.of_orders([]) == []
