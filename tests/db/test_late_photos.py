from fettle.domain.activity import EntryType
from fettle.domain.late_photos import LatePhoto, LateState
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def test_a_late_photo_is_decided_on(tx: Transaction, records: Records) -> None:
    order = records.new_order()
    tx.work_orders.add(order)
    evidence = records.new_evidence(order, 2)
    tx.evidence.add(evidence)
    late = LatePhoto(evidence.id, records.company.id, order.id, LateState.LATE)
    tx.late_photos.add(late)
    assert tx.late_photos.find(order.id, evidence.id) == late
    assert tx.late_photos.find(new_id(), evidence.id) is None
    tx.late_photos.change(evidence.id, state=LateState.REJECTED, reason="blurred", decided_at=5)
    (found,) = tx.late_photos.of_evidence([evidence.id, new_id()])
    assert (found.state, found.reason, found.decided_at) == (LateState.REJECTED, "blurred", 5)
    assert tx.late_photos.of_evidence([]) == []


def test_when_something_happened_last(tx: Transaction, records: Records) -> None:
    order = records.new_order()
    tx.work_orders.add(order)
    assert tx.activity.last_at(order.id, EntryType.STATUS_CHANGED) is None
    entry = records.new_entry(order, 1)
    tx.activity.add(entry)
    assert tx.activity.last_at(order.id, entry.type) == entry.added_at
