from fettle.services.rows import After, Page, Transaction
from tests.db.records import Records


def test_the_log_comes_by_seq(tx: Transaction, records: Records) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    entries = [records.new_entry(order, seq) for seq in range(1, 6)]
    for entry in [*reversed(entries), records.new_entry(other, 1)]:
        tx.activity.add(entry)
    assert tx.activity.of_orders([order.id]) == entries
    assert tx.activity.page(order.id, Page(2)) == entries[:2]
    assert tx.activity.page(order.id, Page(2, After(2, entries[1].id))) == entries[2:4]
    assert tx.activity.page(order.id, Page(2, None, 4)) == entries[4:]
    assert tx.activity.count(order.id) == 5


def test_the_log_of_many_orders_comes_order_by_order(tx: Transaction, records: Records) -> None:
    orders = sorted(records.add_order(tx).id for _ in range(3))
    for seq in (2, 1):
        for order_id in orders:
            order = tx.work_orders.get_for_change(records.company.id, order_id)
            tx.activity.add(records.new_entry(order, seq))
    found = [(entry.work_order_id, entry.seq) for entry in tx.activity.of_orders(orders)]
    assert found == [(order_id, seq) for order_id in orders for seq in (1, 2)]
    assert tx.activity.of_orders([]) == []
