"""Nonsense in Exif is left out, and never a reason to fail."""

from typing import Any

import pytest
from PIL import Image

from fettle.media.exif import read_exif, read_orientation
from tests.media.samples import exif


def _with(ifd: int | None, tag: int, value: Any) -> Image.Exif:
    written = exif()
    (written if ifd is None else written.get_ifd(ifd))[tag] = value
    return written


def test_a_time_without_an_offset_has_none() -> None:
    found = read_exif(exif(offset=None))
    assert found["captured_text"] == "2026-04-15T14:00:00"
    assert found["captured_at"] == 1_776_261_600_000_000


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("2026:04:15 14:00:00\0", "2026-04-15T14:00:00+02:00"),
        ("0000:00:00 00:00:00", None),
        ("2026:13:45 99:99:99", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
        (b"2026:04:15 14:00:00", "2026-04-15T14:00:00+02:00"),
        (7, None),
        ("9999:12:31 23:59:59", "9999-12-31T23:59:59+02:00"),
    ],
)
def test_only_a_time_is_a_time(when: object, told: str | None) -> None:
    assert read_exif(_with(0x8769, 0x9003, when)).get("captured_text") == told


@pytest.mark.parametrize("offset", ["+25:00", "nonsense", "", "+2", 2])
def test_a_wrong_offset_is_none_or_no_time(offset: object) -> None:
    assert read_exif(_with(0x8769, 0x9011, offset)).get("captured_text") in {"2026-04-15T14:00:00", None}


def test_the_fraction_of_a_second_is_told() -> None:
    assert read_exif(_with(0x8769, 0x9291, "1234"))["captured_text"] == "2026-04-15T14:00:00.123+02:00"


@pytest.mark.parametrize("value", [(91.0, 0.0, 0.0), (48.0, 51.0), "48", (float("nan"), 0.0, 0.0), (0, None, 0)])
def test_a_place_that_is_none_is_left_out(value: object) -> None:
    found = read_exif(_with(0x8825, 2, value))
    assert {"latitude", "longitude", "altitude_m"}.isdisjoint(found)


@pytest.mark.parametrize("value", [0, 9, -1, "6", None, 6.5, (6,)])
def test_a_wrong_orientation_is_upright(value: object) -> None:
    assert read_orientation(_with(None, 0x0112, value)) == 1


def test_names_are_cut_and_cleaned() -> None:
    found = read_exif(_with(None, 0x010F, "A\x1b[31m" + "x" * 500))
    assert len(found["camera_make"]) == 100
    assert found["camera_make"].isprintable()
    assert "camera_make" not in read_exif(_with(None, 0x010F, "\0\0"))
