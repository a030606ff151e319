"""Evidence: what was attached to a work order, and the photos taken during the work. One record for both contracts."""

import hashlib
from enum import StrEnum
from typing import Final

import msgspec

from fettle.domain.catalogue import DataType
from fettle.domain.errors import Detail, Invalid, Unsupported
from fettle.domain.ids import parse_uuid
from fettle.domain.instants import Instant
from fettle.domain.limits import MAX_TEXT_VALUE_BYTES
from fettle.domain.work_orders import WorkOrder, require_draft, require_open


class Kind(StrEnum):
    """An attachment belongs to the plan; a photo to the work."""

    ATTACHMENT = "attachment"
    PHOTO = "photo"


class Type(StrEnum):
    """What an entry is (seed A)."""

    IMAGE = "IMAGE"
    FILE = "FILE"
    TEXT = "TEXT"


class State(StrEnum):
    """What we know of the bytes. A deletion is a mark beside it, see `deleted_at`.

    REMOVED is shown and never kept: the row keeps the state that it had, see `bytes_removed_at`.
    """

    REFERENCED = "referenced"
    STORED = "stored"
    MISSING = "missing"
    DAMAGED = "damaged"
    REMOVED = "removed"


DATA_TYPE_OF: Final = {
    Type.IMAGE: DataType.IMAGE,
    Type.FILE: DataType.FILE,
    Type.TEXT: DataType.PARAMETRIC_QUALITATIVE,
}
NAME_OF_A_STEPLESS_PHOTO: Final = "photo"


class Evidence(msgspec.Struct, frozen=True, array_like=True):
    """One entry. `file_name` is always a UUID: of the stored file, or reserved for bytes that are still awaited.

    `repeat_key` tells the same request sent again; `completed_key` the same for the request that brought awaited bytes.
    `seq` is the version of the work order that the entry made: the order of lists. `state` stays what it was when the
    bytes are removed for good.
    """

    id: str
    company_id: str
    work_order_id: str
    seq: int
    kind: Kind
    type: Type
    name: str
    dataset_id: str
    value: str
    state: State
    file_name: str
    added_at: Instant
    added_by_user_id: str
    repeat_key: str
    completed_key: str | None = None
    step: str | None = None
    object_key: str | None = None
    cdn_url: str | None = None
    taken_at: Instant | None = None
    taken_at_text: str | None = None
    deleted_at: Instant | None = None
    deleted_by_user_id: str | None = None
    deletion_reason: str | None = None
    bytes_removed_at: Instant | None = None

    @property
    def file_names(self) -> tuple[str, ...]:
        """Where its bytes may be: its own file, and the one that it is, or was, to be copied from."""
        source = parse_uuid(self.object_key or "")
        return (self.file_name,) if source in (None, self.file_name) else (self.file_name, source)


def require_addable(kind: Kind, order: WorkOrder) -> None:
    """The rule goes by kind (contract B): the plan while DRAFT, photos while it is open. Deleting follows it too."""
    (require_draft if kind is Kind.ATTACHMENT else require_open)(order)


class NewAttachment(msgspec.Struct, frozen=True):
    """An attachment as a client describes it; `file_name` is the text as sent, `value` the text or caption."""

    type: Type
    name: str
    value: str | None = None
    file_name: str | None = None

    def require_complete(self, *, has_bytes: bool, bytes_required: bool) -> None:
        """Raise when the type and what came with it do not fit (contract A, PUT attachments)."""
        if self.value is not None and len(self.value.encode()) > MAX_TEXT_VALUE_BYTES:
            raise Invalid("INVALID_BODY", Detail("value", "too_long", {"max": MAX_TEXT_VALUE_BYTES}))
        if self.type is Type.TEXT:
            self._require_text(has_bytes=has_bytes)
        elif not has_bytes and (bytes_required or self.file_name is None):
            raise Invalid("ATTACHMENT_MISSING", Detail("attachment", "required"))

    def _require_text(self, *, has_bytes: bool) -> None:
        if has_bytes:
            raise Invalid("INVALID_BODY", Detail("attachment", "text_has_no_bytes"))
        if self.value is None:
            raise Invalid("INVALID_BODY", Detail("value", "required_for_text"))

    def repeat_key(self, work_order_id: str, added_by_user_id: str, sha256: str | None) -> str:
        """Equal for two requests exactly when all that was sent is equal (contract A, "Repeatable")."""
        return _digest(
            "attachment",
            work_order_id,
            self.type,
            self.name,
            added_by_user_id,
            self.value,
            self.file_name,
            sha256,
        )


class NewPhoto(msgspec.Struct, frozen=True):
    """A photo by reference (seed B). `taken_at_text` is the capture time to the letter, `taken_at` its instant."""

    object_key: str
    cdn_url: str
    taken_at: Instant
    taken_at_text: str
    step: str | None = None

    def repeat_key(self, work_order_id: str) -> str:
        """Equal for the same key, instant and step on the same order (contract B, "Repeatable")."""
        return _digest("photo", work_order_id, self.object_key, self.taken_at, self.step)


class NewPhotoBytes(msgspec.Struct, frozen=True):
    """A photo that comes with its bytes; `repeat_key` tells the same upload ended again."""

    repeat_key: str
    step: str | None = None
    taken_at: Instant | None = None
    taken_at_text: str | None = None


def require_image(content_type: str) -> None:
    """Raise NOT_AN_IMAGE when the first bytes are no picture; the message names FILE as the way."""
    if not content_type.startswith("image/") or content_type == "image/svg+xml":
        raise Unsupported("NOT_AN_IMAGE", found=content_type)


def _digest(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
