"""An upload in parts: which evidence it will become, and how much of it is durable."""

import re
from enum import StrEnum
from typing import Final

import msgspec

from fettle.domain.errors import Conflict, Detail, FettleError, Invalid, Kind
from fettle.domain.evidence import Kind as EvidenceKind
from fettle.domain.evidence import Type
from fettle.domain.files import clean_file_name
from fettle.domain.ids import parse_uuid
from fettle.domain.instants import Instant, parse_instant
from fettle.domain.limits import MAX_NAME_CHARACTERS
from fettle.domain.photos import check_step

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_KNOWN: Final = frozenset({"workOrderId", "kind", "name", "filename", "takenAt", "step", "sha256", "filetype"})


class UploadKind(StrEnum):
    """What the bytes will be once they are all there."""

    PHOTO = "photo"
    IMAGE = "image"
    FILE = "file"

    @property
    def evidence_kind(self) -> EvidenceKind:
        """A photo belongs to the work, the others to the plan."""
        return EvidenceKind.PHOTO if self is UploadKind.PHOTO else EvidenceKind.ATTACHMENT

    @property
    def type(self) -> Type:
        """The type of the entry."""
        return Type.FILE if self is UploadKind.FILE else Type.IMAGE


class Upload(msgspec.Struct, frozen=True, array_like=True):
    """One upload. `received` bytes are durable, and known to be; `metadata` is what the client sent, to the letter.

    `evidence_id` is there once the last byte is, and never before. `key_id` is the API key that began it, None where
    a signed-in person did.
    """

    id: str
    company_id: str
    work_order_id: str
    user_id: str
    kind: UploadKind
    length: int
    received: int
    metadata: str
    created_at: Instant
    expires_at: Instant
    name: str | None = None
    file_name: str | None = None
    step: str | None = None
    taken_at: Instant | None = None
    taken_at_text: str | None = None
    sha256: str | None = None
    evidence_id: str | None = None
    key_id: str | None = None


class UploadPart(msgspec.Struct, frozen=True, array_like=True):
    """Bytes of an upload that were made durable together: where they begin, how many, what the store calls them."""

    upload_id: str
    company_id: str
    start: int
    size: int
    name: str


class WrongOffset(Conflict):
    """The client goes on from where the server is not, or somebody else went on meanwhile."""

    code = "UPLOAD_OFFSET"


class UploadBusy(Conflict):
    """Another request is adding to the same upload at this moment."""

    code = "UPLOAD_BUSY"


class UploadExpired(FettleError):
    """It was left alone for too long, and its bytes are gone."""

    kind, code = Kind.NOT_FOUND, "UPLOAD_EXPIRED"


class ChecksumMismatch(Invalid):
    """The bytes that arrived are not those that were sent."""

    code = "CHECKSUM_MISMATCH"


class Wanted(msgspec.Struct, frozen=True):
    """What a client says of an upload before it sends a byte."""

    work_order_id: str
    kind: UploadKind
    name: str | None
    file_name: str | None
    step: str | None
    taken_at: Instant | None
    taken_at_text: str | None
    sha256: str | None


def read_metadata(sent: dict[str, str]) -> Wanted:
    """What Upload-Metadata says; raises INVALID_METADATA naming the key that is unknown, missing or wrong."""
    for key in sent:
        if key not in _KNOWN:
            raise _invalid(key, "unknown_field")
    order, kind = parse_uuid(_needed(sent, "workOrderId")), _needed(sent, "kind")
    if order is None:
        raise _invalid("workOrderId", "uuid")
    if kind not in set(UploadKind):
        raise _invalid("kind", "not_valid", reason=" | ".join(UploadKind))
    file_name = clean_file_name(sent.get("filename", ""))
    taken_at = parse_instant(sent["takenAt"]) if "takenAt" in sent else None
    if "takenAt" in sent and taken_at is None:
        raise _invalid("takenAt", "date_time")
    sha256 = sent.get("sha256")
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise _invalid("sha256", "not_valid", reason="SHA-256, hex")
    return Wanted(
        order,
        UploadKind(kind),
        _name(sent, UploadKind(kind), file_name),
        file_name,
        check_step(sent.get("step")),
        taken_at,
        sent.get("takenAt"),
        sha256.lower() if sha256 else None,
    )


def _name(sent: dict[str, str], kind: UploadKind, file_name: str | None) -> str | None:
    """The name of an attachment, which is its file's where none is given; a photo is named by its step."""
    if kind is UploadKind.PHOTO:
        return None
    name = sent.get("name", "").strip() or file_name
    if name is None:
        raise _invalid("name", "required")
    if len(name) > MAX_NAME_CHARACTERS:
        raise _invalid("name", "too_long", max=MAX_NAME_CHARACTERS)
    return name


def _needed(sent: dict[str, str], key: str) -> str:
    if not sent.get(key):
        raise _invalid(key, "required")
    return sent[key]


def _invalid(field: str, code: str, **params: object) -> Invalid:
    return Invalid("INVALID_METADATA", Detail(field, code, params))
