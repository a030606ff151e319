"""Late photos as rows."""

from collections.abc import Sequence
from typing import Any

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.late_photos import LatePhoto

LATE_PHOTOS = Table("late_photos", LatePhoto)


class LatePhotoTable:
    """Fulfils `services.picture_rows.LatePhotoRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, photo: LatePhoto) -> None:
        LATE_PHOTOS.add(self._sql, photo)

    def find(self, work_order_id: str, evidence_id: str) -> LatePhoto | None:
        return LATE_PHOTOS.find(self._sql, "evidence_id = ? AND work_order_id = ?", evidence_id, work_order_id)

    def of_evidence(self, evidence_ids: Sequence[str]) -> list[LatePhoto]:
        if not evidence_ids:
            return []
        marks, values = padded(evidence_ids)
        return LATE_PHOTOS.all(self._sql, f"evidence_id IN {marks}", *values)

    def change(self, evidence_id: str, **values: Any) -> None:
        LATE_PHOTOS.change(self._sql, "evidence_id = ?", [evidence_id], values)
