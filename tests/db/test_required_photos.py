"""Required photos as rows, and the one statement that counts what there is of them."""

from typing import Any

from fettle.domain.evidence import Kind, State
from fettle.domain.late_photos import LatePhoto, LateState
from fettle.domain.required_photos import RequiredPhoto
from fettle.domain.work_orders import WorkOrder
from fettle.services.rows import Transaction
from tests.db.records import Records


def _require(tx: Transaction, order: WorkOrder, **min_counts: int) -> list[RequiredPhoto]:
    rows = [
        RequiredPhoto(order.id, position, order.company_id, step, step.title(), min_count)
        for position, (step, min_count) in enumerate(min_counts.items(), 1)
    ]
    tx.required_photos.set(order.id, rows)
    return rows


def _add(tx: Transaction, records: Records, order: WorkOrder, seq: int, step: str | None, **values: Any) -> str:
    evidence = records.new_evidence(order, seq, step=step, **values)
    tx.evidence.add(evidence)
    return evidence.id


def test_the_whole_list_is_set_in_its_order(tx: Transaction, records: Records) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    kept = _require(tx, other, before=1)
    _require(tx, order, before=1, after=2)
    rows = _require(tx, order, after=2, during=1, before=9)
    assert tx.required_photos.of_order(order.id) == rows
    assert tx.required_photos.of_order(other.id) == kept
    tx.required_photos.set(order.id, [])
    assert tx.required_photos.of_order(order.id) == []


def test_only_what_is_there_counts(tx: Transaction, records: Records) -> None:
    order = records.add_order(tx)
    _require(tx, order, before=2, after=1)
    for seq, state in enumerate((State.STORED, State.STORED, State.REFERENCED, State.MISSING, State.DAMAGED), 2):
        _add(tx, records, order, seq, "before", state=state)
    _add(tx, records, order, 7, "before", state=State.STORED, deleted_at=1, deleted_by_user_id=records.user.id)
    _add(tx, records, order, 8, "Before", state=State.STORED)
    _add(tx, records, order, 9, None, state=State.STORED)
    _add(tx, records, order, 10, "before", state=State.STORED, kind=Kind.ATTACHMENT)
    found = tx.required_photos.progress([order.id])
    assert [(each.step, each.label, each.min_count, each.stored, each.awaited) for each in found] == [
        ("before", "Before", 2, 2, 1),
        ("after", "After", 1, 0, 0),
    ]


def test_a_late_photo_counts_once_it_is_accepted(tx: Transaction, records: Records) -> None:
    order = records.add_order(tx)
    _require(tx, order, before=1)
    for seq, state in enumerate(LateState, 2):
        evidence_id = _add(tx, records, order, seq, "before", state=State.STORED)
        tx.late_photos.add(LatePhoto(evidence_id, records.company.id, order.id, state))
    assert [each.stored for each in tx.required_photos.progress([order.id])] == [1]


def test_each_order_is_counted_by_itself(tx: Transaction, records: Records) -> None:
    orders = [records.add_order(tx) for _ in range(3)]
    for order, stored in zip(orders, (1, 2, 0), strict=True):
        for seq in range(2, 2 + stored):
            _add(tx, records, order, seq, "before", state=State.STORED)
    _require(tx, orders[0], before=1)
    _require(tx, orders[2], after=1, before=1)
    found = tx.required_photos.progress([order.id for order in orders])
    assert {(each.work_order_id, each.step): each.stored for each in found} == {
        (orders[0].id, "before"): 1,
        (orders[2].id, "after"): 0,
        (orders[2].id, "before"): 0,
    }
    assert tx.required_photos.progress([]) == []
    assert tx.required_photos.progress([orders[1].id]) == []
