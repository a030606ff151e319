"""Cursors: a place in a list as opaque text. Not secret, but checked: one of another list, or made up, is refused."""

import base64
import binascii
import zlib
from typing import Annotated, Final

import msgspec

from fettle.domain.errors import Detail, Invalid
from fettle.domain.ids import parse_uuid
from fettle.services.rows import After

_Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_PLACE: Final = msgspec.json.Decoder(tuple[_Int64 | str | None, str])
_CHECKSUM_BYTES: Final = 4


def encode_cursor(list_name: str, place: After) -> str:
    """The cursor of a place; `list_name` says which list in which order, so that no other list takes it."""
    body = msgspec.json.encode((place.value, place.id))
    return base64.urlsafe_b64encode(_checksum(list_name, body) + body).decode().rstrip("=")


def decode_cursor(list_name: str, cursor: str) -> After:
    """The place of a cursor of this list; raises INVALID_PARAMETER for anything else."""
    try:
        sent = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        body = sent[_CHECKSUM_BYTES:]
        value, row_id = _PLACE.decode(body)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise _refusal() from None
    if sent[:_CHECKSUM_BYTES] != _checksum(list_name, body) or parse_uuid(row_id) != row_id:
        raise _refusal()
    return After(value, row_id)


def _checksum(list_name: str, body: bytes) -> bytes:
    return zlib.crc32(list_name.encode() + b"\n" + body).to_bytes(_CHECKSUM_BYTES, "big")


def _refusal() -> Invalid:
    return Invalid("INVALID_PARAMETER", Detail("cursor", "cursor"))
