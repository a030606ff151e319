"""The plan of a work order as a form has it: texts as they are typed, and what they mean."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, Protocol

import msgspec
from msgspec import Struct

from fettle.domain.errors import FettleError, invalid_field
from fettle.domain.ids import MAX_INTEGER
from fettle.domain.instants import Instant, from_instant, parse_instant
from fettle.domain.limits import MAX_COMMENT_CHARACTERS, MAX_NAME_CHARACTERS, MAX_STEP_CHARACTERS
from fettle.domain.messages import detail_of
from fettle.domain.required_photos import PhotoStep, StepProgress, check_photo_steps
from fettle.domain.templates import TemplatePhoto
from fettle.services.catalogue import check_name
from fettle.services.zones import find_zone
from fettle.web.calls import Call
from fettle.web.fields import uuid_of

_COUNTED: Final = re.compile(r"(\d{1,3}) *[x\u00d7] *(?=\S)", re.IGNORECASE)
_FIELD_OF: Final = {"component_id": "component", "part_number_id": "part_number", "assignee_user_id": "assignee"}
# What a person reads and changes; the rest of a form says how it is meant.
SHOWN: Final = (
    *("name", "component", "part_number", "quantity", "deadline", "assignee", "phase", "description", "photos"),
)
Step = PhotoStep | StepProgress | TemplatePhoto


class Plan(Protocol):
    """What work orders and templates have in common."""

    @property
    def name(self) -> str: ...
    @property
    def component_id(self) -> str: ...
    @property
    def part_number_id(self) -> str | None: ...
    @property
    def quantity(self) -> int: ...
    @property
    def phase(self) -> str: ...
    @property
    def description(self) -> str | None: ...


class PlanForm(Struct, frozen=True, forbid_unknown_fields=True):
    """All fields as texts. `photos` has a line for each step: `2 x Before the work`; `deadline` is a time of `zone`.

    The ids count where they fit the texts beside them; `component_type` and `makes_part_number` say that what is
    unknown is to be made. `once` names a new order, so that it is made once; `version` is what an edit began with.
    """

    name: str = ""
    component: str = ""
    component_id: str = ""
    component_type: Literal["", "SN", "LOT"] = ""
    part_number: str = ""
    part_number_id: str = ""
    makes_part_number: bool = False
    quantity: str = "1"
    deadline: str = ""
    zone: str = "UTC"
    assignee: str = ""
    phase: str = ""
    description: str = ""
    photos: str = ""
    template: str = ""
    like: str = ""
    once: str = ""
    version: str = ""

    def shown(self) -> dict[str, str]:
        """What a person reads and changes; browsers end lines with two characters."""
        return {field: getattr(self, field).replace("\r\n", "\n").strip() for field in SHOWN}


async def form_of(call: Call, plan: Plan, steps: Iterable[Step], zone: str = "UTC") -> PlanForm:
    """A plan as it is, to be changed."""
    catalogue = call.services.catalogue
    component = await catalogue.get_component(call.caller, plan.component_id)
    part_number = plan.part_number_id and await catalogue.get_part_number(call.caller, plan.part_number_id)
    return PlanForm(
        name=plan.name,
        component=component.name,
        component_id=component.id,
        part_number=part_number.part_number if part_number else "",
        part_number_id=plan.part_number_id or "",
        quantity=str(plan.quantity),
        deadline=local_time(getattr(plan, "deadline", None), zone),
        zone=zone,
        assignee=getattr(plan, "assignee_user_id", None) or "",
        phase=plan.phase,
        description=plan.description or "",
        photos="\n".join(f"{each.min_count} \u00d7 {each.label}" for each in steps),
    )


def fields_of(form: PlanForm, steps: Iterable[Step]) -> dict[str, Any]:
    """What the texts mean, but for component and part number; raises INVALID_BODY, naming the field that means nothing.

    A photo that is called as one of `steps` keeps the step's own name.
    """
    text = form.shown()
    photos = _photos(text["photos"], steps)
    check_photo_steps(photos)
    return {
        "name": check_name(text["name"], "name"),
        "quantity": _quantity(text["quantity"]),
        "deadline": _instant(text["deadline"], form.zone),
        "assignee_user_id": uuid_of(form.assignee, "assignee_user_id") if form.assignee else None,
        "phase": _short(text["phase"], "phase", MAX_NAME_CHARACTERS),
        "description": _short(text["description"], "description", MAX_COMMENT_CHARACTERS) or None,
        "required_photos": photos,
    }


def troubles_of(error: FettleError | None, language: str) -> Mapping[str, str]:
    """What is wrong, by the form's field."""
    found = {}
    for detail in error.details if error else ():
        field = detail.field.partition("[")[0].replace("requiredPhotos", "photos")
        found[_FIELD_OF.get(field, field)] = detail_of(detail, language)
    return found


def again(form: PlanForm, **other: str) -> PlanForm:
    """The form as it was typed, but for what is `other`."""
    return msgspec.structs.replace(form, **other)


def local_time(instant: Instant | None, zone: str) -> str:
    """As a field for date and time has it; in UTC for a zone that there is not."""
    if instant is None:
        return ""
    return from_instant(instant).astimezone(find_zone(zone) or UTC).isoformat()[:16]


def _instant(text: str, zone: str) -> Instant | None:
    if not text:
        return None
    there = find_zone(zone)
    if there is None:
        raise invalid_field("deadline", "time_zone")
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=there)
        instant = parse_instant(local.isoformat())
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        raise invalid_field("deadline", "date_time")
    return instant


def _quantity(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_INTEGER)) else 0
    if not 1 <= number <= MAX_INTEGER:
        raise invalid_field("quantity", "number_range", min=1, max=MAX_INTEGER)
    return number


def _short(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise invalid_field(field, "too_long", max=longest)
    return text


def _photos(text: str, steps: Iterable[Step]) -> tuple[PhotoStep, ...]:
    """Steps may share a label: the first line of it is the first of them."""
    known: dict[str, list[str]] = {}
    for each in steps:
        known.setdefault(each.label.strip(), []).append(each.step)
    return tuple(_step(line.strip(), known) for line in text.splitlines() if line.strip())


def _step(line: str, known: Mapping[str, list[str]]) -> PhotoStep:
    counted = _COUNTED.match(line)
    label = line[counted.end() :] if counted else line
    step = known[label].pop(0) if known.get(label) else label[:MAX_STEP_CHARACTERS]
    return PhotoStep(step, label, int(counted[1]) if counted else 1)
