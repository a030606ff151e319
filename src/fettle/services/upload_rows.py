"""The nouns of a transaction that are about bytes on their way in; see `rows.py`."""

from collections.abc import Sequence
from typing import Protocol

from fettle.domain.direct_uploads import DirectUpload
from fettle.domain.instants import Instant
from fettle.domain.people import Caller
from fettle.domain.upload_limits import UploadLimits
from fettle.domain.uploads import Upload, UploadPart


class UploadRows(Protocol):
    """Uploads in parts."""

    def add(self, upload: Upload) -> None: ...
    def find(self, upload_id: str) -> Upload | None: ...
    def find_for_change(self, upload_id: str) -> Upload | None:
        """The same, once whoever is about to change it has done so or failed."""
        ...

    def advance(self, part: UploadPart, expires_at: Instant) -> bool:
        """Note a part that is durable; False, and nothing is noted, unless the upload stood where the part begins."""
        ...

    def parts(self, upload_id: str) -> list[UploadPart]:
        """In the order of their bytes."""
        ...

    def finish(self, upload_id: str, received: int, evidence_id: str, expires_at: Instant) -> bool:
        """Note what it became, and forget its parts; False, and nothing is noted, unless it stood at `received`."""
        ...

    def blank(self, evidence_ids: Sequence[str], fields: Sequence[str]) -> None:
        """Forget what the client sent with those that became this evidence, and these fields, which may be empty."""
        ...

    def delete(self, upload_id: str) -> bool: ...
    def expire(self, upload: Upload) -> bool:
        """Forget it; False, and nothing is forgotten, when somebody went on with it since it was read."""
        ...

    def expired(self, now: Instant, limit: int) -> list[Upload]: ...


class DirectUploadRows(Protocol):
    """Photos sent straight to the store."""

    def add(self, upload: DirectUpload) -> None: ...
    def find(self, upload_id: str) -> DirectUpload | None: ...
    def register(self, upload_id: str, evidence_id: str) -> bool:
        """Note the photo that it became; False, and nothing is noted, when it is one already or was swept."""
        ...

    def blank(self, evidence_ids: Sequence[str], file_names: Sequence[str]) -> None:
        """Forget how files were called that became this evidence, whose files have these names."""
        ...

    def mark_swept(self, upload: DirectUpload, now: Instant) -> bool:
        """Note that its bytes go, and forget what they were called; only the key is remembered.

        False, and nothing is noted, when it became a photo since it was read.
        """
        ...

    def delete_swept(self, before: Instant) -> int:
        """Forget the keys of those that were swept so long ago; how many."""
        ...

    def expired(self, before: Instant, after_id: str, limit: int) -> list[DirectUpload]:
        """Those that nothing can be sent for since `before` and that are not swept, by id."""
        ...


class UploadLimitRows(Protocol):
    """Limits of what may be sent, and what is used of them."""

    def set(self, limits: UploadLimits) -> None:
        """In place of those of the same role; no row is kept that limits nothing."""
        ...

    def of_company(self, company_id: str) -> list[UploadLimits]: ...
    def used(self, work_order_id: str) -> tuple[int, int]:
        """How many files an order has that are not deleted, and how many bytes."""
        ...

    def open_uploads(self, caller: Caller, after: Instant) -> int:
        """How many unfinished uploads expire after an instant: of a key its own, of a person all that no key began."""
        ...
