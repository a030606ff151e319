"""Components and part numbers."""

from typing import Any

import pytest

from fettle.domain.catalogue import ComponentType
from fettle.domain.errors import Conflict, Forbidden, Invalid, NotFound
from fettle.domain.people import Role, Scope
from fettle.services.catalogue import NewComponent, NewPartNumber
from fettle.services.gate import Intent
from fettle.services.rows import Page
from tests.services.conftest import Company, make_company


async def make_component(company: Company, name: str = "Bracket", *, is_active: bool = True) -> str:
    new = NewComponent(name, ComponentType.SN, is_active)
    return (await company.parts.services.catalogue.create_component(company.intent(Scope.CATALOGUE), new)).id


async def make_part_number(company: Company, component_id: str, text: str = "BR-100") -> str:
    new = NewPartNumber(text, component_id, "Steel")
    return (await company.parts.services.catalogue.create_part_number(company.intent(Scope.CATALOGUE), new)).id


async def test_a_component_is_made_changed_and_found(company: Company) -> None:
    catalogue = company.parts.services.catalogue
    made = await make_component(company)
    assert (await catalogue.get_component(company.admin, made)).last_edited_at is None
    await catalogue.change_component(company.intent(Scope.CATALOGUE), made, {"name": "Bracket II", "is_active": False})
    found = await catalogue.get_component(company.admin, made)
    assert (found.name, found.is_active, found.last_edited_user_id) == ("Bracket II", False, company.admin_id)
    assert found.last_edited_at is not None


async def test_the_same_again_is_no_change(company: Company) -> None:
    catalogue = company.parts.services.catalogue
    made = await make_component(company)
    await catalogue.change_component(company.intent(Scope.CATALOGUE), made, {"name": "Bracket"})
    assert (await catalogue.get_component(company.admin, made)).last_edited_at is None


async def test_lists_are_filtered_and_counted(company: Company) -> None:
    catalogue = company.parts.services.catalogue
    active = await make_component(company, "A")
    await make_component(company, "B", is_active=False)
    await make_component(company, "C")
    page = await catalogue.components(company.admin, Page(limit=1), is_active=True)
    assert [item.id for item in page.items] == [active]
    assert page.total == 2
    assert (await catalogue.components(company.admin, name="nothing")).items == []


@pytest.mark.parametrize("changes", [{}, {"name": ""}, {"name": "x" * 501}])
async def test_unfit_changes_are_refused(company: Company, changes: dict[str, Any]) -> None:
    catalogue = company.parts.services.catalogue
    made = await make_component(company)
    with pytest.raises(Invalid):
        await catalogue.change_component(company.intent(Scope.CATALOGUE), made, changes)


async def test_a_part_number_belongs_to_a_component_of_the_company(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    foreign = await make_component(other)
    for unfit in (foreign, company.parts.clock.new_id()):
        with pytest.raises(Invalid) as raised:
            await make_part_number(company, unfit)
        assert [detail.field for detail in raised.value.details] == ["component_id"]


async def test_a_part_number_is_unique_in_the_company(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    component_id = await make_component(company)
    await make_part_number(company, component_id)
    second = await make_part_number(company, component_id, "BR-200")
    with pytest.raises(Conflict) as raised:
        await make_part_number(company, component_id)
    assert raised.value.code == "PART_NUMBER_TAKEN"
    with pytest.raises(Conflict) as raised:
        await company.parts.services.catalogue.change_part_number(
            company.intent(Scope.CATALOGUE), second, {"part_number": "BR-100"}
        )
    assert raised.value.code == "PART_NUMBER_TAKEN"
    await make_part_number(other, await make_component(other))


async def test_a_part_number_is_changed_and_found(company: Company) -> None:
    catalogue = company.parts.services.catalogue
    component_id = await make_component(company)
    made = await make_part_number(company, component_id)
    await catalogue.change_part_number(
        company.intent(Scope.CATALOGUE), made, {"part_number": "BR-101", "description": None}
    )
    found = await catalogue.get_part_number(company.admin, made)
    assert (found.part_number, found.description, found.last_edited_user_id) == ("BR-101", None, company.admin_id)
    page = await catalogue.part_numbers(company.admin, component_id=component_id)
    assert page.items == [found]


async def test_another_companys_catalogue_is_not_found(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    component_id = await make_component(other)
    part_number_id = await make_part_number(other, component_id)
    catalogue, intent = company.parts.services.catalogue, company.intent(Scope.CATALOGUE)
    with pytest.raises(NotFound):
        await catalogue.get_component(company.admin, component_id)
    with pytest.raises(NotFound):
        await catalogue.change_component(intent, component_id, {"name": "Mine"})
    with pytest.raises(NotFound):
        await catalogue.get_part_number(company.admin, part_number_id)
    with pytest.raises(NotFound):
        await catalogue.change_part_number(intent, part_number_id, {"description": "Mine"})
    assert (await catalogue.components(company.admin)).items == []


async def test_an_operator_only_looks(company: Company) -> None:
    made = await make_component(company)
    _, operator = await company.add(Role.OPERATOR, "olga@forge.example")
    assert (await company.parts.services.catalogue.get_component(operator, made)).name == "Bracket"
    with pytest.raises(Forbidden):
        await company.parts.services.catalogue.change_component(
            Intent(operator, Scope.CATALOGUE), made, {"name": "Mine"}
        )
