"""The activity log: one entry for every version of a work order. Who, what, old and new value, when."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from fettle.domain.instants import Instant


class EntryType(StrEnum):
    """What happened."""

    CREATED = "CREATED"
    EDITED = "EDITED"
    STATUS_CHANGED = "STATUS_CHANGED"
    COMMENTED = "COMMENTED"
    ATTACHMENT_ADDED = "ATTACHMENT_ADDED"
    ATTACHMENT_COMPLETED = "ATTACHMENT_COMPLETED"
    ATTACHMENT_DELETED = "ATTACHMENT_DELETED"
    PHOTO_ADDED = "PHOTO_ADDED"
    PHOTO_ADDED_LATE = "PHOTO_ADDED_LATE"
    LATE_PHOTO_ACCEPTED = "LATE_PHOTO_ACCEPTED"
    LATE_PHOTO_REJECTED = "LATE_PHOTO_REJECTED"
    PHOTO_LINK_CHANGED = "PHOTO_LINK_CHANGED"
    PHOTO_DELETED = "PHOTO_DELETED"
    EVIDENCE_STATE_CHANGED = "EVIDENCE_STATE_CHANGED"
    APPROVAL_REQUESTED = "APPROVAL_REQUESTED"
    APPROVAL_GIVEN = "APPROVAL_GIVEN"
    APPROVAL_REJECTED = "APPROVAL_REJECTED"
    APPROVAL_WITHDRAWN = "APPROVAL_WITHDRAWN"


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One entry. `seq` is the version of the work order it made; `data` is JSON text, at least `{}`.

    `data.changes` maps each changed field to [old, new]; every other key says what the entry is about.
    """

    id: str
    company_id: str
    work_order_id: str
    seq: int
    type: EntryType
    added_at: Instant
    added_by_user_id: str
    data: str


def write_data(changes: Mapping[str, tuple[Any, Any]] | None = None, **about: Any) -> str:
    """The JSON text of an entry: `about` without its Nones, and `changes` when there are any."""
    data: dict[str, Any] = {key: value for key, value in about.items() if value is not None}
    if changes:
        data["changes"] = changes
    return msgspec.json.encode(data).decode()


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """[old, new] for every field of `new` whose value differs."""
    return {field: (old.get(field), value) for field, value in new.items() if old.get(field) != value}
