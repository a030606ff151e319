"""What is in the bytes of a picture or document, and the smaller pictures that are made of it."""

import re
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from fettle.domain.files import StoredFile
from fettle.domain.instants import MINUTE, Instant

_Text = Annotated[str, Meta(max_length=100)]
_Pixels = Annotated[int, Meta(ge=1, le=1_000_000)]
# The formats that are read; a video is known by its type and size alone.
READ_TYPES: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/tiff",
        "image/bmp",
        "image/avif",
        "image/heic",
        "image/heif",
        "image/heic-sequence",
        "image/heif-sequence",
        "application/pdf",
    }
)
# A clock that is a little wrong is no disagreement.
TIMES_AGREE_WITHIN: Final = 5 * MINUTE
_QUARTER: Final = 15 * MINUTE
_BAND: Final = 4
_FEWEST_BITS: Final = 8
_ALIKE_BITS: Final = 3
_FARTHEST_ZONE: Final = 14 * 60 * MINUTE
_LOCAL: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?")


class RenditionKind(StrEnum):
    """A smaller picture: WebP, upright, without metadata; its longer side is at most `longest` pixels."""

    THUMBNAIL = "thumbnail"
    PREVIEW = "preview"
    LARGE = "large"

    @property
    def longest(self) -> int:
        """Pixels of the longer side."""
        return {"thumbnail": 320, "preview": 1280, "large": 2560}[self.value]


class Problem(StrEnum):
    """Why nothing could be read of the bytes, or not all.

    TOO_LARGE is what needs more memory or time than one file is given; TOO_SLOW what may be tried again.
    """

    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    LOCKED = "locked"


class Facts(msgspec.Struct, frozen=True):
    """What the bytes say of themselves; nobody vouches for it.

    `width` and `height` are those of the upright picture, in pixels; `orientation` is Exif's, 1 to 8. `captured_text`
    is the camera's time as ISO 8601, with its offset where the camera wrote one; `captured_at` the instant, where that
    is known, or else the time read as UTC. Latitude and longitude in degrees (WGS 84), altitude in metres.
    `placeholder` is a data URL of a picture of a few pixels. `look` is a difference hash of 64 bits, in hex.
    """

    width: _Pixels | None = None
    height: _Pixels | None = None
    orientation: Annotated[int, Meta(ge=1, le=8)] | None = None
    pages: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    captured_text: Annotated[str, Meta(max_length=40)] | None = None
    captured_at: Annotated[int, Meta(ge=-(1 << 56), le=1 << 58)] | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    altitude_m: Annotated[float, Meta(ge=-100_000, le=10_000_000)] | None = None
    camera_make: _Text | None = None
    camera_model: _Text | None = None
    placeholder: Annotated[str, Meta(max_length=2000, pattern=r"^data:image/webp;base64,[A-Za-z0-9+/=]*$")] | None = (
        None
    )
    look: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")] | None = None
    problem: Problem | None = None


class FileFacts(msgspec.Struct, frozen=True, array_like=True):
    """The facts of one stored file, as its row. `looks_like` names a file that was there before and looks the same."""

    file_name: str
    company_id: str
    read_at: Instant
    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    pages: int | None = None
    captured_text: str | None = None
    captured_at: Instant | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    placeholder: str | None = None
    look: str | None = None
    problem: Problem | None = None
    looks_like: str | None = None


class Rendition(msgspec.Struct, frozen=True, array_like=True):
    """A smaller picture that was made of a file, and where its bytes are."""

    file_name: str
    kind: RenditionKind
    company_id: str
    storage_key: str
    size: int
    sha256: str
    width: int
    height: int
    created_at: Instant


class Drawn(msgspec.Struct, frozen=True):
    """A smaller picture on its way: its bytes, and its pixels."""

    kind: RenditionKind
    width: _Pixels
    height: _Pixels
    content: Annotated[bytes, Meta(min_length=1, max_length=16 << 20)]


class PrintSize(msgspec.Struct, frozen=True):
    """How large a picture for paper may be: in pixels of its longer side, and in bytes."""

    longest: _Pixels
    max_bytes: int


class Print(msgspec.Struct, frozen=True):
    """A picture for paper: JPEG in RGB, upright, without metadata."""

    width: _Pixels
    height: _Pixels
    content: Annotated[bytes, Meta(min_length=1, max_length=16 << 20)]


class Reading(msgspec.Struct, frozen=True):
    """What was found in a file and made of it; `facts.problem` says why it is not all."""

    facts: Facts
    drawn: tuple[Drawn, ...] = ()
    printed: Print | None = None


def is_read(content_type: str) -> bool:
    """Whether facts and smaller pictures are made of such bytes."""
    return content_type in READ_TYPES


def has_renditions(file: StoredFile | None, facts: FileFacts | None) -> bool:
    """Whether smaller pictures can be made of a file, as far as is known."""
    cannot = facts is not None and facts.problem is not None
    return file is not None and file.removed_at is None and is_read(file.content_type) and not cannot


def bands(look: str) -> tuple[str, ...]:
    """The quarters of a look: two looks that differ in three bits at most have at least one in common."""
    return tuple(look[start : start + _BAND] for start in range(0, len(look), _BAND))


def is_telling(look: str) -> bool:
    """Whether a look says anything: every plain wall has nearly the same."""
    return _FEWEST_BITS <= int(look, 16).bit_count() <= 64 - _FEWEST_BITS


def looks_alike(one: str, other: str) -> bool:
    """Whether two looks differ in so few bits as those of one picture in two sizes or qualities."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= _ALIKE_BITS


def times_disagree(facts: FileFacts, taken_at: Instant | None) -> bool:
    """Whether the camera's time is another than the one that the client told.

    Where the camera wrote no offset, its time may be that of any zone: then whole quarters of an hour do not count.
    """
    if taken_at is None or facts.captured_at is None or facts.captured_text is None:
        return False
    apart = abs(facts.captured_at - taken_at)
    if not _LOCAL.fullmatch(facts.captured_text):
        return apart > TIMES_AGREE_WITHIN
    rest = apart % _QUARTER
    return min(rest, _QUARTER - rest) > TIMES_AGREE_WITHIN or apart > _FARTHEST_ZONE + TIMES_AGREE_WITHIN
