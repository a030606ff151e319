"""Required photos as rows, and how far they have come."""

from collections.abc import Sequence
from typing import Final

import msgspec

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.required_photos import RequiredPhoto, StepProgress

REQUIRED_PHOTOS = Table("required_photos", RequiredPhoto)
# The photos are counted first, of the orders that require any: a step for which each is looked at again costs more.
_PROGRESS: Final = """
    SELECT required_photos.work_order_id, required_photos.step, label, min_count,
           coalesce(stored, 0), coalesce(awaited, 0)
    FROM required_photos LEFT JOIN (
        SELECT work_order_id, step, count(CASE state WHEN 'stored' THEN 1 END) AS stored,
               count(CASE state WHEN 'referenced' THEN 1 END) AS awaited
        FROM evidence
        WHERE work_order_id IN (SELECT work_order_id FROM required_photos WHERE work_order_id IN {marks})
          AND kind = 'photo' AND step IS NOT NULL AND deleted_at IS NULL AND bytes_removed_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM late_photos WHERE evidence_id = evidence.id AND late_photos.state <> 'accepted')
        GROUP BY work_order_id, step
    ) counted ON counted.work_order_id = required_photos.work_order_id AND counted.step = required_photos.step
    WHERE required_photos.work_order_id IN {marks}
    ORDER BY required_photos.work_order_id, position
"""


class RequiredPhotoTable:
    """Fulfils `services.plan_rows.RequiredPhotoRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def set(self, work_order_id: str, rows: Sequence[RequiredPhoto]) -> None:
        self._sql.run("DELETE FROM required_photos WHERE work_order_id = ?", work_order_id)
        for row in rows:
            REQUIRED_PHOTOS.add(self._sql, row)

    def of_order(self, work_order_id: str) -> list[RequiredPhoto]:
        return REQUIRED_PHOTOS.all(self._sql, "work_order_id = ? ORDER BY position", work_order_id)

    def progress(self, work_order_ids: Sequence[str]) -> list[StepProgress]:
        if not work_order_ids:
            return []
        marks, values = padded(work_order_ids)
        rows = self._sql.all(_PROGRESS.format(marks=marks), *values, *values)
        return msgspec.convert(rows, list[StepProgress], strict=False)
