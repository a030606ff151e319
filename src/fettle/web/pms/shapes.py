"""What every operation of `/v1` shares in its JSON: the envelope, optional keys, the answers to creates and actions."""

from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from fettle.domain.instants import Instant, show_instant
from fettle.services.gate import Done
from fettle.web.answers import Headers, Response, as_json, header
from fettle.web.fields import Uuid, camel_case

T = TypeVar("T")

REPLAYED: Final = {"Fettle-Replayed": "`true` when an earlier request had done it already."}
CREATED: Final = {"Location": "The path of what was made.", **REPLAYED}
ORDER_ERRORS: Final = ("WORK_ORDER_NOT_FOUND",)
CHANGE_ERRORS: Final = ("INVALID_BODY", "USER_NOT_FOUND", "NOT_YOURSELF", "IDEMPOTENCY_KEY_REUSED")
_IS_REPLAYED: Final = header("fettle-replayed", "true")


class Body(msgspec.Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """What a client sends."""


class Shape(msgspec.Struct, rename="camel", frozen=True):
    """What a client gets: keys that are UNSET are absent, and none is ever null."""


class Data(msgspec.Struct, Generic[T], frozen=True):
    """The envelope of every success."""

    data: T


class Made(Shape, frozen=True):
    """The id of what was made or changed."""

    id: Uuid


def show(value: Any, status: int = 200, headers: Headers = ()) -> Response:
    """The value in its envelope."""
    return as_json(Data(value), status, headers)


def created(value: Any, location: str, done: Done) -> Response:
    """201 with the place of what was made, by this request or by an earlier one like it."""
    return show(value, 201, (header("location", location), *replay_headers(done)))


def replay_headers(done: Done) -> Headers:
    """`Fettle-Replayed: true` when an earlier request had done it already."""
    return (_IS_REPLAYED,) if done.replayed else ()


def known(value: T | None) -> T | UnsetType:
    """The value of an optional key, absent when there is none."""
    return UNSET if value is None else value


def known_instant(instant: Instant | None) -> str | UnsetType:
    """An optional date-time, absent when there is none."""
    return UNSET if instant is None else show_instant(instant)


def sent_fields(body: msgspec.Struct) -> dict[str, Any]:
    """What a PATCH names, by the fields' own names: null is a value, an absent key is none."""
    sent = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in sent.items() if value is not UNSET}


def camel_keys(value: Any) -> Any:
    """What the record keeps as JSON, with the keys spelled as `/v1` spells them."""
    if isinstance(value, dict):
        return {camel_case(key): camel_keys(member) for key, member in value.items()}
    return [camel_keys(member) for member in value] if isinstance(value, list) else value
