"""Attachments and photos as rows."""

from collections.abc import Sequence
from typing import Any

import msgspec

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.content import ContentAttachment
from fettle.domain.evidence import Evidence, Kind, Type
from fettle.services.rows import Page

EVIDENCE = Table("evidence", Evidence)
_OF_KIND = {
    None: "",
    Kind.ATTACHMENT: f" AND kind = '{Kind.ATTACHMENT.value}'",
    Kind.PHOTO: f" AND (kind = '{Kind.PHOTO.value}' OR type = '{Type.IMAGE.value}')",
}

_FIND_REPEAT = (
    "SELECT id FROM evidence WHERE work_order_id = ? AND repeat_key = ? AND deleted_at IS NULL UNION ALL "
    "SELECT id FROM evidence WHERE work_order_id = ? AND completed_key = ? AND deleted_at IS NULL LIMIT 1"
)


_CONTENT = (
    "SELECT evidence.id, evidence.name, evidence.type, evidence.value, files.sha256 FROM evidence LEFT JOIN files"
    " ON files.name = evidence.file_name AND files.company_id = evidence.company_id WHERE evidence.work_order_id = ?"
    " AND evidence.kind = 'attachment' AND evidence.deleted_at IS NULL ORDER BY evidence.id"
)


class EvidenceTable:
    """Fulfils `services.rows.EvidenceRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, evidence: Evidence) -> None:
        EVIDENCE.add(self._sql, evidence)

    def add_unless_repeated(self, evidence: Evidence) -> bool:
        return EVIDENCE.add_unless(self._sql, evidence, "(work_order_id, repeat_key) WHERE deleted_at IS NULL")

    def find(self, company_id: str, work_order_id: str, evidence_id: str) -> Evidence | None:
        wanted = (evidence_id, work_order_id, company_id)
        return EVIDENCE.find(self._sql, "id = ? AND work_order_id = ? AND company_id = ?", *wanted)

    def find_by_id(self, evidence_id: str) -> Evidence | None:
        return EVIDENCE.find(self._sql, "id = ?", evidence_id)

    def find_by_file_name(self, company_id: str, work_order_id: str, file_name: str) -> Evidence | None:
        return EVIDENCE.find(
            self._sql,
            "file_name = ? AND work_order_id = ? AND company_id = ?"
            " ORDER BY CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END, deleted_at DESC, seq DESC LIMIT 1",
            *(file_name, work_order_id, company_id),
        )

    def find_repeat(self, work_order_id: str, repeat_key: str) -> Evidence | None:
        row = self._sql.one(_FIND_REPEAT, *(work_order_id, repeat_key) * 2)
        return None if row is None else self.find_by_id(str(row[0]))

    def change(self, evidence_id: str, **values: Any) -> None:
        EVIDENCE.change(self._sql, "id = ?", [evidence_id], values)

    def of_orders(self, work_order_ids: Sequence[str]) -> list[Evidence]:
        if not work_order_ids:
            return []
        marks, values = padded(work_order_ids)
        return EVIDENCE.all(self._sql, f"work_order_id IN {marks} ORDER BY work_order_id, seq", *values)

    def page(self, work_order_id: str, kind: Kind | None, page: Page, *, deleted: bool) -> list[Evidence]:
        condition, values = self._where(work_order_id, kind, deleted=deleted)
        if page.after is not None:
            condition += " AND seq > ?"
            values.append(page.after.value)
        return EVIDENCE.all(self._sql, f"{condition} ORDER BY seq LIMIT ? OFFSET ?", *values, page.limit, page.offset)

    def count(self, work_order_id: str, kind: Kind | None, *, deleted: bool) -> int:
        condition, values = self._where(work_order_id, kind, deleted=deleted)
        return EVIDENCE.count(self._sql, condition, *values)

    def attachments_of(self, work_order_ids: Sequence[str]) -> list[Evidence]:
        if not work_order_ids:
            return []
        marks, values = padded(work_order_ids)
        living = f"work_order_id IN {marks}{_OF_KIND[Kind.ATTACHMENT]} AND deleted_at IS NULL"
        return EVIDENCE.all(self._sql, f"{living} ORDER BY work_order_id, seq", *values)

    def content_of(self, work_order_id: str) -> list[ContentAttachment]:
        return msgspec.convert(self._sql.all(_CONTENT, work_order_id), list[ContentAttachment])

    def _where(self, work_order_id: str, kind: Kind | None, *, deleted: bool) -> tuple[str, list[Any]]:
        living = "" if deleted else " AND deleted_at IS NULL"
        return f"work_order_id = ?{_OF_KIND[kind]}{living}", [work_order_id]
