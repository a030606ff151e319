"""What `/v1` shows of a template."""

from typing import Any

from msgspec import UNSET, UnsetType

from fettle.domain.evidence import Type
from fettle.domain.instants import show_instant
from fettle.domain.templates import Template, TemplateAttachment
from fettle.services.templates import TemplateView
from fettle.web.fields import DateTime, PositiveInteger, Uuid
from fettle.web.pms.shapes import Shape, known, known_instant


class TemplateRow(Shape, frozen=True):
    """A template as lists show it."""

    id: Uuid
    name: str
    component_id: Uuid
    quantity: PositiveInteger
    phase: str
    created_at: DateTime
    created_by_user_id: Uuid
    description: str | UnsetType = UNSET
    part_number_id: Uuid | UnsetType = UNSET
    changed_at: DateTime | UnsetType = UNSET
    changed_by_user_id: Uuid | UnsetType = UNSET


class TemplateStep(Shape, frozen=True):
    """A step of which orders made from the template require photos."""

    step: str
    label: str
    min_count: int


class TemplateAttachmentShape(Shape, frozen=True):
    """An attachment that orders made from the template begin with; `url` is a path of this server."""

    type: Type
    name: str
    file_name: Uuid
    url: str
    caption: str | UnsetType = UNSET
    text: str | UnsetType = UNSET


class TemplateDetail(TemplateRow, frozen=True, kw_only=True):
    """A template with what its orders require and begin with."""

    required_photos: list[TemplateStep]
    attachments: list[TemplateAttachmentShape]


def template_row(template: Template) -> TemplateRow:
    """The template alone."""
    return TemplateRow(**_row(template))


def template_detail(view: TemplateView) -> TemplateDetail:
    """The whole template."""
    return TemplateDetail(
        **_row(view.template),
        required_photos=[TemplateStep(row.step, row.label, row.min_count) for row in view.photos],
        attachments=[_attachment(row) for row in view.attachments],
    )


def _row(template: Template) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "component_id": template.component_id,
        "quantity": template.quantity,
        "phase": template.phase,
        "created_at": show_instant(template.created_at),
        "created_by_user_id": template.created_by_user_id,
        "description": known(template.description),
        "part_number_id": known(template.part_number_id),
        "changed_at": known_instant(template.changed_at),
        "changed_by_user_id": known(template.changed_by_user_id),
    }


def _attachment(row: TemplateAttachment) -> TemplateAttachmentShape:
    is_text = row.type is Type.TEXT
    return TemplateAttachmentShape(
        type=row.type,
        name=row.name,
        file_name=row.file_name,
        url=f"/files/{row.file_name}",
        caption=UNSET if is_text else known(row.value or None),
        text=row.value if is_text else UNSET,
    )
