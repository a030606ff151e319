"""Photos sent straight to the store: what was announced of the bytes, before any of them was sent."""

import re
from typing import Final

import msgspec

from fettle.domain.errors import Detail, Invalid, invalid_field
from fettle.domain.evidence import require_image
from fettle.domain.files import clean_file_name
from fettle.domain.instants import SECOND, Instant

LASTS_S: Final = 15 * 60
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_MEDIA_TYPE: Final = re.compile(r"image/[a-z0-9][a-z0-9.+-]{0,60}")
# Names that clients use for one and the same format.
_SAME: Final = {"image/jpg": "image/jpeg", "image/heif": "image/heic", "image/x-ms-bmp": "image/bmp"}


class DirectUpload(msgspec.Struct, frozen=True, array_like=True):
    """Bytes that a client may put into the store until `expires_at`; its id is the object's key, and the file's name.

    `evidence_id` is there once they are a photo: the key works once. `swept_at` is when the bytes under the key were
    removed; the key is remembered, for it can never be that of an object that is still to come.
    """

    id: str
    company_id: str
    work_order_id: str
    user_id: str
    file_name: str
    content_type: str
    size: int
    created_at: Instant
    expires_at: Instant
    sha256: str | None = None
    evidence_id: str | None = None
    swept_at: Instant | None = None

    def require_same(self, *, size: int, content_type: str, sha256: str | None) -> None:
        """Raise OBJECT_DIFFERS, naming the field, unless this is what was announced; None for a hash not known yet."""
        for field, announced, found in (
            ("size", self.size, size),
            ("contentType", _plain(self.content_type), _plain(content_type)),
            ("sha256", self.sha256 if sha256 else None, sha256 if self.sha256 else None),
        ):
            if announced != found:
                raise ObjectDiffers(None, Detail(field, "object_differs", {"announced": announced, "found": found}))


class NewDirectUpload(msgspec.Struct, frozen=True):
    """What a client says of a photo before it sends it; `size` in bytes."""

    file_name: str
    content_type: str
    size: int
    sha256: str | None = None

    def upload(self, upload_id: str, company_id: str, work_order_id: str, user_id: str, now: Instant) -> DirectUpload:
        """The upload, for the next 15 minutes."""
        return DirectUpload(
            id=upload_id,
            company_id=company_id,
            work_order_id=work_order_id,
            user_id=user_id,
            file_name=self.file_name,
            content_type=self.content_type,
            size=self.size,
            created_at=now,
            expires_at=now + LASTS_S * SECOND,
            sha256=self.sha256,
        )


class ObjectDiffers(Invalid):
    """The bytes that were sent are not those that were announced."""

    code = "OBJECT_DIFFERS"


def announce(file_name: str, content_type: str, size: int, sha256: str | None) -> NewDirectUpload:
    """What the client said, cleaned; raises INVALID_BODY naming the field, NOT_AN_IMAGE."""
    plain_type = content_type.strip().lower()
    if not plain_type.startswith("image/"):
        require_image(plain_type[:100])
    if not _MEDIA_TYPE.fullmatch(plain_type):
        raise invalid_field("contentType", "not_valid", reason="image/jpeg, image/heic, …")
    require_image(plain_type)
    if size < 1:
        raise invalid_field("size", "at_least", min=1)
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise invalid_field("sha256", "not_valid", reason="SHA-256, hex")
    name = clean_file_name(file_name) or f"photo.{plain_type.removeprefix('image/')}"
    return NewDirectUpload(name, plain_type, size, sha256.lower() if sha256 else None)


def _plain(content_type: str) -> str:
    return _SAME.get(content_type, content_type)
