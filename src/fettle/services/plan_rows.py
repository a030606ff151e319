"""The nouns of a transaction that are about what work orders require; see `rows.py`."""

from collections.abc import Sequence
from typing import Protocol

from fettle.domain.required_photos import RequiredPhoto, StepProgress


class RequiredPhotoRows(Protocol):
    """What work orders require, in the order of the positions."""

    def set(self, work_order_id: str, rows: Sequence[RequiredPhoto]) -> None:
        """In place of what was required of the order before."""
        ...

    def of_order(self, work_order_id: str) -> list[RequiredPhoto]: ...
    def progress(self, work_order_ids: Sequence[str]) -> list[StepProgress]:
        """How far the photos of these orders have come, in one statement; nothing for those that require none."""
        ...
