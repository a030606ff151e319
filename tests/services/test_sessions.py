"""Signing in and out."""

import pytest

from fettle.build import Parts
from fettle.domain.credentials import read_credential
from fettle.domain.errors import FettleError, Forbidden, Invalid, Unauthenticated
from fettle.domain.instants import SECOND
from fettle.domain.people import Caller, CredentialKind, Role, Scope
from fettle.services.gate import Intent
from fettle.services.keys import NewKey
from fettle.services.users import NewUser, UserChange
from tests.services.conftest import PASSWORD, Company, sign_in

NEW_PASSWORD = "staple staple staple"


async def is_let_in(parts: Parts, token: str) -> bool:
    try:
        await parts.services.people.admit(read_credential(token))
    except Unauthenticated:
        return False
    return True


async def key_caller(company: Company) -> Caller:
    new = NewKey("scanner", company.admin_id, frozenset(Scope) - {Scope.KEYS})
    made = await company.parts.services.keys.create(company.intent(Scope.KEYS), new)
    return (await company.parts.services.people.admit(read_credential(made.text or "")))[0]


async def test_a_token_counts_for_the_hours_that_are_set(company: Company) -> None:
    before = company.parts.clock.now()
    session = await company.parts.services.sessions.sign_in("ADA@forge.example", PASSWORD)
    after = company.parts.clock.now()
    twelve_hours = 12 * 3600 * SECOND
    assert before + twelve_hours <= session.expires_at <= after + twelve_hours
    assert session.user.id == company.admin_id
    assert company.admin.kind is CredentialKind.TOKEN
    assert Scope.KEYS in company.admin.scopes


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@forge.example", "wrong password"),
        ("ada@forge.example", ""),
        ("ada@forge.example", "x" * 2000),
        ("nobody@forge.example", PASSWORD),
        ("nobody@forge.example", ""),
        ("robot@forge.example", ""),
        ("olga@forge.example", PASSWORD),
    ],
    ids=["wrong", "empty", "endless", "unknown", "unknown and empty", "without a password", "disabled"],
)
async def test_all_wrong_pairs_are_refused_alike(company: Company, email: str, password: str) -> None:
    user_id, _ = await company.add(Role.OPERATOR, "olga@forge.example")
    users = company.parts.services.users
    await users.change(company.intent(Scope.USERS), user_id, UserChange(is_active=False))
    await users.add(company.intent(Scope.USERS), NewUser("robot@forge.example", "A", "Robot", Role.OPERATOR))
    with pytest.raises(Unauthenticated) as raised:
        await company.parts.services.sessions.sign_in(email, password)
    assert raised.value.code == "WRONG_PASSWORD"


async def test_nobody_signs_in_as_the_server(company: Company) -> None:
    with pytest.raises(Unauthenticated):
        await company.parts.services.sessions.sign_in(f"system@{company.id}.invalid", "")


async def test_signing_out_ends_this_token_and_no_other(company: Company) -> None:
    sessions = company.parts.services.sessions
    first = await sessions.sign_in(company.email, PASSWORD)
    second = await sessions.sign_in(company.email, PASSWORD)
    caller, _ = await company.parts.services.people.admit(read_credential(first.token))
    await sessions.sign_out(Intent(caller, Scope.READ))
    assert not await is_let_in(company.parts, first.token)
    assert await is_let_in(company.parts, second.token)


async def test_another_password_ends_the_other_tokens(company: Company) -> None:
    sessions = company.parts.services.sessions
    mine = await sessions.sign_in(company.email, PASSWORD)
    other = await sessions.sign_in(company.email, PASSWORD)
    caller, _ = await company.parts.services.people.admit(read_credential(mine.token))
    await sessions.change_password(Intent(caller, Scope.READ), PASSWORD, NEW_PASSWORD)
    assert await is_let_in(company.parts, mine.token)
    assert not await is_let_in(company.parts, other.token)
    with pytest.raises(Unauthenticated):
        await sign_in(company.parts, company.email, PASSWORD)
    await sign_in(company.parts, company.email, NEW_PASSWORD)


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("wrong password", NEW_PASSWORD, "current_password"), (PASSWORD, "short", "new_password")],
)
async def test_a_password_is_not_changed_for(company: Company, current: str, new: str, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        await company.parts.services.sessions.change_password(company.intent(Scope.READ), current, new)
    assert [detail.field for detail in raised.value.details] == [field]
    await sign_in(company.parts, company.email, PASSWORD)


async def test_a_key_has_no_session_and_no_password(company: Company) -> None:
    intent = Intent(await key_caller(company), Scope.READ)
    sessions = company.parts.services.sessions
    for attempt in (sessions.sign_out(intent), sessions.change_password(intent, PASSWORD, NEW_PASSWORD)):
        with pytest.raises(FettleError) as raised:
            await attempt
        assert isinstance(raised.value, Forbidden)
        assert raised.value.code == "USER_TOKEN_REQUIRED"
