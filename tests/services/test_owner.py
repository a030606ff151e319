"""What the command line does without signing in, by everybody's rules."""

import pytest

from fettle.build import Parts
from fettle.domain.errors import Conflict, Invalid, NotFound
from fettle.domain.people import Role, Scope
from fettle.services.keys import NewKey
from fettle.services.users import NewUser, UserChange
from tests.services.conftest import PASSWORD, Company, make_company


async def test_a_company_has_its_own_system_user(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    read = company.parts.database.read
    ours = await read(lambda tx: tx.people.system_user_id(company.id))
    theirs = await read(lambda tx: tx.people.system_user_id(other.id))
    assert len({ours, theirs, company.admin_id, other.admin_id}) == 4
    assert [user.id for user in await company.parts.owner.users(company.id)] == [company.admin_id]


async def test_a_company_that_cannot_be_made_leaves_nothing(company: Company) -> None:
    owner = company.parts.owner
    admin = NewUser("max@mill.example", "Max", "Miller", Role.ADMIN, PASSWORD)
    taken = NewUser(company.email, "Max", "Miller", Role.ADMIN, PASSWORD)
    with pytest.raises(Conflict) as raised:
        await owner.create_company("Forge", admin)
    assert raised.value.code == "COMPANY_EXISTS"
    with pytest.raises(Conflict) as raised:
        await owner.create_company("Mill", taken)
    assert raised.value.code == "EMAIL_TAKEN"
    with pytest.raises(Invalid):
        await owner.create_company("   ", admin)
    assert [found.name for found in await owner.companies()] == ["Forge"]


async def test_the_rules_are_the_same(company: Company) -> None:
    owner = company.parts.owner
    with pytest.raises(Conflict) as raised:
        await owner.change_user(company.id, company.admin_id, UserChange(is_active=False))
    assert raised.value.code == "LAST_ADMIN"
    with pytest.raises(Invalid):
        await owner.create_key(company.id, NewKey("x", company.admin_id, frozenset({Scope.KEYS})))
    with pytest.raises(Invalid):
        await owner.add_user(company.id, NewUser("no address", "A", "B", Role.VIEWER))


async def test_what_it_makes_is_recorded_under_the_system_user(company: Company) -> None:
    owner = company.parts.owner
    made = await owner.create_key(company.id, NewKey("x", company.admin_id, frozenset({Scope.READ})))
    system_id = await company.parts.database.read(lambda tx: tx.people.system_user_id(company.id))
    (key,) = await owner.keys(company.id)
    assert (key.id, key.created_by_user_id) == (made.done.id, system_id)


async def test_nobody_finds_what_is_not_there(parts: Parts) -> None:
    with pytest.raises(NotFound):
        await parts.owner.get_user_by_email("nobody@forge.example")
    with pytest.raises(NotFound):
        await parts.owner.revoke_key(parts.clock.new_id())
