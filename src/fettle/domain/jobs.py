"""Background work, as rows in the same transaction as the thing it is about."""

from enum import StrEnum

import msgspec

from fettle.domain.instants import Instant


class JobKind(StrEnum):
    """What is to be done; `subject_id` of the job names on what."""

    WATCH_PHOTO = "WATCH_PHOTO"
    READ_FACTS = "READ_FACTS"
    CHECK_FILES = "CHECK_FILES"
    COPY_TO_FOLDER = "COPY_TO_FOLDER"
    COPY_TO_WEBHOOK = "COPY_TO_WEBHOOK"
    COPY_TO_S3 = "COPY_TO_S3"
    TIMESTAMP = "TIMESTAMP"
    MAKE_PACK = "MAKE_PACK"


class Job(msgspec.Struct, frozen=True, array_like=True):
    """To be run at `run_at` or later by whoever claims it until `claimed_until`."""

    id: str
    company_id: str
    kind: JobKind
    subject_id: str
    created_at: Instant
    run_at: Instant
    attempts: int = 0
    claimed_until: Instant | None = None
    last_error: str | None = None
