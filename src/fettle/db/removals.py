"""Which bytes may go, as the rows have it."""

from collections.abc import Collection, Sequence
from typing import Final

from fettle.db.evidence import EVIDENCE
from fettle.db.sql import Sql
from fettle.db.table import padded
from fettle.domain.evidence import Evidence
from fettle.domain.instants import Instant

_NEVER: Final = -1
_KEPT_BESIDE: Final = (
    "(EXISTS (SELECT 1 FROM template_attachments t WHERE t.file_name = {name})"
    " OR EXISTS (SELECT 1 FROM signatures s WHERE s.drawn_file_name = {name}))"
)
# Evidence that is not to be removed: it lives, was deleted too lately, or is held.
_LIVES: Final = (
    "o.bytes_removed_at IS NULL AND (o.deleted_at IS NULL OR o.deleted_at > ?"
    " OR EXISTS (SELECT 1 FROM legal_holds h WHERE h.work_order_id = o.work_order_id))"
)
# A photo that was deleted before its bytes were copied: those of POST /files, or those sent straight to the store.
_NOT_COPIED: Final = (
    "(evidence.state IN ('referenced', 'missing')"
    " AND (EXISTS (SELECT 1 FROM files f WHERE f.name = lower(evidence.object_key)"
    " AND f.company_id = evidence.company_id AND f.origin = 'UPLOAD' AND f.removed_at IS NULL)"
    " OR EXISTS (SELECT 1 FROM direct_uploads d WHERE d.id = lower(evidence.object_key)"
    " AND d.evidence_id = evidence.id AND d.swept_at IS NULL)))"
)
_DUE: Final = (
    "company_id = ? AND deleted_at IS NOT NULL AND bytes_removed_at IS NULL AND deleted_at <= ?"  # noqa: S608 - our own text
    " AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.work_order_id = evidence.work_order_id)"
    f" AND (EXISTS (SELECT 1 FROM files f WHERE f.name = evidence.file_name AND f.company_id = evidence.company_id)"
    f" OR {_NOT_COPIED})"
    f" AND NOT EXISTS (SELECT 1 FROM evidence o WHERE o.file_name = evidence.file_name AND {_LIVES})"
    " AND NOT EXISTS (SELECT 1 FROM evidence o WHERE lower(o.object_key) = evidence.file_name"
    f" AND length(o.object_key) = 36 AND o.company_id = evidence.company_id AND {_LIVES})"
    f" AND NOT {_KEPT_BESIDE.format(name='evidence.file_name')} ORDER BY deleted_at, id LIMIT ?"
)
_NEEDED: Final = (
    f"SELECT 1 WHERE {_KEPT_BESIDE.format(name='?')}"  # noqa: S608 - our own text
    f" OR EXISTS (SELECT 1 FROM evidence o WHERE o.file_name = ? AND {{but}} AND {_LIVES})"
    " OR EXISTS (SELECT 1 FROM evidence o WHERE lower(o.object_key) = ? AND length(o.object_key) = 36"
    f" AND o.company_id = ? AND {{but}} AND {_LIVES})"
)


class RemovalTables:
    """Fulfils `services.seal_rows.RemovalRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def copies_of(self, company_id: str, file_names: Sequence[str]) -> list[Evidence]:
        if not file_names:
            return []
        marks, values = padded(file_names)
        condition = f"lower(object_key) IN {marks} AND length(object_key) = 36 AND company_id = ? ORDER BY id"
        return EVIDENCE.all(self._sql, condition, *values, company_id)

    def count(self, work_order_ids: Sequence[str]) -> int:
        if not work_order_ids:
            return 0
        marks, values = padded(work_order_ids)
        return EVIDENCE.count(self._sql, f"work_order_id IN {marks} AND bytes_removed_at IS NOT NULL", *values)

    def due(self, company_id: str, before: Instant, limit: int) -> list[Evidence]:
        return EVIDENCE.all(self._sql, _DUE, company_id, before, before, before, limit)

    def is_needed(self, company_id: str, file_name: str, but: Collection[str], before: Instant | None) -> bool:
        latest = _NEVER if before is None else before
        excepted = sorted(but)
        condition = f"o.id NOT IN ({', '.join('?' * len(excepted))})" if excepted else "TRUE"
        found = self._sql.one(
            _NEEDED.format(but=condition),
            *(file_name, file_name, file_name, *excepted, latest, file_name, company_id, *excepted, latest),
        )
        return found is not None
