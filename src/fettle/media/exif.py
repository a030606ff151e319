"""What a camera wrote beside the picture (Exif 3.0): when, where, and with what. All of it is only claimed."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from PIL import ExifTags, Image

from fettle.domain.instants import to_instant

_WHEN: Final = (
    (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal, ExifTags.Base.SubsecTimeOriginal),
    (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized, ExifTags.Base.SubsecTimeDigitized),
)
_DATE_TIME: Final = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)")
_LONGEST: Final = 100
_MILLISECOND_DIGITS: Final = 3


def read_exif(exif: Image.Exif) -> dict[str, Any]:
    """The fields of `Facts` that Exif knows; what makes no sense is left out."""
    found = {
        "camera_make": _text(exif.get(ExifTags.Base.Make)),
        "camera_model": _text(exif.get(ExifTags.Base.Model)),
        **_capture(exif),
        **_place(exif.get_ifd(ExifTags.IFD.GPSInfo)),
    }
    return {name: value for name, value in found.items() if value is not None}


def read_orientation(exif: Image.Exif) -> int:
    """1 to 8; 1, upright, for none and for nonsense."""
    value = exif.get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and value in range(1, 9) else 1


def _capture(exif: Image.Exif) -> dict[str, Any]:
    own = exif.get_ifd(ExifTags.IFD.Exif)
    for when, offset, fraction in _WHEN:
        found = _instant(own.get(when), own.get(offset), own.get(fraction))
        if found:
            return found
    return {}


def _instant(when: object, offset: object, fraction: object) -> dict[str, Any]:
    """The time as ISO 8601 and as an instant; without an offset the instant reads it as UTC."""
    match = _DATE_TIME.match(_text(when) or "")
    if match is None:
        return {}
    try:
        year, month, day, hour, minute, second = (int(part) for part in match.groups())
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        zone = _zone(_text(offset))
        instant = to_instant(local.replace(tzinfo=zone) if zone else local)
    except (ValueError, OverflowError):
        return {}
    digits = re.match(r"\d+", _text(fraction) or "")
    part = "." + digits[0][:_MILLISECOND_DIGITS] if digits else ""
    shown = local.strftime("%Y-%m-%dT%H:%M:%S") if local.year >= 1000 else ""  # noqa: PLR2004 - four digits
    return {"captured_text": shown + part + (_shown(zone) if zone else ""), "captured_at": instant} if shown else {}


def _zone(text: str | None) -> timezone | None:
    match = _OFFSET.fullmatch(text or "")
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def _shown(zone: timezone) -> str:
    return zone.tzname(None).removeprefix("UTC") or "+00:00"


def _place(gps: dict[int, Any]) -> dict[str, Any]:
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), 90)
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), 180)
    if latitude is None or longitude is None:
        return {}
    return {"latitude": latitude, "longitude": longitude, "altitude_m": _altitude(gps)}


def _degrees(parts: object, reference: object, most: int) -> float | None:
    """Degrees, minutes and seconds as one number; None unless it is one from `-most` to `most`."""
    if not isinstance(parts, tuple) or len(parts) != 3 or _text(reference) not in {"N", "S", "E", "W"}:  # noqa: PLR2004 - see above
        return None
    numbers = [_number(part) for part in parts]
    if any(number is None for number in numbers):
        return None
    value = sum((number or 0.0) / 60**power for power, number in enumerate(numbers))
    value = -value if _text(reference) in {"S", "W"} else value
    return round(value, 7) if -most <= value <= most else None


def _altitude(gps: dict[int, Any]) -> float | None:
    value = _number(gps.get(ExifTags.GPS.GPSAltitude))
    if value is None or not -100_000 <= value <= 10_000_000:  # noqa: PLR2004 - from below any mine to any satellite
        return None
    is_below = gps.get(ExifTags.GPS.GPSAltitudeRef) in {1, b"\x01"}
    return round(-value if is_below else value, 2)


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever the file holds
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(value: object) -> str | None:
    """Printable text of at most 100 characters; None for none."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    visible = "".join(character for character in value.partition("\0")[0] if character.isprintable()).strip()
    return visible[:_LONGEST] or None
