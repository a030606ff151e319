"""Limits of what may be sent, as rows."""

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.instants import Instant
from fettle.domain.people import Caller
from fettle.domain.upload_limits import UploadLimits

UPLOAD_LIMITS = Table("upload_limits", UploadLimits)
# A photo that is not copied yet has no file: its size is that of what it names.
_USED = """
    SELECT count(*), coalesce(sum(coalesce(files.size, sent.size, straight.size)), 0)
    FROM evidence
    LEFT JOIN files ON files.name = evidence.file_name
    LEFT JOIN files AS sent ON files.name IS NULL
        AND sent.name = lower(evidence.object_key) AND sent.company_id = evidence.company_id AND sent.origin = 'UPLOAD'
    LEFT JOIN direct_uploads AS straight ON files.name IS NULL AND straight.evidence_id = evidence.id
        AND straight.id = lower(evidence.object_key)
    WHERE evidence.work_order_id = ? AND evidence.deleted_at IS NULL AND evidence.type <> 'TEXT'
        AND coalesce(files.size, sent.size, straight.size) IS NOT NULL
"""


class UploadLimitTable:
    """Fulfils `services.upload_rows.UploadLimitRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def set(self, limits: UploadLimits) -> None:
        self._sql.run("DELETE FROM upload_limits WHERE company_id = ? AND role = ?", limits.company_id, limits.role)
        if limits.limits_anything:
            UPLOAD_LIMITS.add(self._sql, limits)

    def of_company(self, company_id: str) -> list[UploadLimits]:
        return UPLOAD_LIMITS.all(self._sql, "company_id = ? ORDER BY role", company_id)

    def used(self, work_order_id: str) -> tuple[int, int]:
        row = self._sql.one(_USED, work_order_id)
        return (0, 0) if row is None else (int(row[0]), int(row[1]))

    def open_uploads(self, caller: Caller, after: Instant) -> int:
        row = self._sql.one(
            "SELECT count(*) FROM uploads WHERE company_id = ? AND user_id = ? AND coalesce(key_id, '') = ?"
            " AND evidence_id IS NULL AND expires_at > ?",
            *(caller.company_id, caller.user_id, caller.key_id or "", after),
        )
        return 0 if row is None else int(row[0])
