"""Instants: whole microseconds since 1970-01-01T00:00:00Z, as one integer that both databases sort the same way."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

Instant = int

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_NAIVE: Final = _EPOCH.replace(tzinfo=None)
_MICROSECOND: Final = timedelta(microseconds=1)
_RFC_3339: Final = re.compile(
    r"(\d{4})-\d\d-\d\d[Tt ]\d\d:\d\d:(\d\d)(?:\.(\d{1,64}))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
DAY: Final = 24 * 60 * MINUTE
_LAST_YEAR: Final = 9998


def to_instant(moment: datetime) -> Instant:
    """The instant of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def from_instant(instant: Instant) -> datetime:
    """The same moment as an aware UTC datetime."""
    return _EPOCH + timedelta(microseconds=instant)


def show_instant(instant: Instant) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmmZ`, always three digits (contract A, date-times out)."""
    return (_EPOCH_NAIVE + timedelta(microseconds=instant)).isoformat(timespec="milliseconds") + "Z"


def exact_instant(instant: Instant) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`: nothing is cut off."""
    return (_EPOCH_NAIVE + timedelta(microseconds=instant)).isoformat(timespec="microseconds") + "Z"


def parse_instant(text: str) -> Instant | None:
    """RFC 3339 section 5.6 with any fraction (cut to microseconds) and offset; None for anything else.

    A second of 60 counts as the next minute's first; years 0001 and 9999 are refused, for an offset can leave the
    calendar.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None or not 1 < int(match[1]) <= _LAST_YEAR:
        return None
    leap = match[2] == "60"  # RFC 3339 section 5.7
    try:
        local = datetime.fromisoformat(f"{text[:17]}59" if leap else text[:19])
    except ValueError:
        return None
    offset = _offset_minutes(*match.group(4, 5, 6))
    if offset is None:
        return None
    fraction = 0 if leap else int(((match[3] or "") + "000000")[:6])
    return (local - _EPOCH_NAIVE) // _MICROSECOND + fraction + (SECOND if leap else 0) - offset * 60 * SECOND


def _offset_minutes(sign: str | None, hours: str | None, minutes: str | None) -> int | None:
    if sign is None or hours is None or minutes is None:
        return 0
    if int(hours) > 23 or int(minutes) > 59:  # noqa: PLR2004 - a day's hours, an hour's minutes
        return None
    total = int(hours) * 60 + int(minutes)
    return -total if sign == "-" else total
