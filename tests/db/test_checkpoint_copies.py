"""Copies of checkpoints as rows: one for each destination, and what is delivered stays so."""

from fettle.domain.checkpoint_copies import CheckpointCopy, Destination, Fault
from fettle.domain.checkpoints import Checkpoint
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def add_copy(tx: Transaction, records: Records, size: int, destination: Destination) -> CheckpointCopy:
    checkpoint = Checkpoint(records.company.id, size, "00" * 32, size * 10, f"note {size}")
    if tx.log.find_checkpoint(records.company.id, size, checkpoint.note) is None:
        tx.log.add_checkpoint(checkpoint)
    copy = CheckpointCopy(new_id(), records.company.id, size, checkpoint.note, destination, checkpoint.made_at)
    assert tx.checkpoint_copies.add_unless_there(copy)
    return copy


def test_a_checkpoint_has_one_copy_for_each_destination(tx: Transaction, records: Records, strangers: Records) -> None:
    copy, other = (add_copy(tx, records, 3, destination) for destination in (Destination.S3, Destination.FOLDER))
    again = CheckpointCopy(new_id(), copy.company_id, copy.size, copy.note, copy.destination, copy.made_at)
    assert not tx.checkpoint_copies.add_unless_there(again)
    later = add_copy(tx, records, 5, Destination.S3)
    assert tx.checkpoint_copies.find(copy.id) == copy
    assert tx.checkpoint_copies.find(again.id) is None
    assert tx.checkpoint_copies.of_sizes(records.company.id, 3, 5) == [other, copy, later]
    assert tx.checkpoint_copies.of_sizes(records.company.id, 4, 9) == [later]
    assert tx.checkpoint_copies.of_sizes(strangers.company.id, 0, 9) == []


def test_a_delivered_copy_does_not_change(tx: Transaction, records: Records) -> None:
    copy = add_copy(tx, records, 3, Destination.TIMESTAMP)
    tx.checkpoint_copies.note_failure(copy.id, Fault.TIMED_OUT)
    failed = tx.checkpoint_copies.find(copy.id)
    assert failed is not None
    assert (failed.attempts, failed.last_error, failed.delivered_at) == (1, Fault.TIMED_OUT, None)
    tx.checkpoint_copies.note_delivery(copy.id, 99, "token")
    delivered = tx.checkpoint_copies.find(copy.id)
    assert delivered is not None
    assert (delivered.attempts, delivered.last_error) == (2, None)
    assert (delivered.delivered_at, delivered.proof) == (99, "token")
    tx.checkpoint_copies.note_failure(copy.id, Fault.REFUSED)
    tx.checkpoint_copies.note_delivery(copy.id, 100, "another")
    assert tx.checkpoint_copies.find(copy.id) == delivered


def test_the_oldest_that_waits_is_known(tx: Transaction, records: Records, strangers: Records) -> None:
    before = tx.checkpoint_copies.waiting_since()
    assert before == {}
    first, _, _ = (add_copy(tx, records, size, Destination.S3) for size in (3, 4, 5))
    add_copy(tx, strangers, 9, Destination.WEBHOOK)
    assert tx.checkpoint_copies.waiting_since() == {Destination.S3: 30, Destination.WEBHOOK: 90}
    tx.checkpoint_copies.note_delivery(first.id, 99, None)
    assert tx.checkpoint_copies.waiting_since()[Destination.S3] == 40


def test_the_newest_stamps_are_those_that_came(tx: Transaction, records: Records, strangers: Records) -> None:
    company, stamped = records.company.id, []
    for size in range(1, 8):
        for destination in (Destination.FOLDER, Destination.TIMESTAMP):
            copy = add_copy(tx, records, size, destination)
            if size != 6:
                tx.checkpoint_copies.note_delivery(copy.id, 99, "proof")
        stamped.append(copy.id)
    find = tx.checkpoint_copies.newest_stamps
    assert [copy.id for copy in find(company, 7, 2)] == [stamped[6], stamped[4]]
    assert [copy.id for copy in find(company, 6, 9)] == [stamped[4], stamped[3], stamped[2], stamped[1], stamped[0]]
    assert find(strangers.company.id, 7, 9) == []
