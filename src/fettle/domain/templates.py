"""Templates: the plan of a work order, kept under a name of its own to make others from."""

from collections.abc import Sequence
from typing import Final

import msgspec

from fettle.domain.errors import invalid_field
from fettle.domain.evidence import Evidence, Kind, State, Type
from fettle.domain.instants import Instant
from fettle.domain.required_photos import PhotoStep

MAX_ATTACHMENTS: Final = 100


class Template(msgspec.Struct, frozen=True, array_like=True):
    """One template; its name, unique in the company among those not deleted, is that of the orders made from it."""

    id: str
    company_id: str
    name: str
    component_id: str
    quantity: int
    phase: str
    created_at: Instant
    created_by_user_id: str
    description: str | None = None
    part_number_id: str | None = None
    changed_at: Instant | None = None
    changed_by_user_id: str | None = None
    deleted_at: Instant | None = None
    deleted_by_user_id: str | None = None


class TemplatePhoto(msgspec.Struct, frozen=True, array_like=True):
    """A photo that orders made from the template require, at its place in the list; positions count from 1."""

    template_id: str
    position: int
    company_id: str
    step: str
    label: str
    min_count: int

    @property
    def photo_step(self) -> PhotoStep:
        """What is required, wherever it stands."""
        return PhotoStep(self.step, self.label, self.min_count)


class TemplateAttachment(msgspec.Struct, frozen=True, array_like=True):
    """An attachment that orders made from the template begin with: the very file, which several orders may share."""

    template_id: str
    position: int
    company_id: str
    type: Type
    name: str
    value: str
    file_name: str


def attachments_of(template_id: str, evidence: Sequence[Evidence]) -> list[TemplateAttachment]:
    """What a template takes along of an order: attachments that are there, with their bytes; raises INVALID_BODY."""
    kept = [
        each
        for each in evidence
        if each.kind is Kind.ATTACHMENT and each.state is State.STORED
        if each.deleted_at is None and each.bytes_removed_at is None
    ]
    if len(kept) > MAX_ATTACHMENTS:
        raise invalid_field("with_attachments", "too_many_attachments", max=MAX_ATTACHMENTS, found=len(kept))
    return [
        TemplateAttachment(template_id, position, each.company_id, each.type, each.name, each.value, each.file_name)
        for position, each in enumerate(kept, 1)
    ]
