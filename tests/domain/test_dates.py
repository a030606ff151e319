"""Dates, sizes and places in the manner of each language."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from fettle.domain.dates import date_as_told, local_date, long_date, short_date, shown_place, shown_size
from fettle.domain.instants import parse_instant

_PARIS = ZoneInfo("Europe/Paris")


def _at(text: str) -> int:
    instant = parse_instant(text)
    assert instant is not None
    return instant


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("2026-04-15T12:00:09Z", "en", "15 April 2026, 12:00:09 UTC"),
        ("2026-04-15T12:00:09Z", "fr", "15 avril 2026 à 12:00:09 UTC"),
        ("2026-08-01T00:00:00Z", "fr", "1er août 2026 à 00:00:00 UTC"),
        ("2026-12-31T23:59:59.999Z", "en", "31 December 2026, 23:59:59 UTC"),
    ],
)
def test_a_long_date(text: str, language: str, said: str) -> None:
    assert long_date(_at(text), UTC, language).replace("\u00a0", " ") == said


def test_a_date_in_a_zone_tells_its_offset_in_summer_and_winter() -> None:
    assert short_date(_at("2026-07-01T12:00:00Z"), _PARIS, "en").endswith("14:00:00 +02:00")
    assert short_date(_at("2026-01-01T12:00:00Z"), _PARIS, "fr") == "1er\u00a0janv.\u00a02026, 13:00:00 +01:00"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2026-04-15T14:00:00+02:00", "15 Apr 2026, 14:00:00 +02:00"),
        ("2026-04-15T01:00:00-09:30", "15 Apr 2026, 01:00:00 -09:30"),
        ("2026-04-15T12:00:00Z", "15 Apr 2026, 12:00:00 UTC"),
    ],
)
def test_what_a_device_told_is_shown_at_its_own_offset(text: str, ends: str) -> None:
    assert date_as_told(_at(text), text, "en").replace("\u00a0", " ") == ends


def test_a_camera_without_an_offset_gets_none() -> None:
    assert local_date("2026-04-15T14:00:00", "en").replace("\u00a0", " ") == "15 Apr 2026, 14:00:00"
    assert local_date("2026-04-15T14:00:00+02:00", "en").endswith("14:00:00 +02:00")
    assert local_date("no date", "fr") == "no date"


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (0, "0 bytes", "0 octets"),
        (1, "1 byte", "1 octet"),
        (999, "999 bytes", "999 octets"),
        (4_641_324, "4.6 MB", "4,6 Mo"),
        (1 << 50, "1125.9 TB", "1125,9 To"),
    ],
)
def test_a_size(size: int, english: str, french: str) -> None:
    assert shown_size(size, "en").replace("\u00a0", " ") == english
    assert shown_size(size, "fr").replace("\u00a0", " ") == french


def test_a_place() -> None:
    assert shown_place(48.856667, -2.350833, "en").replace("\u00a0", " ") == "48.85667° N, 2.35083° W"
    assert shown_place(-48.5, 2, "fr").replace("\u00a0", " ") == "48,50000° S ; 2,00000° E"
