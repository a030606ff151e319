"""Copies of checkpoints out of the server's hands: where they go, and what came of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from fettle.domain.checkpoints import Checkpoint, read_note
from fettle.domain.instants import Instant
from fettle.domain.jobs import JobKind

_ROOT_DIGITS: Final = 16


class Destination(StrEnum):
    """Where a copy goes; a time stamp is a signature that comes back."""

    FOLDER = "folder"
    WEBHOOK = "webhook"
    S3 = "s3"
    TIMESTAMP = "timestamp"


class Fault(StrEnum):
    """Why a copy was not taken. What else is known is in the server's log, for it may name machines."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    TOO_LARGE = "too_large"
    NOT_UNDERSTOOD = "not_understood"
    NO_SPACE = "no_space"
    OTHER_CONTENT = "other_content"
    NOT_LOCKED = "not_locked"
    NOT_PROVEN = "not_proven"


class CheckpointCopy(msgspec.Struct, frozen=True, array_like=True):
    """One checkpoint on its way to one destination; `made_at` is the checkpoint's.

    `proof` is what the destination gave for it: a file's name, the version of an object, a time-stamp token in base64.
    """

    id: str
    company_id: str
    size: int
    note: str
    destination: Destination
    made_at: Instant
    attempts: int = 0
    last_error: Fault | None = None
    delivered_at: Instant | None = None
    proof: str | None = None


# A kind for each, so that one which is down keeps no other waiting.
COPY_JOBS: Final[Mapping[Destination, JobKind]] = {
    Destination.FOLDER: JobKind.COPY_TO_FOLDER,
    Destination.WEBHOOK: JobKind.COPY_TO_WEBHOOK,
    Destination.S3: JobKind.COPY_TO_S3,
    Destination.TIMESTAMP: JobKind.TIMESTAMP,
}


def file_name(checkpoint: Checkpoint) -> str:
    """The name of a copy: size, the beginning of the root, and the id of the key that signed.

    No two different notes of a log share one, unless somebody found two roots that begin alike.
    """
    key_ids = "-".join(key_id.hex() for _, key_id, _ in read_note(checkpoint.note).signatures)
    return f"{checkpoint.size}-{checkpoint.root[:_ROOT_DIGITS]}-{key_ids}.txt"
