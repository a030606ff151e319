"""Users, and what nobody may give or take."""

import msgspec
import pytest

from fettle.domain.credentials import read_credential
from fettle.domain.errors import Conflict, FettleError, Forbidden, Invalid, NotFound, Unauthenticated
from fettle.domain.people import Caller, Role, Scope
from fettle.services.gate import Intent
from fettle.services.keys import NewKey
from fettle.services.rows import Page
from fettle.services.users import NewUser, UserChange
from tests.services.conftest import PASSWORD, Company, make_company, sign_in

OLGA = NewUser("Olga@Forge.example", " Olga ", "Operator", Role.OPERATOR, PASSWORD)


async def key_with(company: Company, *scopes: Scope) -> Caller:
    new = NewKey("integration", company.admin_id, frozenset(scopes))
    made = await company.parts.services.keys.create(company.intent(Scope.KEYS), new)
    return (await company.parts.services.people.admit(read_credential(made.text or "")))[0]


async def test_a_user_is_added_and_found(company: Company) -> None:
    users = company.parts.services.users
    done = await users.add(company.intent(Scope.USERS), OLGA)
    found = await users.get(company.admin, done.id)
    assert (found.email, found.first_name, found.role, found.is_active) == (
        "olga@forge.example",
        "Olga",
        Role.OPERATOR,
        True,
    )
    assert found.password_hash is not None
    assert found.password_hash.startswith("$argon2id$")
    page = await users.page(company.admin, Page(limit=100))
    assert found in page.items
    assert page.total == len(page.items)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b@c"}, "email"),
        ({"email": "a" * 250 + "@b.example"}, "email"),
        ({"first_name": "  "}, "first_name"),
        ({"last_name": "x" * 501}, "last_name"),
        ({"last_name": "a\u0085b"}, "last_name"),
        ({"password": "too short"}, "password"),
    ],
)
async def test_an_unfit_account_is_refused(company: Company, change: dict[str, str], field: str) -> None:
    new = msgspec.structs.replace(OLGA, **change)
    with pytest.raises(Invalid) as raised:
        await company.parts.services.users.add(company.intent(Scope.USERS), new)
    assert [detail.field for detail in raised.value.details] == [field]


async def test_an_address_has_one_account_on_the_whole_server(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    await company.parts.services.users.add(company.intent(Scope.USERS), OLGA)
    with pytest.raises(Conflict) as raised:
        await company.parts.services.users.add(other.intent(Scope.USERS), OLGA)
    assert raised.value.code == "EMAIL_TAKEN"


async def test_another_companys_user_is_not_found(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    users = company.parts.services.users
    with pytest.raises(NotFound):
        await users.get(company.admin, other.admin_id)
    with pytest.raises(NotFound):
        await users.change(company.intent(Scope.USERS), other.admin_id, UserChange(first_name="Mine"))


async def test_the_servers_own_user_cannot_be_changed(company: Company) -> None:
    system_id = await company.parts.database.read(lambda tx: tx.people.system_user_id(company.id))
    with pytest.raises(NotFound):
        await company.parts.services.users.change(company.intent(Scope.USERS), system_id, UserChange(role=Role.ADMIN))


@pytest.mark.parametrize("change", [UserChange(is_active=False), UserChange(role=Role.VIEWER)])
async def test_the_last_admin_stays(company: Company, change: UserChange) -> None:
    with pytest.raises(Conflict) as raised:
        await company.parts.services.users.change(company.intent(Scope.USERS), company.admin_id, change)
    assert raised.value.code == "LAST_ADMIN"


async def test_one_of_two_admins_may_go_but_a_disabled_one_is_none(company: Company) -> None:
    users = company.parts.services.users
    second_id, second = await company.add(Role.ADMIN, "eve@forge.example")
    await users.change(Intent(second, Scope.USERS), company.admin_id, UserChange(is_active=False))
    with pytest.raises(Conflict):
        await users.change(Intent(second, Scope.USERS), second_id, UserChange(role=Role.PLANNER))


async def test_disabling_and_demoting_count_at_once(company: Company) -> None:
    users = company.parts.services.users
    planner_id, planner = await company.add(Role.PLANNER, "pat@forge.example")
    intent = company.intent(Scope.WORK_ORDERS, planner)
    await users.change(company.intent(Scope.USERS), planner_id, UserChange(role=Role.VIEWER))
    with pytest.raises(Forbidden):
        await company.parts.services.datasets.change(intent, "x", {"name": "y"})
    await users.change(company.intent(Scope.USERS), planner_id, UserChange(is_active=False))
    with pytest.raises(Unauthenticated):
        await company.parts.services.datasets.change(intent, "x", {"name": "y"})


async def test_an_enabled_user_is_back(company: Company) -> None:
    users = company.parts.services.users
    user_id, _ = await company.add(Role.OPERATOR, "olga@forge.example")
    await users.change(company.intent(Scope.USERS), user_id, UserChange(is_active=False))
    await users.change(company.intent(Scope.USERS), user_id, UserChange(is_active=True))
    assert (await sign_in(company.parts, "olga@forge.example")).user_id == user_id


async def test_a_password_set_by_an_admin_ends_the_tokens(company: Company) -> None:
    user_id, caller = await company.add(Role.OPERATOR, "olga@forge.example")
    change = UserChange(password="another password")
    await company.parts.services.users.change(company.intent(Scope.USERS), user_id, change)
    with pytest.raises(Unauthenticated):
        await company.parts.services.sessions.sign_out(Intent(caller, Scope.READ))
    await sign_in(company.parts, "olga@forge.example", "another password")


async def test_no_change_at_all_is_refused(company: Company) -> None:
    with pytest.raises(Invalid):
        await company.parts.services.users.change(company.intent(Scope.USERS), company.admin_id, UserChange())


async def test_a_key_cannot_make_or_unmake_an_admin(company: Company) -> None:
    """Else a key with users:write could sign in as the administrator it made, and have keys:write."""
    users = company.parts.services.users
    second_id, _ = await company.add(Role.ADMIN, "eve@forge.example")
    user_id, _ = await company.add(Role.OPERATOR, "olga@forge.example")
    intent = Intent(await key_with(company, *(set(Scope) - {Scope.KEYS})), Scope.USERS)
    new_admin = msgspec.structs.replace(OLGA, email="mallory@forge.example", role=Role.ADMIN)
    for attempt in (
        users.add(intent, new_admin),
        users.change(intent, user_id, UserChange(role=Role.ADMIN)),
        users.change(intent, second_id, UserChange(is_active=False)),
        users.change(intent, second_id, UserChange(password="another password")),
    ):
        with pytest.raises(FettleError) as raised:
            await attempt
        assert isinstance(raised.value, Forbidden)
    await users.change(intent, user_id, UserChange(role=Role.PLANNER))
