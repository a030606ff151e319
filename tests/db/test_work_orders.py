import msgspec
import pytest

from fettle.domain.errors import WorkOrderNotFound
from fettle.domain.work_orders import Status
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def test_an_order_comes_back_as_it_was(tx: Transaction, records: Records) -> None:
    order = records.add_order(
        tx,
        name="Ölwechsel 🔧 %_'\"",
        description="…",
        part_number_id=records.part_number.id,
        assignee_user_id=records.user.id,
        deadline=253_370_764_800_000_000,
        created_at=-1,
        last_edited_at=0,
        quantity=2_147_483_647,
        status=Status.PRODUCTION,
    )
    assert tx.work_orders.find(records.company.id, order.id) == order
    assert tx.work_orders.find(records.company.id, order.wo_number) == order
    assert tx.work_orders.get_for_change(records.company.id, order.id) == order


def test_another_companys_order_is_not_found(tx: Transaction, records: Records, strangers: Records) -> None:
    order = records.add_order(tx)
    assert tx.work_orders.find(strangers.company.id, order.id) is None
    assert tx.work_orders.find(strangers.company.id, order.wo_number) is None
    with pytest.raises(WorkOrderNotFound):
        tx.work_orders.get_for_change(strangers.company.id, order.id)


def test_a_number_beyond_any_order_is_not_found(tx: Transaction, records: Records) -> None:
    assert tx.work_orders.find(records.company.id, 9_999_999_999) is None
    assert tx.work_orders.find(records.company.id, new_id()) is None


def test_a_change_touches_what_it_names(tx: Transaction, records: Records) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    tx.work_orders.change(order.id, status=Status.REVIEW, version=2, deadline=5)
    assert tx.work_orders.find(records.company.id, order.id) == msgspec.structs.replace(
        order, status=Status.REVIEW, version=2, deadline=5
    )
    assert tx.work_orders.find(records.company.id, other.id) == other


def test_a_change_of_nothing_is_none(tx: Transaction, records: Records) -> None:
    order = records.add_order(tx)
    tx.work_orders.change(order.id)
    assert tx.work_orders.find(records.company.id, order.id) == order


@pytest.mark.parametrize("name", ["no_such_column", "name = name; --", "deadline_or_last"])
def test_a_change_takes_no_name_that_is_no_field(tx: Transaction, records: Records, name: str) -> None:
    with pytest.raises(KeyError):
        tx.work_orders.change(records.add_order(tx).id, **{name: "x"})


def test_numbers_count_up_within_a_company(tx: Transaction, records: Records, strangers: Records) -> None:
    assert [tx.work_orders.next_number(records.company.id) for _ in range(3)] == [1, 2, 3]
    assert tx.work_orders.next_number(strangers.company.id) == 1
    with pytest.raises(LookupError):
        tx.work_orders.next_number(new_id())
