"""Stored files as rows."""

from collections.abc import Sequence
from typing import Any

from fettle.db.evidence import EVIDENCE
from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.evidence import Evidence
from fettle.domain.files import StoredFile

FILES = Table("files", StoredFile)


class FileTable:
    """Fulfils `services.rows.FileRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, file: StoredFile) -> None:
        FILES.add(self._sql, file)

    def find(self, company_id: str, name: str) -> StoredFile | None:
        return FILES.find(self._sql, "name = ? AND company_id = ?", name, company_id)

    def find_by_storage_key(self, storage_key: str) -> StoredFile | None:
        return FILES.find(self._sql, "storage_key = ?", storage_key)

    def of_names(self, company_id: str, names: Sequence[str]) -> list[StoredFile]:
        if not names:
            return []
        marks, values = padded(names)
        return FILES.all(self._sql, f"name IN {marks} AND company_id = ? ORDER BY name", *values, company_id)

    def change(self, name: str, **values: Any) -> None:
        FILES.change(self._sql, "name = ?", [name], values)

    def delete(self, name: str) -> None:
        """With what was read of it and made of it, whose bytes the sweep takes."""
        for statement in (
            "DELETE FROM file_links WHERE file_name = ?",
            "DELETE FROM renditions WHERE file_name = ?",
            "DELETE FROM file_facts WHERE file_name = ?",
            "DELETE FROM files WHERE name = ?",
        ):
            self._sql.run(statement, name)

    def walk(self, after_name: str, limit: int) -> list[StoredFile]:
        return FILES.all(self._sql, "name > ? ORDER BY name LIMIT ?", after_name, limit)

    def evidence_of(self, name: str) -> list[Evidence]:
        return EVIDENCE.all(self._sql, "file_name = ? ORDER BY work_order_id, seq", name)
