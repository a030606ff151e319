"""The nouns of a transaction that are about what is in files; see `rows.py`."""

from collections.abc import Sequence
from typing import Any, Protocol

from fettle.domain.late_photos import LatePhoto
from fettle.domain.pictures import FileFacts, Rendition, RenditionKind


class PictureRows(Protocol):
    """Facts of files, and the smaller pictures made of them."""

    def set_facts(self, facts: FileFacts) -> None:
        """Note them, in place of earlier ones."""
        ...

    def facts(self, company_id: str, file_names: Sequence[str]) -> list[FileFacts]: ...
    def near(self, company_id: str, look: str, limit: int) -> list[FileFacts]:
        """Those that have a quarter of the look in common, the oldest first."""
        ...

    def add_rendition(self, rendition: Rendition) -> bool:
        """False, and nothing is added, when the file has one of this kind."""
        ...

    def find_rendition(self, company_id: str, file_name: str, kind: RenditionKind) -> Rendition | None: ...
    def delete_rendition(self, rendition: Rendition) -> None: ...
    def forget(self, file_name: str) -> list[str]:
        """Delete all that shows what is in the file: renditions, whose storage keys are told, and the placeholder."""
        ...

    def forget_place(self, file_name: str) -> None: ...
    def is_rendition(self, storage_key: str) -> bool:
        """Whether a row names these bytes."""
        ...


class LatePhotoRows(Protocol):
    """Photos that came after their work order was completed."""

    def add(self, photo: LatePhoto) -> None: ...
    def find(self, work_order_id: str, evidence_id: str) -> LatePhoto | None: ...
    def of_evidence(self, evidence_ids: Sequence[str]) -> list[LatePhoto]: ...
    def change(self, evidence_id: str, **values: Any) -> None: ...
