"""The documents of a work order's plan as its page shows them."""

from enum import StrEnum
from typing import NamedTuple

from fettle.domain.dates import shown_size
from fettle.domain.evidence import State, Type
from fettle.domain.instants import Instant
from fettle.domain.originals import shown_state
from fettle.services.reading import Piece
from fettle.web.pages.order_photos import Shot, shot_of

_PDF = "application/pdf"


class Look(StrEnum):
    """How a document is looked at."""

    TEXT = "text"
    PICTURE = "picture"
    PDF = "pdf"
    FILE = "file"


class Document(NamedTuple):
    """One of them; `text` is what it says, or what is said of it. Without a `path` its bytes are not there."""

    id: str
    name: str
    look: Look
    text: str
    path: str | None
    file_name: str | None
    size: str | None
    shot: Shot
    state: State
    added_at: Instant
    added_by_user_id: str


def document_of(piece: Piece, language: str) -> Document:
    """An attachment."""
    entry, file = piece.entry, piece.file
    shot, is_there = shot_of(piece), file is not None and file.removed_at is None
    return Document(
        entry.id,
        entry.name,
        _look_of(piece, shot),
        entry.value,
        f"/files/{entry.file_name}" if is_there else None,
        file.original_file_name if file is not None else None,
        shown_size(file.size, language) if file is not None else None,
        shot,
        shown_state(entry, file),
        entry.added_at,
        entry.added_by_user_id,
    )


def _look_of(piece: Piece, shot: Shot) -> Look:
    if piece.entry.type is Type.TEXT:
        return Look.TEXT
    if piece.file is not None and piece.file.content_type == _PDF:
        return Look.PDF
    return Look.PICTURE if shot.path is not None else Look.FILE
