"""Templates as rows."""

from collections.abc import Sequence
from typing import Any

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.templates import Template, TemplateAttachment, TemplatePhoto
from fettle.services.rows import Page

TEMPLATES = Table("templates", Template)
TEMPLATE_PHOTOS = Table("template_photos", TemplatePhoto)
TEMPLATE_ATTACHMENTS = Table("template_attachments", TemplateAttachment)


class TemplateTables:
    """Fulfils `services.plan_rows.TemplateRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, template: Template) -> None:
        TEMPLATES.add(self._sql, template)

    def find(self, company_id: str, template_id: str) -> Template | None:
        return TEMPLATES.find(self._sql, "id = ? AND company_id = ?", template_id, company_id)

    def find_for_change(self, company_id: str, template_id: str) -> Template | None:
        condition = f"id = ? AND company_id = ?{self._sql.row_lock}"
        return TEMPLATES.find(self._sql, condition, template_id, company_id)

    def find_by_name(self, company_id: str, name: str) -> Template | None:
        return TEMPLATES.find(self._sql, "company_id = ? AND name = ? AND deleted_at IS NULL", company_id, name)

    def change(self, template_id: str, **values: Any) -> None:
        TEMPLATES.change(self._sql, "id = ?", [template_id], values)

    def page(self, company_id: str, page: Page) -> list[Template]:
        return TEMPLATES.page(self._sql, {"company_id": company_id, "deleted_at": None}, "name", page)

    def count(self, company_id: str) -> int:
        return TEMPLATES.count(self._sql, "company_id = ? AND deleted_at IS NULL", company_id)

    def photos(self, template_id: str) -> list[TemplatePhoto]:
        return TEMPLATE_PHOTOS.all(self._sql, "template_id = ? ORDER BY position", template_id)

    def set_photos(self, template_id: str, rows: Sequence[TemplatePhoto]) -> None:
        self._sql.run("DELETE FROM template_photos WHERE template_id = ?", template_id)
        for row in rows:
            TEMPLATE_PHOTOS.add(self._sql, row)

    def attachments(self, template_id: str) -> list[TemplateAttachment]:
        return TEMPLATE_ATTACHMENTS.all(self._sql, "template_id = ? ORDER BY position", template_id)

    def set_attachments(self, template_id: str, rows: Sequence[TemplateAttachment]) -> None:
        self._sql.run("DELETE FROM template_attachments WHERE template_id = ?", template_id)
        for row in rows:
            TEMPLATE_ATTACHMENTS.add(self._sql, row)
