"""Stored files as rows."""

from collections.abc import Sequence
from typing import Any, Final

from fettle.db.evidence import EVIDENCE
from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.evidence import Evidence
from fettle.domain.files import StoredFile
from fettle.domain.instants import Instant

FILES = Table("files", StoredFile)
# As the index has it: what was never checked was hashed when it was stored.
_CHECKED: Final = "coalesce(checked_at, created_at)"


class FileTable:
    """Fulfils `services.rows.FileRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, file: StoredFile) -> None:
        FILES.add(self._sql, file)

    def find(self, company_id: str, name: str) -> StoredFile | None:
        return FILES.find(self._sql, "name = ? AND company_id = ?", name, company_id)

    def find_for_change(self, company_id: str, name: str) -> StoredFile | None:
        return FILES.find(self._sql, f"name = ? AND company_id = ?{self._sql.row_lock}", name, company_id)

    def find_by_storage_key(self, storage_key: str) -> StoredFile | None:
        return FILES.find(self._sql, "storage_key = ? AND removed_at IS NULL", storage_key)

    def of_names(self, company_id: str, names: Sequence[str]) -> list[StoredFile]:
        if not names:
            return []
        marks, values = padded(names)
        return FILES.all(self._sql, f"name IN {marks} AND company_id = ? ORDER BY name", *values, company_id)

    def change(self, name: str, **values: Any) -> None:
        FILES.change(self._sql, "name = ?", [name], values)

    def of_bytes(self, company_id: str, sha256s: Sequence[str]) -> list[StoredFile]:
        if not sha256s:
            return []
        marks, values = padded(sha256s)
        return FILES.all(self._sql, f"company_id = ? AND sha256 IN {marks} ORDER BY name", company_id, *values)

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
        return FILES.all(self._sql, "removed_at IS NULL AND name > ? ORDER BY name LIMIT ?", after_name, limit)

    def totals(self) -> tuple[int, int]:
        row = self._sql.one("SELECT count(*), coalesce(sum(size), 0) FROM files WHERE removed_at IS NULL")
        return (0, 0) if row is None else (int(row[0]), int(row[1]))

    def unchecked_since(self, company_id: str, before: Instant, limit: int) -> list[StoredFile]:
        condition = f"company_id = ? AND removed_at IS NULL AND {_CHECKED} <= ? ORDER BY {_CHECKED}, name LIMIT ?"
        return FILES.all(self._sql, condition, company_id, before, limit)

    def checked_longest_ago(self, company_id: str | None = None) -> Instant | None:
        oldest = f"SELECT min({_CHECKED}) FROM files WHERE removed_at IS NULL AND company_id = "  # noqa: S608 - our own text
        if company_id is None:
            row = self._sql.one(f"SELECT min(({oldest} companies.id)) FROM companies")  # noqa: S608 - as above
        else:
            row = self._sql.one(f"{oldest} ?", company_id)
        return None if row is None or row[0] is None else int(row[0])

    def count_kept(self, company_id: str) -> int:
        return FILES.count(self._sql, "company_id = ? AND removed_at IS NULL", company_id)

    def damaged(self, company_id: str, limit: int) -> list[StoredFile]:
        condition = "damaged_at IS NOT NULL AND removed_at IS NULL AND company_id = ? ORDER BY name LIMIT ?"
        return FILES.all(self._sql, condition, company_id, limit)

    def count_damaged(self) -> int:
        return FILES.count(self._sql, "damaged_at IS NOT NULL AND removed_at IS NULL")

    def evidence_of_many(self, company_id: str, names: Sequence[str]) -> list[Evidence]:
        if not names:
            return []
        marks, values = padded(names)
        return EVIDENCE.all(self._sql, f"file_name IN {marks} AND company_id = ? ORDER BY id", *values, company_id)

    def evidence_of(self, name: str) -> list[Evidence]:
        return EVIDENCE.all(self._sql, "file_name = ? ORDER BY work_order_id, seq", name)
