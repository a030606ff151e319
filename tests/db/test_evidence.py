import msgspec
import pytest

from fettle.domain.content import ContentAttachment
from fettle.domain.evidence import Evidence, Kind, State, Type
from fettle.services.rows import After, Page, Transaction
from tests.db.records import Records, new_id
from tests.db.test_files import add_file


def add(tx: Transaction, *entries: Evidence) -> None:
    for entry in entries:
        tx.evidence.add(entry)


def test_an_entry_comes_back_as_it_was(tx: Transaction, records: Records) -> None:
    order = records.add_order(tx)
    entry = records.new_evidence(
        order,
        1,
        value="é" * 500_000,
        step="before",
        object_key="site/1/photo.jpg",
        cdn_url="https://cdn.example/a?b=%25&c='",
        taken_at=1,
        taken_at_text="2026-01-02T03:04:05.600+02:00",
        completed_key=new_id(),
        deleted_at=2,
        deleted_by_user_id=records.user.id,
        deletion_reason="twice",
    )
    tx.evidence.add(entry)
    assert tx.evidence.find(records.company.id, order.id, entry.id) == entry
    assert tx.evidence.find_by_id(entry.id) == entry


def test_entries_stay_within_company_and_order(tx: Transaction, records: Records, strangers: Records) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    entry = records.new_evidence(order, 1)
    tx.evidence.add(entry)
    assert tx.evidence.find(strangers.company.id, order.id, entry.id) is None
    assert tx.evidence.find(records.company.id, other.id, entry.id) is None
    assert tx.evidence.find_by_file_name(strangers.company.id, order.id, entry.file_name) is None
    assert tx.evidence.find_by_file_name(records.company.id, other.id, entry.file_name) is None
    assert tx.evidence.find_repeat(other.id, entry.repeat_key) is None


def test_a_file_name_finds_the_living_entry_or_else_the_newest_deleted(tx: Transaction, records: Records) -> None:
    order, name = records.add_order(tx), new_id()
    old = records.new_evidence(order, 1, file_name=name, deleted_at=5)
    new = records.new_evidence(order, 2, file_name=name, deleted_at=7)
    living = records.new_evidence(order, 3, file_name=name)
    add(tx, old, new)
    assert tx.evidence.find_by_file_name(records.company.id, order.id, name) == new
    add(tx, living)
    assert tx.evidence.find_by_file_name(records.company.id, order.id, name) == living
    assert tx.files.evidence_of(name) == [old, new, living]


def test_a_repeat_is_found_by_either_key_until_it_is_deleted(tx: Transaction, records: Records) -> None:
    order = records.add_order(tx)
    entry = records.new_evidence(order, 1, repeat_key="a", completed_key="b")
    tx.evidence.add(entry)
    assert tx.evidence.find_repeat(order.id, "a") == entry
    assert tx.evidence.find_repeat(order.id, "b") == entry
    assert tx.evidence.find_repeat(order.id, "c") is None
    tx.evidence.change(entry.id, deleted_at=1)
    assert tx.evidence.find_repeat(order.id, "a") is None
    assert tx.evidence.find_repeat(order.id, "b") is None
    tx.evidence.add(records.new_evidence(order, 2, repeat_key="a"))


def test_a_repeat_is_not_added_again_until_the_first_is_deleted(tx: Transaction, records: Records) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    entry, again = (records.new_evidence(order, seq, repeat_key="a") for seq in (1, 2))
    assert tx.evidence.add_unless_repeated(entry)
    assert not tx.evidence.add_unless_repeated(again)
    assert tx.evidence.of_orders([order.id]) == [entry]
    assert tx.evidence.add_unless_repeated(records.new_evidence(other, 1, repeat_key="a"))
    tx.evidence.change(entry.id, deleted_at=1)
    assert tx.evidence.add_unless_repeated(again)


def test_a_change_touches_what_it_names(tx: Transaction, records: Records) -> None:
    order = records.add_order(tx)
    entry, other = records.new_evidence(order, 1), records.new_evidence(order, 2)
    add(tx, entry, other)
    tx.evidence.change(entry.id, state=State.STORED, cdn_url="https://x.example/")
    changed = msgspec.structs.replace(entry, state=State.STORED, cdn_url="https://x.example/")
    assert tx.evidence.of_orders([order.id]) == [changed, other]


def test_entries_of_orders_come_by_seq(tx: Transaction, records: Records) -> None:
    orders = [records.add_order(tx) for _ in range(5)]
    for seq in (3, 1, 2):
        add(tx, *(records.new_evidence(order, seq) for order in orders))
    asked = [order.id for order in orders[:3]]
    found = tx.evidence.of_orders(asked)
    assert [(entry.work_order_id, entry.seq) for entry in found] == [
        (order_id, seq) for order_id in sorted(asked) for seq in (1, 2, 3)
    ]
    assert tx.evidence.of_orders([]) == []


@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize("kind", [None, Kind.ATTACHMENT, Kind.PHOTO])
def test_pages_are_the_filtered_list(
    tx: Transaction,
    records: Records,
    kind: Kind | None,
    deleted: bool,  # noqa: FBT001 - a case
) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    kinds = [(Kind.ATTACHMENT, Type.TEXT), (Kind.ATTACHMENT, Type.IMAGE), (Kind.PHOTO, Type.IMAGE)]
    entries = [
        records.new_evidence(order, seq, kind=kinds[seq % 3][0], type=kinds[seq % 3][1], deleted_at=seq % 2 or None)
        for seq in range(1, 13)
    ]
    add(tx, *reversed(entries), records.new_evidence(other, 1))
    held = [entry for entry in entries if deleted or entry.deleted_at is None]
    if kind is Kind.PHOTO:
        held = [entry for entry in held if entry.kind is kind or entry.type is Type.IMAGE]
    elif kind is not None:
        held = [entry for entry in held if entry.kind is kind]
    assert tx.evidence.page(order.id, kind, Page(2, None, 1), deleted=deleted) == held[1:3]
    place = After(held[1].seq, held[1].id)
    assert tx.evidence.page(order.id, kind, Page(50, place), deleted=deleted) == held[2:]
    assert tx.evidence.count(order.id, kind, deleted=deleted) == len(held)


def test_the_content_of_an_order_is_its_living_attachments_with_their_hashes(
    tx: Transaction, records: Records, strangers: Records
) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    file, foreign = add_file(tx, records), add_file(tx, strangers)
    plan = {"kind": Kind.ATTACHMENT, "type": Type.FILE}
    stored = records.new_evidence(order, 1, **plan, file_name=file.name, value="as drawn")
    awaited = records.new_evidence(order, 2, **plan)
    of_another_company = records.new_evidence(order, 3, **plan, file_name=foreign.name)
    deleted = records.new_evidence(order, 4, **plan, deleted_at=1)
    add(tx, stored, awaited, of_another_company, deleted, records.new_evidence(order, 5))
    add(tx, records.new_evidence(other, 1, **plan))
    hashes = {stored.id: file.sha256, awaited.id: None, of_another_company.id: None}
    expected = [
        ContentAttachment(each.id, each.name, each.type, each.value, hashes[each.id])
        for each in (stored, awaited, of_another_company)
    ]
    assert tx.evidence.content_of(order.id) == sorted(expected, key=lambda each: each.id)
