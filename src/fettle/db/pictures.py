"""Facts of files, and the smaller pictures made of them, as rows."""

from collections.abc import Sequence

from fettle.db.sql import Sql
from fettle.db.table import Table, padded
from fettle.domain.pictures import FileFacts, Rendition, RenditionKind, bands

FILE_FACTS = Table("file_facts", FileFacts)
RENDITIONS = Table("renditions", Rendition)


class PictureTables:
    """Fulfils `services.picture_rows.PictureRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def set_facts(self, facts: FileFacts) -> None:
        self._sql.run("DELETE FROM file_facts WHERE file_name = ?", facts.file_name)
        FILE_FACTS.add(self._sql, facts)

    def facts(self, company_id: str, file_names: Sequence[str]) -> list[FileFacts]:
        if not file_names:
            return []
        marks, values = padded(file_names)
        return FILE_FACTS.all(self._sql, f"file_name IN {marks} AND company_id = ?", *values, company_id)

    def near(self, company_id: str, look: str, limit: int) -> list[FileFacts]:
        quarters = bands(look)
        same = " OR ".join(f"substr(look, {1 + 4 * number}, 4) = ?" for number in range(len(quarters)))
        condition = f"company_id = ? AND ({same}) ORDER BY read_at, file_name LIMIT ?"
        return FILE_FACTS.all(self._sql, condition, company_id, *quarters, limit)

    def add_rendition(self, rendition: Rendition) -> bool:
        return RENDITIONS.add_unless(self._sql, rendition, "(file_name, kind)")

    def find_rendition(self, company_id: str, file_name: str, kind: RenditionKind) -> Rendition | None:
        condition = "file_name = ? AND kind = ? AND company_id = ?"
        return RENDITIONS.find(self._sql, condition, file_name, kind, company_id)

    def delete_rendition(self, rendition: Rendition) -> None:
        self._sql.run("DELETE FROM renditions WHERE storage_key = ?", rendition.storage_key)

    def forget(self, file_name: str) -> list[str]:
        keys = self._sql.all("SELECT storage_key FROM renditions WHERE file_name = ? ORDER BY kind", file_name)
        self._sql.run("DELETE FROM renditions WHERE file_name = ?", file_name)
        self._sql.run("UPDATE file_facts SET placeholder = NULL, look = NULL WHERE file_name = ?", file_name)
        return [str(key) for (key,) in keys]

    def forget_place(self, file_name: str) -> None:
        nowhere = "latitude = NULL, longitude = NULL, altitude_m = NULL"
        self._sql.run(f"UPDATE file_facts SET {nowhere} WHERE file_name = ?", file_name)  # noqa: S608 - our own text

    def is_rendition(self, storage_key: str) -> bool:
        return RENDITIONS.find(self._sql, "storage_key = ?", storage_key) is not None
