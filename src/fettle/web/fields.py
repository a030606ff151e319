"""Kinds of field that bodies and parameters share: what the documentation says of them, and how they are read."""

import re
from typing import Annotated, Final, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from fettle.domain.errors import Detail, Invalid
from fettle.domain.ids import MAX_INTEGER, UUID_PATTERN, parse_uuid
from fettle.domain.instants import Instant, parse_instant
from fettle.domain.limits import MAX_COMMENT_CHARACTERS, MAX_NAME_CHARACTERS

# The patterns and formats are for the documentation; what refuses, with its own sentence, are the functions below.
Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid", "pattern": UUID_PATTERN})]
DateTime = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS)]
Comment = Annotated[str, Meta(min_length=1, max_length=MAX_COMMENT_CHARACTERS)]
Description = Annotated[str, Meta(max_length=MAX_COMMENT_CHARACTERS)]
Phase = Annotated[str, Meta(max_length=MAX_NAME_CHARACTERS)]
PositiveInteger = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]

Sent = TypeVar("Sent")
_SHA256: Final = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)

BODY: Final = "INVALID_BODY"
PARAMETER: Final = "INVALID_PARAMETER"


class NoQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The query of an operation that takes no parameters."""


def given(sent: Sent | UnsetType) -> Sent | None:
    """What was sent, None when nothing was: query parameters have no null of their own."""
    return None if sent is UNSET else sent


def uuid_of(text: str, field: str, code: str = BODY) -> str:
    """The id in lower case; raises an Invalid of this code, naming the field, for what is no UUID."""
    parsed = parse_uuid(text)
    if parsed is None:
        raise Invalid(code, Detail(field, "uuid"))
    return parsed


def optional_uuid_of(text: str | None, field: str, code: str = BODY) -> str | None:
    """As `uuid_of`, for a field that may be empty."""
    return None if text is None else uuid_of(text, field, code)


def optional_instant_of(text: str | None, field: str, code: str = BODY) -> Instant | None:
    """The instant of an RFC 3339 date-time; raises an Invalid of this code, naming the field."""
    if text is None:
        return None
    instant = parse_instant(text)
    if instant is None:
        raise Invalid(code, Detail(field, "date_time"))
    return instant


def sha256_of(text: str | None, field: str) -> str | None:
    """The hash in lower case, None for none; raises an INVALID_BODY, naming the field, for what is no SHA-256."""
    if text is not None and not _SHA256.fullmatch(text):
        raise Invalid(BODY, Detail(field, "not_valid", {"reason": "SHA-256, hex"}))
    return None if text is None else text.lower()


def camel_case(field: str) -> str:
    """`taken_at` as `/v1` spells it: `takenAt`."""
    first, *rest = field.split("_")
    return first + "".join(part.capitalize() for part in rest)
