"""The fields of a work order as `/v1` sends them, and as the record keeps them."""

from collections.abc import Mapping
from typing import Any

from fettle.domain.errors import Detail, Invalid
from fettle.web.fields import optional_instant_of, optional_uuid_of
from fettle.web.pms.photo_shapes import photo_steps

_IDS = (("component_id", "componentId"), ("part_number_id", "partNumberId"), ("assignee_user_id", "assigneeUserId"))


def kept_fields(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The named fields as the record keeps them."""
    kept = dict(sent)
    for field, spelled in _IDS:
        if field in kept:
            kept[field] = optional_uuid_of(kept[field], spelled)
    if "deadline" in kept:
        kept["deadline"] = optional_instant_of(kept["deadline"], "deadline")
    if "phase" in kept:
        kept["phase"] = kept["phase"] or ""
    if "required_photos" in kept:
        kept["required_photos"] = photo_steps(kept["required_photos"])
    return kept


def require_fields(sent: Mapping[str, Any]) -> None:
    """Raise INVALID_BODY, naming what a plan cannot do without and nothing else gives."""
    missing = [Detail(field, "required") for field in ("name", "component_id", "quantity") if field not in sent]
    if missing:
        raise Invalid("INVALID_BODY", *missing)
