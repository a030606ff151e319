"""The nouns of a transaction that are about what work orders require and are made from; see `rows.py`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from fettle.domain.required_photos import RequiredPhoto, StepProgress
from fettle.domain.templates import Template, TemplateAttachment, TemplatePhoto

if TYPE_CHECKING:
    from fettle.services.rows import Page


class RequiredPhotoRows(Protocol):
    """What work orders require, in the order of the positions."""

    def set(self, work_order_id: str, rows: Sequence[RequiredPhoto]) -> None:
        """In place of what was required of the order before."""
        ...

    def of_order(self, work_order_id: str) -> list[RequiredPhoto]: ...
    def progress(self, work_order_ids: Sequence[str]) -> list[StepProgress]:
        """How far the photos of these orders have come, in one statement; nothing for those that require none."""
        ...


class TemplateRows(Protocol):
    """Templates, deleted or not; lists are of those that are not, sorted by (name, id): `name` is the page's value."""

    def add(self, template: Template) -> None: ...
    def find(self, company_id: str, template_id: str) -> Template | None: ...
    def find_for_change(self, company_id: str, template_id: str) -> Template | None:
        """The row, locked until the end of the transaction."""
        ...

    def find_by_name(self, company_id: str, name: str) -> Template | None:
        """The one that is not deleted."""
        ...

    def change(self, template_id: str, **values: Any) -> None: ...
    def page(self, company_id: str, page: "Page") -> list[Template]: ...
    def count(self, company_id: str) -> int: ...
    def photos(self, template_id: str) -> list[TemplatePhoto]: ...
    def set_photos(self, template_id: str, rows: Sequence[TemplatePhoto]) -> None:
        """In place of those that there were."""
        ...

    def attachments(self, template_id: str) -> list[TemplateAttachment]: ...
    def set_attachments(self, template_id: str, rows: Sequence[TemplateAttachment]) -> None:
        """As `set_photos`."""
        ...
