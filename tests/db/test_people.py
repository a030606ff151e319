import msgspec
import pytest

from fettle.domain.people import Company, Credential, CredentialKind, Role
from fettle.services.rows import After, Page, Transaction
from tests.db.records import Records, new_id


def add_key(tx: Transaction, records: Records, **values: object) -> Credential:
    kind = CredentialKind.KEY
    company_id, user_id = records.company.id, records.user.id
    credential = Credential(new_id(), company_id, user_id, kind, "key", "0" * 64, "read", 1, user_id)
    credential = msgspec.structs.replace(credential, **values)
    tx.people.add_credential(credential)
    return credential


def test_companies(tx: Transaction, records: Records, strangers: Records) -> None:
    assert tx.people.find_company_by_name(records.company.name) == records.company
    assert tx.people.find_company_by_name("nobody") is None
    assert {records.company, strangers.company} <= set(tx.people.companies())
    assert tx.people.companies() == sorted(tx.people.companies(), key=lambda c: (c.created_at, c.id))


def test_users_are_found_in_their_company_or_by_e_mail(tx: Transaction, records: Records, strangers: Records) -> None:
    user = records.new_user(password_hash="null", disabled_at=3)
    tx.people.add_user(user)
    assert tx.people.find_user(records.company.id, user.id) == user
    assert tx.people.find_user(strangers.company.id, user.id) is None
    assert tx.people.find_user_by_email(user.email) == user
    assert tx.people.find_user_by_email(user.email.upper()) is None


def test_the_system_user(tx: Transaction, records: Records) -> None:
    with pytest.raises(LookupError):
        tx.people.system_user_id(records.company.id)
    server = records.new_user(is_system=True)
    tx.people.add_user(server)
    assert tx.people.system_user_id(records.company.id) == server.id
    assert tx.people.find_user(records.company.id, server.id) == server


def test_a_changed_user(tx: Transaction, records: Records) -> None:
    tx.people.change_user(records.user.id, role=Role.VIEWER, disabled_at=7)
    changed = msgspec.structs.replace(records.user, role=Role.VIEWER, disabled_at=7)
    assert tx.people.find_user(records.company.id, records.user.id) == changed


def test_users_are_listed_by_e_mail(tx: Transaction, records: Records, strangers: Records) -> None:
    names = ["Zoe", "adam", "émile", "b_b", "b-b"]
    users = [records.new_user(email=f"{name}@{new_id()}.example") for name in names] + [records.user]
    for user in users[:-1]:
        tx.people.add_user(user)
    users.sort(key=lambda user: user.email)
    company_id = records.company.id
    assert tx.people.users(company_id) == users
    assert tx.people.users(company_id, Page(2, None, 1)) == users[1:3]
    assert tx.people.users(company_id, Page(9, After(users[1].email, users[1].id))) == users[2:]
    assert tx.people.count_users(company_id) == len(users)
    assert tx.people.count_users(strangers.company.id) == 1


def test_a_credential_comes_with_its_user(tx: Transaction, records: Records) -> None:
    credential = add_key(tx, records, expires_at=5, last_used_at=6, revoked_at=7)
    assert tx.people.find_credential(credential.id) == (credential, records.user)
    assert tx.people.find_credential(new_id()) is None
    tx.people.change_credential(credential.id, last_used_at=8)
    found = tx.people.find_credential(credential.id)
    assert found == (msgspec.structs.replace(credential, last_used_at=8), records.user)


def test_a_caller_comes_with_the_order_that_it_asks_for(tx: Transaction, records: Records, strangers: Records) -> None:
    credential = add_key(tx, records, expires_at=5, last_used_at=6, revoked_at=7)
    order, foreign = records.add_order(tx), strangers.add_order(tx)
    standing = tx.people.find_standing(credential.id)
    assert standing is not None
    for name in ("id", "company_id", "user_id", "kind", "secret_sha256", "scopes", "expires_at", "revoked_at"):
        assert getattr(standing, name) == getattr(credential, name)
    assert (standing.role, standing.is_system, standing.disabled_at) == (records.user.role, False, None)
    for reference in (order.id, order.wo_number):
        assert tx.people.find_caller(credential.id, reference) == (standing, order)
    for not_theirs in (None, foreign.id, foreign.wo_number, new_id()):
        assert tx.people.find_caller(credential.id, not_theirs) == (standing, None)
    assert tx.people.find_caller(new_id(), order.id) is None
    assert tx.people.find_standing(new_id()) is None


def test_credentials_are_listed_by_kind(tx: Transaction, records: Records, strangers: Records) -> None:
    keys = [add_key(tx, records, created_at=at) for at in (3, 1, 2, 1)]
    token = add_key(tx, records, kind=CredentialKind.TOKEN)
    add_key(tx, strangers)
    keys.sort(key=lambda key: (key.created_at, key.id))
    company_id = records.company.id
    assert tx.people.credentials(company_id, CredentialKind.KEY) == keys
    place = After(keys[0].created_at, keys[0].id)
    assert tx.people.credentials(company_id, CredentialKind.KEY, Page(2, place)) == keys[1:3]
    assert tx.people.credentials(company_id, CredentialKind.TOKEN) == [token]
    assert tx.people.count_credentials(company_id, CredentialKind.KEY) == 4


def test_all_tokens_of_a_user_but_one_are_revoked(tx: Transaction, records: Records) -> None:
    other = records.new_user()
    tx.people.add_user(other)
    kept, lost = (add_key(tx, records, kind=CredentialKind.TOKEN) for _ in range(2))
    untouched = [
        add_key(tx, records),
        add_key(tx, records, kind=CredentialKind.TOKEN, user_id=other.id),
        add_key(tx, records, kind=CredentialKind.TOKEN, revoked_at=2),
    ]
    tx.people.revoke_all_of(records.user.id, CredentialKind.TOKEN, 9, but=kept.id)
    everything = [kept, msgspec.structs.replace(lost, revoked_at=9), *untouched]
    for credential in everything:
        found = tx.people.find_credential(credential.id)
        assert found is not None
        assert found[0] == credential
    tx.people.revoke_all_of(records.user.id, CredentialKind.TOKEN, 10, but=None)
    found = tx.people.find_credential(kept.id)
    assert found is not None
    assert found[0].revoked_at == 10


def test_a_company_counts_from_nothing(tx: Transaction) -> None:
    company = Company(new_id(), "empty", 5)
    tx.people.add_company(company)
    assert tx.people.users(company.id) == []
    assert tx.people.count_users(company.id) == 0
