"""Date-times in and out (contract A): RFC 3339 with any fraction and offset in, three digits and Z out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fettle.domain.instants import parse_instant, show_instant, to_instant

_YEARS = st.datetimes(min_value=datetime(2, 1, 2), max_value=datetime(9998, 12, 30))  # noqa: DTZ001 - made aware below


@given(_YEARS, st.integers(min_value=-23 * 60, max_value=23 * 60))
def test_an_offset_changes_the_spelling_and_not_the_instant(moment: datetime, offset_minutes: int) -> None:
    utc = moment.replace(tzinfo=UTC)
    local = utc + timedelta(minutes=offset_minutes)
    sign, minutes = ("-" if offset_minutes < 0 else "+"), abs(offset_minutes)
    text = f"{local.replace(tzinfo=None).isoformat()}{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    assert parse_instant(text) == to_instant(utc)


@given(_YEARS)
def test_what_is_shown_is_read_back_to_the_millisecond(moment: datetime) -> None:
    instant = to_instant(moment.replace(tzinfo=UTC))
    shown = show_instant(instant)
    assert len(shown) == len("2026-04-15T12:00:00.000Z")
    assert parse_instant(shown) == instant // 1000 * 1000


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-15T12:00:00",
        "2026-04-15",
        "2026-02-30T12:00:00Z",
        "2026-04-15T24:00:00Z",
        "2026-04-15T12:00:00+24:00",
        "2026-04-15T12:00:00+01:60",
        "9999-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "2026-04-15T12:00:00.Z",
        "٢٠٢٦-04-15T12:00:00Z",
        "2026-04-15T12:00:00Z ",
        "",
    ],
)
def test_anything_else_is_no_date_time(text: str) -> None:
    assert parse_instant(text) is None


def test_a_fraction_is_cut_to_microseconds_and_a_leap_second_is_the_next_minute() -> None:
    start = parse_instant("2016-12-31T23:59:59Z")
    assert start is not None
    assert parse_instant("2016-12-31t23:59:59.123456789z") == start + 123_456
    assert parse_instant("2016-12-31T23:59:60Z") == start + 1_000_000


def test_instants_before_1970_show_right() -> None:
    assert show_instant(-1) == "1969-12-31T23:59:59.999Z"
