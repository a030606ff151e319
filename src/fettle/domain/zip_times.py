"""The time of a file as a ZIP has it."""

import struct
from typing import Final, NamedTuple

from fettle.domain.instants import SECOND, Instant, from_instant

_FIRST_YEAR, _LAST_YEAR = 1980, 2107
_LATEST_UNIX: Final = 0x7FFFFFFF


class ZipTime(NamedTuple):
    """Date and time of MS-DOS (in UTC, to two seconds), and the extra field of the Unix time where 32 bits hold it."""

    date: int
    time: int
    stamp: bytes


def zip_time(instant: Instant) -> ZipTime:
    """The only way in which we write it."""
    at = from_instant(instant)
    year = min(max(at.year, _FIRST_YEAR), _LAST_YEAR)
    unix = instant // SECOND
    return ZipTime(
        date=(year - _FIRST_YEAR) << 9 | at.month << 5 | at.day,
        time=at.hour << 11 | at.minute << 5 | at.second // 2,
        stamp=struct.pack("<HHBi", 0x5455, 5, 1, unix) if 0 <= unix <= _LATEST_UNIX else b"",
    )
