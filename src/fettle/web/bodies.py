"""JSON and query parameters in: one decoder for all, stricter than any parser alone.

Refused with INVALID_BODY naming the field: duplicate keys, NaN, Infinity, NUL, lone surrogates, invalid UTF-8, deep
nesting, unknown properties, wrong types. Types are msgspec Structs that forbid unknown fields.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec

from fettle.domain.errors import Detail, Invalid
from fettle.domain.instants import Instant, parse_instant

T = TypeVar("T")

_ESCAPE: Final = "\\u"
_PLACE: Final = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
_MISSING: Final = re.compile(r"Object missing required field `([^`]+)`")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `([^`]+)`")
_TYPE: Final = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_LENGTH: Final = re.compile(r"Expected `(?:str|array)` of length (>=|<=) (\d+)")
_BOUND: Final = re.compile(r"Expected `(?:int|float)` (>=|<=) (-?[\d.]+)")


def decode_json(body: bytes, kind: type[T]) -> T:
    """The body as `kind`; raises INVALID_BODY with details."""
    return _convert(_parse(body), kind, "INVALID_BODY", strict=True)


def decode_fields(body: bytes, kind: type[T]) -> T:
    """The fields of a form as browsers send them; raises INVALID_BODY, INVALID_PARAMETER with details."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=200, errors="strict")
    except ValueError:
        raise Invalid("INVALID_BODY", Detail("", "encoding")) from None
    return decode_query(pairs, kind)


def decode_query(pairs: list[tuple[str, str]], kind: type[T]) -> T:
    """Query parameters as `kind`, whose sequence fields may repeat; raises INVALID_PARAMETER with details."""
    repeatable = _repeatable_fields(kind)
    found: dict[str, Any] = {}
    for name, value in pairs:
        if "\0" in value:
            raise Invalid("INVALID_PARAMETER", Detail(name, "nul"))
        if name in repeatable:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise Invalid("INVALID_PARAMETER", Detail(name, "twice"))
        else:
            found[name] = value
    query = _convert(found, kind, "INVALID_PARAMETER", strict=False)
    _require_no_null(query, found)
    return query


def _require_no_null(query: Any, sent: dict[str, Any]) -> None:
    """What was sent is a value: msgspec takes the text `null` for none, and a condition would silently be gone."""
    for field in msgspec.structs.fields(query) if sent else ():
        if field.encode_name in sent and getattr(query, field.name) is None:
            raise Invalid("INVALID_PARAMETER", Detail(field.encode_name, "not_valid", {"reason": "null"}))


def instant_of(text: str, field: str) -> Instant:
    """The instant of an RFC 3339 date-time; raises INVALID_BODY naming the field."""
    instant = parse_instant(text)
    if instant is None:
        raise Invalid("INVALID_BODY", Detail(field, "date_time"))
    return instant


def _parse(body: bytes) -> Any:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Invalid("INVALID_BODY", Detail("", "encoding")) from None
    try:
        value = _decode_text(text)
    except RecursionError:
        raise Invalid("INVALID_BODY", Detail("", "nesting")) from None
    except ValueError as error:
        raise Invalid("INVALID_BODY", Detail("", "not_json", {"reason": _reason(error)})) from None
    if _ESCAPE in text:
        _refuse_odd_text(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid("INVALID_BODY", Detail(twice, "duplicate"))
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise Invalid("INVALID_BODY", Detail("", "not_json", {"reason": name}))


# Made once: json.loads would build a decoder for every body.
_decode_text: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant).decode


def _reason(error: ValueError) -> str:
    return f"{error.msg} ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else "number"


def _refuse_odd_text(value: Any, field: str = "") -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise Invalid("INVALID_BODY", Detail(field, "nul"))
    elif isinstance(value, dict):
        for name, member in value.items():
            _refuse_odd_text(name, field)
            _refuse_odd_text(member, f"{field}.{name}" if field else name)
    elif isinstance(value, list):
        for member in value:
            _refuse_odd_text(member, field)


def _convert(value: Any, kind: type[T], code: str, *, strict: bool) -> T:
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise Invalid(code, _detail(str(error))) from None


def _detail(text: str) -> Detail:
    place = _PLACE.search(text)
    field = place[1] if place else ""
    for pattern, make in _DETAILS:
        match = pattern.match(text)
        if match:
            return make(field, match)
    reason = text[: place.start()] if place else text
    return Detail(field, "not_valid", {"reason": reason})


def _inside(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


_DETAILS: Final[tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], Detail]], ...]] = (
    (_MISSING, lambda field, m: Detail(_inside(field, m[1]), "required")),
    (_UNKNOWN, lambda field, m: Detail(_inside(field, m[1]), "unknown_field")),
    (
        _LENGTH,
        lambda field, m: Detail(
            field, *(("too_short", {"min": m[2]}) if m[1] == ">=" else ("too_long", {"max": m[2]}))
        ),
    ),
    (
        _BOUND,
        lambda field, m: Detail(field, *(("at_least", {"min": m[2]}) if m[1] == ">=" else ("at_most", {"max": m[2]}))),
    ),
    (_TYPE, lambda field, m: Detail(field, "wrong_type", {"expected": m[1], "found": m[2]})),
)


def _repeatable_fields(kind: type) -> frozenset[str]:
    return frozenset(name for name, hint in _hints(kind).items() if _is_sequence(hint))


def _hints(kind: type) -> dict[str, Any]:
    known = _HINTS.get(kind)
    if known is None:
        known = _HINTS[kind] = get_type_hints(kind)
    return known


_HINTS: Final[dict[type, dict[str, Any]]] = {}


def _is_sequence(hint: Any) -> bool:
    return get_origin(hint) in {tuple, list} or any(_is_sequence(part) for part in get_args(hint))
