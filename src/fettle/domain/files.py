"""A stored file, and the cleaning of the name it came with: a file name is data, never a path."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

import msgspec

from fettle.domain.errors import NotFound
from fettle.domain.instants import Instant
from fettle.domain.limits import MAX_FILE_NAME_BYTES

BIDI_CONTROLS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONGEST_ENDING_BYTES: Final = 32


class Origin(StrEnum):
    """Where a file came from: sent by itself and nameable as a photo's object, or evidence from its first byte."""

    UPLOAD = "UPLOAD"
    EVIDENCE = "EVIDENCE"


class StoredFile(msgspec.Struct, frozen=True, array_like=True):
    """Bytes that are durable: known by `name` (a UUID) outside, by a random `storage_key` in the store.

    Once they are removed for good the row says what they were. `place_erased_at`: where it was taken is not to be read.
    """

    name: str
    company_id: str
    storage_key: str
    size: int
    sha256: str
    content_type: str
    original_file_name: str | None
    origin: Origin
    created_at: Instant
    created_by_user_id: str
    checked_at: Instant | None = None
    damaged_at: Instant | None = None
    removed_at: Instant | None = None
    place_erased_at: Instant | None = None

    @property
    def is_whole(self) -> bool:
        """Whether its bytes are there and, as far as is known, what they were."""
        return self.damaged_at is None and self.removed_at is None


class BytesRemoved(NotFound):
    """The bytes were here, and were removed for good; the log says when."""

    code = "BYTES_REMOVED"


def clean_file_name(sent: str) -> str | None:
    """The last path segment without control characters, at most 255 bytes with its ending kept; None for nothing."""
    segment = re.split(r"[/\\]", sent)[-1]
    visible = "".join(c for c in BIDI_CONTROLS.sub("", segment) if unicodedata.category(c) not in {"Cc", "Cs"})
    name = unicodedata.normalize("NFC", visible).strip()
    if re.fullmatch(r"[A-Za-z]:.*", name):
        name = name[2:]
    if name in {"", ".", ".."}:
        return None
    return cut_file_name(name, MAX_FILE_NAME_BYTES)


def cut_file_name(name: str, most_bytes: int) -> str:
    """The name in at most so many bytes of UTF-8, a short ending kept."""
    if len(name.encode()) <= most_bytes:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = dot + ending if stem and len(ending.encode()) < _LONGEST_ENDING_BYTES else ""
    head = (stem if tail else name).encode()[: most_bytes - len(tail.encode())]
    return head.decode(errors="ignore") + tail
