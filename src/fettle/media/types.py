"""The media type by content. This module fulfils `ports.TypeReader`."""

import re
from collections.abc import Callable
from typing import Final

from fettle.media.boxes import type_of_boxes
from fettle.media.markup import type_of_text
from fettle.media.tiff import type_of_tiff
from fettle.media.zips import type_of_zip

UNKNOWN: Final = "application/octet-stream"

_BMP_HEADER_SIZES: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_BY_START: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xff\x0a", "image/jxl"),
    (b"\xff\x4f\xff\x51", "image/j2c"),
    (b"\x1f\x8b\x08", "application/gzip"),
)
_PDF: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,16}%PDF-\d")


def type_of(head: bytes) -> str:
    """The media type by the first 4 KiB, `application/octet-stream` when unknown; never by name or header."""
    for start, media_type in _BY_START:
        if head.startswith(start):
            return media_type
    for reader in _READERS:
        found = reader(head)
        if found is not None:
            return found
    return UNKNOWN


def _type_of_riff(head: bytes) -> str | None:
    return "image/webp" if head.startswith(b"RIFF") and head[8:12] == b"WEBP" else None


def _type_of_bmp(head: bytes) -> str | None:
    has_header = int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES
    return "image/bmp" if head.startswith(b"BM") and has_header else None


def _type_of_pdf(head: bytes) -> str | None:
    return "application/pdf" if _PDF.match(head) else None


def _type_of_matroska(head: bytes) -> str | None:
    """EBML, RFC 8794; the document type is among the first elements."""
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


_READERS: Final[tuple[Callable[[bytes], str | None], ...]] = (
    _type_of_riff,
    type_of_boxes,
    type_of_tiff,
    _type_of_bmp,
    _type_of_pdf,
    _type_of_matroska,
    type_of_zip,
    type_of_text,
)
