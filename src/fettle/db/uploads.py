"""Uploads in parts as rows."""

from collections.abc import Sequence

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.instants import Instant
from fettle.domain.uploads import Upload, UploadPart

UPLOADS = Table("uploads", Upload)
UPLOAD_PARTS = Table("upload_parts", UploadPart)


class UploadTables:
    """Fulfils `services.rows.UploadRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, upload: Upload) -> None:
        UPLOADS.add(self._sql, upload)

    def find(self, upload_id: str) -> Upload | None:
        return UPLOADS.find(self._sql, "id = ?", upload_id)

    def find_for_change(self, upload_id: str) -> Upload | None:
        return UPLOADS.find(self._sql, f"id = ?{self._sql.row_lock}", upload_id)

    def advance(self, part: UploadPart, expires_at: Instant) -> bool:
        advanced = self._sql.count(
            "UPDATE uploads SET received = ?, expires_at = ? WHERE id = ? AND received = ? AND evidence_id IS NULL",
            *(part.start + part.size, expires_at, part.upload_id, part.start),
        )
        if advanced == 1:
            UPLOAD_PARTS.add(self._sql, part)
        return advanced == 1

    def parts(self, upload_id: str) -> list[UploadPart]:
        return UPLOAD_PARTS.all(self._sql, "upload_id = ? ORDER BY start", upload_id)

    def finish(self, upload_id: str, received: int, evidence_id: str, expires_at: Instant) -> bool:
        finished = self._sql.count(
            "UPDATE uploads SET received = length, evidence_id = ?, expires_at = ?"
            " WHERE id = ? AND received = ? AND evidence_id IS NULL",
            *(evidence_id, expires_at, upload_id, received),
        )
        if finished == 1:
            self._sql.run("DELETE FROM upload_parts WHERE upload_id = ?", upload_id)
        return finished == 1

    def blank(self, evidence_ids: Sequence[str], fields: Sequence[str]) -> None:
        if not evidence_ids:
            return
        marks, values = padded(evidence_ids)
        UPLOADS.change(self._sql, f"evidence_id IN {marks}", values, {"metadata": ""} | dict.fromkeys(fields))

    def delete(self, upload_id: str) -> bool:
        self._sql.run("DELETE FROM upload_parts WHERE upload_id = ?", upload_id)
        return self._sql.count("DELETE FROM uploads WHERE id = ?", upload_id) == 1

    def expire(self, upload: Upload) -> bool:
        # Whoever goes on with it changes the same row: one of the two comes first.
        claim = "UPDATE uploads SET expires_at = expires_at WHERE id = ? AND expires_at = ?"
        return self._sql.count(claim, upload.id, upload.expires_at) == 1 and self.delete(upload.id)

    def expired(self, now: Instant, limit: int) -> list[Upload]:
        return UPLOADS.all(self._sql, "expires_at <= ? ORDER BY expires_at, id LIMIT ?", now, limit)
