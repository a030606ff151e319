import msgspec

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.work_orders import Status
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


def test_what_waits_for_an_answer_is_open_and_pending_the_most_urgent_first(
    tx: Transaction, records: Records, strangers: Records
) -> None:
    approver = records.new_user()
    tx.people.add_user(approver)
    later, soon, _, _, answered = orders = [
        records.add_order(tx, deadline=deadline, status=status)
        for deadline, status in (
            *((None, Status.REVIEW), (7, Status.DRAFT)),
            *((1, Status.COMPLETE), (2, Status.CANCELED), (3, Status.REVIEW)),
        )
    ]
    for order in orders:
        people = (order.id, approver.id, records.company.id, records.user.id)
        tx.approvals.add(Approval(*people, 1, ApprovalStatus.PENDING, 1))
    tx.approvals.change(answered.id, approver.id, status=ApprovalStatus.APPROVED)
    ask(tx, records, records.add_order(tx).id, 1)
    assert tx.work_orders.awaiting(records.company.id, approver.id, 9) == [soon, later]
    assert tx.work_orders.awaiting(records.company.id, approver.id, 1) == [soon]
    assert tx.work_orders.count_awaiting(records.company.id, approver.id) == 2
    assert tx.work_orders.awaiting(strangers.company.id, approver.id, 9) == []
    assert tx.work_orders.count_awaiting(strangers.company.id, approver.id) == 0
