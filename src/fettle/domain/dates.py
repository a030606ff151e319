"""Dates, sizes and places as a reader of English or French writes them."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from fettle.domain.instants import Instant, from_instant

_IN_ENGLISH: Final = "January February March April May June July August September October November December"
_IN_FRENCH: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_SHORT_IN_ENGLISH: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_SHORT_IN_FRENCH: Final = "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc."
_MONTHS: Final = {"en": _IN_ENGLISH.split(), "fr": _IN_FRENCH.split()}
_SHORT_MONTHS: Final = {"en": _SHORT_IN_ENGLISH.split(), "fr": _SHORT_IN_FRENCH.split()}
_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)$", re.ASCII)
_UNITS: Final = {"en": ("bytes", "kB", "MB", "GB", "TB"), "fr": ("octets", "ko", "Mo", "Go", "To")}
_POINTS: Final = {"en": ("N", "S", "E", "W"), "fr": ("N", "S", "E", "O")}
_THOUSAND: Final = 1000
# No line ends between a number and its unit.
_HARD_BLANK: Final = "\u00a0"


def long_date(instant: Instant, zone: tzinfo, language: str) -> str:
    """`15 April 2026, 14:00:09 UTC` or `15 avril 2026 à 14:00:09 UTC`."""
    moment = from_instant(instant).astimezone(zone)
    return f"{_said(moment, _MONTHS, language, ', ' if language == 'en' else ' à ')} {_offset(moment)}"


def short_date(instant: Instant, zone: tzinfo, language: str) -> str:
    """`15 Apr 2026, 14:00:09 UTC` or `15 avr. 2026, 14:00:09 UTC`, for tables."""
    moment = from_instant(instant).astimezone(zone)
    return f"{_said(moment, _SHORT_MONTHS, language, ', ')} {_offset(moment)}"


def date_as_told(instant: Instant, text: str | None, language: str) -> str:
    """An instant at the offset of the RFC 3339 text that told it: the hour that a clock on the spot showed."""
    match = _OFFSET.search(text or "")
    if match is None:
        return short_date(instant, UTC, language)
    apart = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return short_date(instant, timezone(-apart if match[1] == "-" else apart), language)


def local_date(text: str, language: str) -> str:
    """A camera's time as ISO 8601, with its offset where it has one; what is no date is given back as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    said = _said(moment, _SHORT_MONTHS, language, ", ")
    return said if moment.tzinfo is None else f"{said} {_offset(moment)}"


def shown_size(size: int, language: str) -> str:
    """`4.6 MB` or `4,6 Mo`, by powers of a thousand."""
    amount, unit = float(size), 0
    while amount >= _THOUSAND and unit < len(_UNITS[language]) - 1:
        amount, unit = amount / _THOUSAND, unit + 1
    if size == 1:
        return f"1{_HARD_BLANK}{_UNITS[language][0].rstrip('s')}"
    digits = f"{amount:.0f}" if unit == 0 else f"{amount:.1f}"
    return f"{_decimal(digits, language)}{_HARD_BLANK}{_UNITS[language][unit]}"


def shown_place(latitude: float, longitude: float, language: str) -> str:
    """`48.85667° N, 2.35083° W` or `48,85667° N ; 2,35083° O` (WGS 84; five digits are about a metre)."""
    north, south, east, west = _POINTS[language]
    parts = ((latitude, north, south), (longitude, east, west))
    shown = [
        f"{_decimal(f'{abs(degrees):.5f}', language)}°{_HARD_BLANK}{negative if degrees < 0 else positive}"
        for degrees, positive, negative in parts
    ]
    return (", " if language == "en" else " ; ").join(shown)


def _said(moment: datetime, months: dict[str, list[str]], language: str, joint: str) -> str:
    day = "1er" if language == "fr" and moment.day == 1 else str(moment.day)
    month = months[language][moment.month - 1]
    return f"{day}{_HARD_BLANK}{month}{_HARD_BLANK}{moment.year}{joint}{moment:%H:%M:%S}"


def _offset(moment: datetime) -> str:
    if moment.tzinfo is UTC:
        return "UTC"
    return f"{moment:%z}"[:3] + ":" + f"{moment:%z}"[3:5]


def _decimal(digits: str, language: str) -> str:
    return digits.replace(".", ",") if language == "fr" else digits
