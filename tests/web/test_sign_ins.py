"""Failed sign-ins are counted by address and by account, before their outcome is known."""

import pytest

from fettle.domain.errors import TooMany, Unauthenticated
from fettle.web.sign_ins import PER_ACCOUNT, PER_ADDRESS, SignIns


def _fail(sign_ins: SignIns, address: str, account: str) -> None:
    with pytest.raises(Unauthenticated), sign_ins.attempt(address, account):
        raise Unauthenticated


def test_one_address_trying_many_accounts_has_to_wait() -> None:
    sign_ins = SignIns()
    for number in range(PER_ADDRESS):
        _fail(sign_ins, "192.0.2.1", f"{number}@example.com")
    with pytest.raises(TooMany) as refused, sign_ins.attempt("192.0.2.1", "new@example.com"):
        pytest.fail("it was let through")
    assert refused.value.retry_after_s == 60
    with sign_ins.attempt("192.0.2.2", "new@example.com"):
        pass


def test_many_addresses_trying_one_account_have_to_wait() -> None:
    sign_ins = SignIns()
    for number in range(PER_ACCOUNT):
        _fail(sign_ins, f"192.0.2.{number}", "kim@example.com")
    with pytest.raises(TooMany), sign_ins.attempt("192.0.2.99", "kim@example.com"):
        pytest.fail("it was let through")


def test_what_ends_well_does_not_count() -> None:
    sign_ins = SignIns()
    for _ in range(PER_ADDRESS + 1):
        with sign_ins.attempt("192.0.2.1", "kim@example.com"):
            pass


def test_attempts_count_while_they_are_under_way() -> None:
    sign_ins = SignIns()
    attempts = [sign_ins.attempt("192.0.2.1", "kim@example.com") for _ in range(PER_ACCOUNT + 1)]
    for attempt in attempts[:-1]:
        attempt.__enter__()
    with pytest.raises(TooMany):
        attempts[-1].__enter__()
