"""API keys: whose they are, what they may do, and who makes them."""

import pytest

from fettle.domain.credentials import read_credential
from fettle.domain.errors import Forbidden, Invalid, NotFound
from fettle.domain.instants import SECOND
from fettle.domain.people import SCOPES_OF_A_KEY, Caller, Role, Scope
from fettle.domain.repeats import Idempotency
from fettle.services.gate import Intent
from fettle.services.keys import NewKey
from fettle.services.rows import Page
from fettle.services.users import UserChange
from tests.services.conftest import Company, make_company

READ = frozenset({Scope.READ})


async def admitted(company: Company, text: str | None) -> Caller:
    return (await company.parts.services.people.admit(read_credential(text or "")))[0]


async def test_a_key_is_kept_as_a_hash(company: Company) -> None:
    new = NewKey("scanner", company.admin_id, READ)
    made = await company.parts.services.keys.create(company.intent(Scope.KEYS), new)
    key = await company.parts.services.keys.get(company.admin, made.done.id)
    assert made.text is not None
    secret = made.text.split("_")[2]
    assert secret not in str(key)
    assert (key.name, key.scopes, key.created_by_user_id) == ("scanner", "read", company.admin_id)


async def test_the_secret_is_told_once(company: Company) -> None:
    intent = Intent(company.admin, Scope.KEYS, idempotency=Idempotency("abc", "fingerprint"))
    new = NewKey("scanner", company.admin_id, READ)
    first = await company.parts.services.keys.create(intent, new)
    again = await company.parts.services.keys.create(intent, new)
    assert again.done.id == first.done.id
    assert first.text is not None
    assert again.text is None


@pytest.mark.parametrize("role", [Role.PLANNER, Role.OPERATOR, Role.VIEWER])
async def test_only_an_admin_makes_sees_and_ends_keys(company: Company, role: Role) -> None:
    keys = company.parts.services.keys
    made = await keys.create(company.intent(Scope.KEYS), NewKey("scanner", company.admin_id, READ))
    _, caller = await company.add(role, "someone@forge.example")
    with pytest.raises(Forbidden):
        await keys.create(Intent(caller, Scope.KEYS), NewKey("mine", company.admin_id, READ))
    with pytest.raises(Forbidden):
        await keys.revoke(Intent(caller, Scope.KEYS), made.done.id)
    with pytest.raises(Forbidden):
        await keys.page(caller)
    with pytest.raises(Forbidden):
        await keys.get(caller, made.done.id)


async def test_a_key_never_makes_keys(company: Company) -> None:
    keys = company.parts.services.keys
    made = await keys.create(company.intent(Scope.KEYS), NewKey("all", company.admin_id, SCOPES_OF_A_KEY))
    caller = await admitted(company, made.text)
    assert Scope.KEYS not in caller.scopes
    with pytest.raises(Forbidden):
        await keys.create(Intent(caller, Scope.KEYS), NewKey("more", company.admin_id, READ))


@pytest.mark.parametrize(
    ("scopes", "field"), [(frozenset(), "scopes"), (frozenset({Scope.READ, Scope.KEYS}), "scopes")]
)
async def test_scopes_that_no_key_has_are_refused(company: Company, scopes: frozenset[Scope], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        await company.parts.services.keys.create(
            company.intent(Scope.KEYS), NewKey("scanner", company.admin_id, scopes)
        )
    assert [detail.field for detail in raised.value.details] == [field]


async def test_a_key_that_has_expired_is_not_made(company: Company) -> None:
    new = NewKey("scanner", company.admin_id, READ, expires_at=company.parts.clock.now() - SECOND)
    with pytest.raises(Invalid):
        await company.parts.services.keys.create(company.intent(Scope.KEYS), new)


async def test_a_key_is_for_a_user_of_the_company(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    user_id, _ = await company.add(Role.OPERATOR, "olga@forge.example")
    await company.parts.services.users.change(company.intent(Scope.USERS), user_id, UserChange(is_active=False))
    for unfit in (other.admin_id, user_id, company.parts.clock.new_id()):
        with pytest.raises(Invalid) as raised:
            await company.parts.services.keys.create(company.intent(Scope.KEYS), NewKey("x", unfit, READ))
        assert raised.value.code == "USER_NOT_FOUND"


async def test_a_key_has_no_more_rights_than_its_user(company: Company) -> None:
    user_id, _ = await company.add(Role.OPERATOR, "olga@forge.example")
    new = NewKey("scanner", user_id, frozenset({Scope.READ, Scope.WORK_ORDERS, Scope.ON_BEHALF_OF}))
    made = await company.parts.services.keys.create(company.intent(Scope.KEYS), new)
    assert (await admitted(company, made.text)).scopes == {Scope.READ, Scope.ON_BEHALF_OF}


async def test_another_companys_key_is_not_found(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    keys = company.parts.services.keys
    made = await keys.create(other.intent(Scope.KEYS), NewKey("theirs", other.admin_id, READ))
    with pytest.raises(NotFound):
        await keys.get(company.admin, made.done.id)
    with pytest.raises(NotFound):
        await keys.revoke(company.intent(Scope.KEYS), made.done.id)
    await admitted(other, made.text)


async def test_a_user_token_is_no_key(company: Company) -> None:
    with pytest.raises(NotFound):
        await company.parts.services.keys.get(company.admin, company.admin.credential_id)


async def test_revoking_again_is_a_repeat_and_the_key_stays_in_the_list(company: Company) -> None:
    keys = company.parts.services.keys
    made = await keys.create(company.intent(Scope.KEYS), NewKey("scanner", company.admin_id, READ))
    assert not (await keys.revoke(company.intent(Scope.KEYS), made.done.id)).replayed
    first = await keys.get(company.admin, made.done.id)
    assert (await keys.revoke(company.intent(Scope.KEYS), made.done.id)).replayed
    page = await keys.page(company.admin, Page(limit=10))
    assert page.items == [first]
    assert page.total == 1
