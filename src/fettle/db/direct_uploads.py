"""Photos sent straight to the store, as rows until they are photos."""

from fettle.db.sql import Sql
from fettle.db.table import Table
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
        statement = "UPDATE direct_uploads SET evidence_id = ? WHERE id = ? AND evidence_id IS NULL"
        return self._sql.count(statement, evidence_id, upload_id) == 1

    def delete(self, upload: DirectUpload) -> bool:
        if upload.evidence_id is None:
            statement = "DELETE FROM direct_uploads WHERE id = ? AND evidence_id IS NULL"
        else:
            statement = "DELETE FROM direct_uploads WHERE id = ?"
        return self._sql.count(statement, upload.id) == 1

    def expired(self, before: Instant, after_id: str, limit: int) -> list[DirectUpload]:
        return DIRECT_UPLOADS.all(self._sql, "expires_at <= ? AND id > ? ORDER BY id LIMIT ?", before, after_id, limit)
