"""Who is let in, and who is not."""

import pytest

from fettle.build import Parts
from fettle.domain.credentials import Presented, read_credential
from fettle.domain.errors import Unauthenticated
from fettle.domain.instants import SECOND
from fettle.domain.people import Role, Scope
from fettle.services.keys import NewKey
from fettle.services.people import LAST_USE_EVERY
from fettle.services.users import UserChange
from tests.services.conftest import PASSWORD, Company, make_company


async def presented(company: Company, *, expires_in_s: int | None = None, user_id: str | None = None) -> Presented:
    expires_at = company.parts.clock.now() + expires_in_s * SECOND if expires_in_s is not None else None
    new = NewKey("scanner", user_id or company.admin_id, frozenset({Scope.READ, Scope.EVIDENCE}), expires_at)
    made = await company.parts.services.keys.create(company.intent(Scope.KEYS), new)
    found = read_credential(made.text or "")
    assert found is not None
    return found


async def test_a_key_is_let_in_with_its_own_rights_only(company: Company) -> None:
    caller, order = await company.parts.services.people.admit(await presented(company))
    assert (caller.company_id, caller.user_id) == (company.id, company.admin_id)
    assert caller.scopes == {Scope.READ, Scope.EVIDENCE}
    assert order is None


async def test_the_order_comes_along_by_id_and_by_number(company: Company) -> None:
    order_id = await company.order()
    key = await presented(company)
    for reference in (order_id, 1):
        _, order = await company.parts.services.people.admit(key, reference)
        assert order is not None
        assert order.id == order_id


async def test_an_order_of_another_company_is_not_there(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    order_id = await other.order()
    key = await presented(company)
    for reference in (order_id, 1, 4711):
        assert (await company.parts.services.people.admit(key, reference))[1] is None


async def test_nothing_presented_is_refused(parts: Parts) -> None:
    with pytest.raises(Unauthenticated):
        await parts.services.people.admit(None)


async def test_a_wrong_secret_is_refused(company: Company) -> None:
    key = await presented(company)
    with pytest.raises(Unauthenticated):
        await company.parts.services.people.admit(key._replace(secret_sha256="0" * 64))


async def test_an_unknown_key_is_refused(company: Company) -> None:
    key = await presented(company)
    with pytest.raises(Unauthenticated):
        await company.parts.services.people.admit(key._replace(id=company.parts.clock.new_id()))


async def test_a_token_cannot_be_shown_as_a_key(company: Company) -> None:
    session = await company.parts.services.sessions.sign_in(company.email, PASSWORD)
    token = read_credential(session.token)
    assert token is not None
    key = await presented(company)
    with pytest.raises(Unauthenticated):
        await company.parts.services.people.admit(token._replace(kind=key.kind))


async def test_a_revoked_key_is_refused_at_once(company: Company) -> None:
    key = await presented(company)
    await company.parts.services.keys.revoke(company.intent(Scope.KEYS), key.id)
    with pytest.raises(Unauthenticated):
        await company.parts.services.people.admit(key)


async def test_an_expired_key_is_refused(company: Company) -> None:
    key = await presented(company, expires_in_s=3600)
    await company.parts.services.people.admit(key)
    await company.parts.database.write(
        lambda tx: tx.people.change_credential(key.id, expires_at=company.parts.clock.now())
    )
    with pytest.raises(Unauthenticated):
        await company.parts.services.people.admit(key)


async def test_a_disabled_users_key_is_refused_at_once(company: Company) -> None:
    user_id, _ = await company.add(Role.OPERATOR, "olga@forge.example")
    key = await presented(company, user_id=user_id)
    await company.parts.services.users.change(company.intent(Scope.USERS), user_id, UserChange(is_active=False))
    with pytest.raises(Unauthenticated):
        await company.parts.services.people.admit(key)


async def test_the_last_use_is_noted_once_a_minute(company: Company) -> None:
    people, database = company.parts.services.people, company.parts.database
    key = await presented(company)

    async def noted() -> int | None:
        await people.finish()
        found = await database.read(lambda tx: tx.people.find_credential(key.id))
        assert found is not None
        return found[0].last_used_at

    await people.admit(key)
    first = await noted()
    assert first is not None
    await people.admit(key)
    assert await noted() == first
    long_ago = first - LAST_USE_EVERY
    await database.write(lambda tx: tx.people.change_credential(key.id, last_used_at=long_ago))
    await people.admit(key)
    assert (await noted() or 0) >= first
