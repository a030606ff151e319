"""Links to files as rows, and the secrets that sign addresses."""

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.file_links import FileLink
from fettle.domain.instants import Instant

FILE_LINKS = Table("file_links", FileLink)


class FileLinkTable:
    """Fulfils `services.link_rows.FileLinkRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, link: FileLink) -> None:
        FILE_LINKS.add(self._sql, link)

    def find(self, link_id: str) -> FileLink | None:
        return FILE_LINKS.find(self._sql, "id = ?", link_id)

    def of_file(self, company_id: str, file_name: str, now: Instant) -> list[FileLink]:
        condition = "company_id = ? AND file_name = ? AND expires_at > ? AND revoked_at IS NULL ORDER BY created_at, id"
        return FILE_LINKS.all(self._sql, condition, company_id, file_name, now)

    def revoke(self, link_id: str, now: Instant) -> bool:
        statement = "UPDATE file_links SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
        return self._sql.count(statement, now, link_id) == 1


class LinkSecretTable:
    """Fulfils `services.link_rows.LinkSecretRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def find(self, company_id: str) -> str | None:
        row = self._sql.one("SELECT secret FROM link_secrets WHERE company_id = ?", company_id)
        return None if row is None else str(row[0])

    def find_or_add(self, company_id: str, secret: str, now: Instant) -> str:
        self._sql.run(
            "INSERT INTO link_secrets (company_id, secret, created_at) VALUES (?, ?, ?)"
            " ON CONFLICT (company_id) DO NOTHING",
            *(company_id, secret, now),
        )
        return self.find(company_id) or secret
