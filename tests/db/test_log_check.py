"""A whole log as rows: read by order and by place, with what should not be there."""

import msgspec

from fettle.domain.checkpoints import Checkpoint
from fettle.domain.completions import Method, Signature
from fettle.domain.late_photos import LatePhoto, LateState
from fettle.domain.merkle_growth import StoredNode
from fettle.domain.required_photos import RequiredPhoto
from fettle.services.rows import Transaction
from tests.db.records import Records


def test_entries_come_by_order_and_version(tx: Transaction, records: Records, strangers: Records) -> None:
    company = records.company.id
    orders = sorted((records.add_order(tx) for _ in range(2)), key=lambda order: order.id)
    theirs = strangers.add_order(tx)
    tx.activity.add(strangers.new_entry(theirs, 1))
    entries = [records.new_entry(order, seq) for order in orders for seq in (1, 2, 3)]
    for entry in reversed(entries):
        tx.activity.add(entry)
    assert tx.log_check.entries(company, "", 0, 10) == entries
    assert tx.log_check.entries(company, orders[0].id, 2, 2) == entries[2:4]
    assert tx.log_check.entries(company, orders[1].id, 3, 10) == []
    assert tx.log_check.unplaced(company) == 6
    assert tx.log_check.without_order(company) == []
    assert tx.log_check.without_entries(company) == []
    bare = records.add_order(tx)
    assert tx.log_check.without_entries(company) == [bare.wo_number]


def test_leaves_nodes_and_strays(tx: Transaction, records: Records) -> None:
    company, order = records.company.id, records.add_order(tx)
    for seq in range(1, 6):
        tx.activity.add(records.new_entry(order, seq))
    tx.log.place(company, tx.log.lock(company), 4)
    leaves = tx.log_check.leaves(company, 1, 9)
    assert [(leaf.level, leaf.place) for leaf in leaves] == [(0, 1), (0, 2), (0, 3)]
    assert leaves[0].sha256 == tx.log.entries(company, 1, 2)[0].sha256
    tx.log.add_node(company, 8, 1, b"\1" * 32)
    tx.log.add_node(company, 9, 0, b"\2" * 32)
    assert tx.log_check.nodes(company, 8, 0, 5) == [StoredNode(8, 1, "01" * 32)]
    assert tx.log_check.strays(company, (8, 16), 512) == [StoredNode(9, 0, "02" * 32)]
    assert [(row.level, row.place) for row in tx.log_check.strays(company, (8, 9), 300)] == [(8, 1), (9, 0)]
    assert [(row.level, row.place) for row in tx.log_check.strays(company, (8, 9), 3)][2:] == [(0, 3)]
    assert tx.log_check.unplaced(company) == 1


def test_checkpoints_come_by_size(tx: Transaction, records: Records) -> None:
    company = records.company.id
    assert tx.log_check.largest_checkpoint(company) == -1
    made = [Checkpoint(company, size, "00", 1, note) for size, note in ((0, "a"), (5, "b"), (5, "c"), (9, "d"))]
    for checkpoint in reversed(made):
        tx.log.add_checkpoint(checkpoint)
    assert tx.log_check.checkpoints(company, -1, 5) == made[:3]
    assert tx.log_check.checkpoints(company, 0, 9) == made[1:]
    assert tx.log_check.largest_checkpoint(company) == 9


def test_rows_of_many_orders(tx: Transaction, records: Records, strangers: Records) -> None:
    company = records.company.id
    orders = [records.add_order(tx) for _ in range(3)]
    ids = [order.id for order in orders]
    assert {order.id for order in tx.log_check.orders(company, [*ids, strangers.add_order(tx).id])} == set(ids)
    required = [RequiredPhoto(ids[1], position, company, f"s{position}", "Label", 1) for position in (1, 2)]
    tx.required_photos.set(ids[1], required)
    assert tx.log_check.required_photos(ids) == required
    photo = records.new_evidence(orders[2], 1)
    tx.evidence.add(msgspec.structs.replace(photo, company_id=company))
    late = LatePhoto(photo.id, company, ids[2], LateState.LATE)
    tx.late_photos.add(late)
    assert tx.log_check.late_photos(ids) == [late]


def test_signatures_come_as_they_stand(tx: Transaction, records: Records) -> None:
    orders = [records.add_order(tx) for _ in range(3)]
    for order in orders:
        said = (records.company.id, records.user.id, 7, Method.PASSKEY, "s", "c", "e", None, "{}")
        tx.signatures.add(Signature(order.id, 4, *said))
    found = tx.log_check.signatures([order.id for order in orders[:2]])
    assert {each.work_order_id for each in found} == {order.id for order in orders[:2]}
    assert tx.signatures.of_order(found[0].work_order_id) == [found[0]]
