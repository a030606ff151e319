import msgspec
import pytest

from fettle.domain.catalogue import Component, ComponentType, Dataset, DataType, PartNumber
from fettle.services.rows import After, Page, Transaction
from tests.db.records import Records, new_id


def add_component(tx: Transaction, records: Records, name: str, *, is_active: bool = True) -> Component:
    component = Component(new_id(), records.company.id, name, ComponentType.LOT, is_active, 1)
    tx.catalogue.add_component(component)
    return component


def add_part_number(tx: Transaction, records: Records, text: str) -> PartNumber:
    part_number = PartNumber(
        new_id(), records.company.id, text, records.component.id, None, is_active=True, created_at=1
    )
    tx.catalogue.add_part_number(part_number)
    return part_number


def test_components(tx: Transaction, records: Records, strangers: Records) -> None:
    added = [add_component(tx, records, name, is_active=name != "b") for name in ("b", "A", "é", "a")]
    listed = sorted([*added, records.component], key=lambda component: (component.name, component.id))
    company_id = records.company.id
    assert tx.catalogue.components(company_id) == listed
    assert tx.catalogue.components(company_id, Page(2, After(listed[0].name, listed[0].id))) == listed[1:3]
    assert tx.catalogue.components(company_id, is_active=False) == [added[0]]
    assert tx.catalogue.components(company_id, Page(9), is_active=True, name="a") == [added[3]]
    assert tx.catalogue.count_components(company_id, is_active=True) == 4
    assert tx.catalogue.find_component(strangers.company.id, added[0].id) is None
    tx.catalogue.change_component(added[0].id, name="c", last_edited_user_id=records.user.id)
    changed = msgspec.structs.replace(added[0], name="c", last_edited_user_id=records.user.id)
    assert tx.catalogue.find_component(company_id, added[0].id) == changed


def test_part_numbers(tx: Transaction, records: Records, strangers: Records) -> None:
    added = [add_part_number(tx, records, text) for text in ("Z", "a", "Q-1")]
    listed = sorted([*added, records.part_number], key=lambda part_number: part_number.part_number)
    company_id = records.company.id
    assert tx.catalogue.part_numbers(company_id) == listed
    place = After(listed[1].part_number, listed[1].id)
    assert tx.catalogue.part_numbers(company_id, Page(1, place)) == listed[2:3]
    assert tx.catalogue.part_numbers(company_id, part_number="Z") == [added[0]]
    assert tx.catalogue.part_numbers(company_id, description=None) == sorted(
        added, key=lambda part_number: part_number.part_number
    )
    assert tx.catalogue.count_part_numbers(company_id, component_id=records.component.id) == 4
    assert tx.catalogue.find_part_number(strangers.company.id, added[0].id) is None
    tx.catalogue.change_part_number(added[0].id, is_active=False)
    changed = msgspec.structs.replace(added[0], is_active=False)
    assert tx.catalogue.find_part_number(company_id, added[0].id) == changed


def test_found_by_a_part_of_the_text(tx: Transaction, records: Records, strangers: Records) -> None:
    valve, gone = add_component(tx, records, "Valve 100%_!"), add_component(tx, records, "valve off", is_active=False)
    other = add_component(tx, records, "Bilge valve")
    company_id = records.company.id
    assert tx.catalogue.find_components(company_id, "VALVE", 9) == [other, valve]
    assert tx.catalogue.find_components(company_id, "VALVE", 1) == [other]
    assert tx.catalogue.find_components(company_id, "0%_!", 9) == [valve]
    assert tx.catalogue.find_components(company_id, "v%e", 9) == []
    assert tx.catalogue.find_components(strangers.company.id, "valve", 9) == []
    assert gone not in tx.catalogue.find_components(company_id, "", 99)
    part_number = add_part_number(tx, records, "AB_1")
    assert tx.catalogue.find_part_numbers(company_id, records.component.id, "b_", 9) == [part_number]
    assert tx.catalogue.find_part_numbers(company_id, valve.id, "b_", 9) == []


def test_a_filter_takes_no_name_that_is_no_field(tx: Transaction, records: Records) -> None:
    with pytest.raises(KeyError):
        tx.catalogue.components(records.company.id, None, **{"1 = 1 OR name": "x"})
    with pytest.raises(KeyError):
        tx.catalogue.count_part_numbers(records.company.id, colour="x")


def test_a_filter_cannot_name_another_company(tx: Transaction, records: Records, strangers: Records) -> None:
    assert tx.catalogue.components(records.company.id, id=strangers.component.id) == []
    with pytest.raises(TypeError):
        tx.catalogue.components(records.company.id, company_id=strangers.company.id)  # type: ignore[misc]  # the point


def test_a_dataset_is_found_or_added(tx: Transaction, records: Records, strangers: Records) -> None:
    company_id = records.company.id
    dataset = Dataset(new_id(), company_id, "torque", DataType.CHECKBOX, 1, 0.1, 2.5e-300, "N·m", is_active=False)
    assert tx.catalogue.find_or_add_dataset(dataset) == dataset
    again = msgspec.structs.replace(dataset, id=new_id(), unit="other")
    assert tx.catalogue.find_or_add_dataset(again) == dataset
    other_type = msgspec.structs.replace(dataset, id=new_id(), data_type=DataType.UID)
    assert tx.catalogue.find_or_add_dataset(other_type) == other_type
    assert tx.catalogue.find_dataset(company_id, dataset.id) == dataset
    assert tx.catalogue.find_dataset(strangers.company.id, dataset.id) is None
    assert tx.catalogue.find_dataset_by_name(company_id, "torque", DataType.UID) == other_type
    assert tx.catalogue.find_dataset_by_name(strangers.company.id, "torque", DataType.UID) is None


def test_datasets_are_listed_and_changed(tx: Transaction, records: Records) -> None:
    company_id = records.company.id
    dataset = Dataset(new_id(), company_id, "a", DataType.LINK, 1)
    tx.catalogue.find_or_add_dataset(dataset)
    assert tx.catalogue.datasets(company_id) == [dataset, records.dataset]
    tx.catalogue.change_dataset(dataset.id, lsl=1.0, usl=3.0, unit="bar")
    changed = msgspec.structs.replace(dataset, lsl=1.0, usl=3.0, unit="bar")
    assert tx.catalogue.datasets(company_id, data_type=DataType.LINK) == [changed]
