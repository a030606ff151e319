"""Ids and time as adapters give them."""

import re
import time
from uuid import UUID

from fettle.clock import SystemClock

_MANY = 20_000


def test_ids_are_uuids_of_version_7_in_the_order_in_which_they_were_made() -> None:
    clock = SystemClock()
    before_ms = time.time_ns() // 1_000_000
    made = [clock.new_id() for _ in range(_MANY)]
    after_ms = time.time_ns() // 1_000_000
    assert made == sorted(set(made))
    for text in made:
        parsed = UUID(text)
        assert str(parsed) == text
        assert parsed.version == 7
        assert parsed.variant == "specified in RFC 4122"
    assert before_ms <= int(made[0][:13].replace("-", ""), 16) <= after_ms


def test_two_clocks_never_make_the_same_id() -> None:
    clocks = [SystemClock() for _ in range(4)]
    made = [clock.new_id() for _ in range(_MANY // 4) for clock in clocks]
    assert len(set(made)) == len(made)


def test_the_present_is_in_microseconds() -> None:
    assert abs(SystemClock().now() / 1_000_000 - time.time()) < 1


def test_a_secret_is_43_letters_and_digits_and_never_the_same() -> None:
    clock = SystemClock()
    secrets = {clock.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(re.fullmatch(r"[0-9A-Za-z]{43}", secret) for secret in secrets)
