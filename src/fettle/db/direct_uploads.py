"""Photos sent straight to the store, as rows until they are photos."""

from collections.abc import Sequence

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.direct_uploads import DirectUpload
from fettle.domain.instants import Instant

DIRECT_UPLOADS = Table("direct_uploads", DirectUpload)


class DirectUploadTable:
    """Fulfils `services.rows.DirectUploadRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, upload: DirectUpload) -> None:
        DIRECT_UPLOADS.add(self._sql, upload)

    def find(self, upload_id: str) -> DirectUpload | None:
        return DIRECT_UPLOADS.find(self._sql, "id = ?", upload_id)

    def register(self, upload_id: str, evidence_id: str) -> bool:
        statement = (
            "UPDATE direct_uploads SET evidence_id = ? WHERE id = ? AND evidence_id IS NULL AND swept_at IS NULL"
        )
        return self._sql.count(statement, evidence_id, upload_id) == 1

    def blank(self, evidence_ids: Sequence[str], file_names: Sequence[str]) -> None:
        if not evidence_ids:
            return
        (ids, id_values), (marks, values) = padded(file_names), padded(evidence_ids)
        statement = f"UPDATE direct_uploads SET file_name = id WHERE id IN {ids} AND evidence_id IN {marks}"  # noqa: S608 - ours
        self._sql.run(statement, *id_values, *values)

    def mark_swept(self, upload: DirectUpload, now: Instant) -> bool:
        statement = "UPDATE direct_uploads SET swept_at = ?, file_name = id WHERE id = ? AND swept_at IS NULL"
        if upload.evidence_id is None:
            statement += " AND evidence_id IS NULL"
        return self._sql.count(statement, now, upload.id) == 1

    def delete_swept(self, before: Instant) -> int:
        return self._sql.count("DELETE FROM direct_uploads WHERE swept_at <= ?", before)

    def expired(self, before: Instant, after_id: str, limit: int) -> list[DirectUpload]:
        condition = "swept_at IS NULL AND expires_at <= ? AND id > ? ORDER BY id LIMIT ?"
        return DIRECT_UPLOADS.all(self._sql, condition, before, after_id, limit)
