"""TIFF 6.0, and Adobe's DNG, which is a TIFF that has the tag DNGVersion in its first directory."""

import struct
from typing import Final

_ORDERS: Final = {b"II*\x00": "<", b"MM\x00*": ">", b"II+\x00": "<", b"MM\x00+": ">"}
_BIG: Final = frozenset({b"II+\x00", b"MM\x00+"})
_DNG_VERSION: Final = 50706
_ENTRY_BYTES: Final = 12


def type_of_tiff(head: bytes) -> str | None:
    """`image/x-adobe-dng` or `image/tiff`, None for anything else. BigTIFF is told from it by its number 43."""
    order = _ORDERS.get(head[:4])
    if order is None:
        return None
    is_dng = head[:4] not in _BIG and _DNG_VERSION in _tags(head, order)
    return "image/x-adobe-dng" if is_dng else "image/tiff"


def _tags(head: bytes, order: str) -> set[int]:
    """The tags of the first directory, as far as they are in the head."""
    if len(head) < 8:  # noqa: PLR2004 - the header's size
        return set()
    (at,) = struct.unpack_from(f"{order}I", head, 4)
    if at + 2 > len(head):
        return set()
    (count,) = struct.unpack_from(f"{order}H", head, at)
    starts = range(at + 2, min(at + 2 + count * _ENTRY_BYTES, len(head) - 1), _ENTRY_BYTES)
    return {struct.unpack_from(f"{order}H", head, start)[0] for start in starts}
