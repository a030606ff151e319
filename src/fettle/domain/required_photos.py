"""Photos that a work order requires before it can be completed: of which steps, how many, and how far they have come.

Only bytes that are kept count. A photo that is referenced has been registered, but its bytes may never come: whoever
completes would vouch for what nobody can show. Late photos count once a planner has accepted them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from fettle.domain.errors import Conflict, Detail, invalid_field
from fettle.domain.limits import MAX_LABEL_CHARACTERS, MAX_REQUIRED_COUNT, MAX_REQUIRED_STEPS, MAX_STEP_CHARACTERS
from fettle.domain.photos import check_step, has_control

_FIELD: Final = "requiredPhotos"


class PhotoStep(msgspec.Struct, frozen=True):
    """One requirement: the step as photos name it, to the letter; what people read of it; how many at least."""

    step: str
    label: str
    min_count: int = 1


class RequiredPhoto(msgspec.Struct, frozen=True, array_like=True):
    """The same, at its place in the list of a work order; positions count from 1."""

    work_order_id: str
    position: int
    company_id: str
    step: str
    label: str
    min_count: int

    @property
    def photo_step(self) -> PhotoStep:
        """What is required, wherever it stands."""
        return PhotoStep(self.step, self.label, self.min_count)


class StepProgress(msgspec.Struct, frozen=True, array_like=True):
    """How many photos of a step a work order has: `stored` with their bytes, `awaited` registered without."""

    work_order_id: str
    step: str
    label: str
    min_count: int
    stored: int
    awaited: int

    @property
    def missing(self) -> int:
        """How many more have to be stored."""
        return max(0, self.min_count - self.stored)


class PhotoProgress(NamedTuple):
    """All steps together; more photos of a step than it needs do not make up for those of another."""

    required: int
    stored: int
    awaited: int


def check_photo_steps(steps: Sequence[PhotoStep]) -> None:
    """Raise INVALID_BODY, naming the place in the list, for what cannot be required, and for a step that is twice."""
    if len(steps) > MAX_REQUIRED_STEPS:
        raise invalid_field(_FIELD, "too_long", max=MAX_REQUIRED_STEPS)
    seen: set[str] = set()
    for place, each in enumerate(steps):
        _check(each, f"{_FIELD}[{place}]")
        if each.step in seen:
            raise invalid_field(f"{_FIELD}[{place}].step", "duplicate")
        seen.add(each.step)


def as_logged(steps: Iterable[PhotoStep]) -> list[dict[str, Any]]:
    """What an entry of the log says of the whole list."""
    return [msgspec.structs.asdict(each) for each in steps]


def progress_of(steps: Iterable[StepProgress]) -> PhotoProgress | None:
    """The sums over the steps of one work order; None where nothing is required."""
    counts = [(each.min_count, each.min_count - each.missing, min(each.awaited, each.missing)) for each in steps]
    return PhotoProgress(*(sum(column) for column in zip(*counts, strict=True))) if counts else None


def missing_photos(steps: Sequence[StepProgress]) -> Conflict | None:
    """PHOTOS_MISSING, naming each step of which photos are missing, and how many; None when all are there."""
    total = progress_of(steps)
    if total is None or total.stored >= total.required:
        return None
    missing = total.required - total.stored
    details = (_detail(each) for each in steps if each.missing)
    return Conflict("PHOTOS_MISSING", *details, missing=missing, required=total.required, awaited=total.awaited)


def _check(each: PhotoStep, field: str) -> None:
    if check_step(each.step, f"{field}.step") is None:
        raise invalid_field(f"{field}.step", "length", min=1, max=MAX_STEP_CHARACTERS)
    if not 1 <= len(each.label) <= MAX_LABEL_CHARACTERS:
        raise invalid_field(f"{field}.label", "length", min=1, max=MAX_LABEL_CHARACTERS)
    if has_control(each.label):
        raise invalid_field(f"{field}.label", "control_characters")
    if not 1 <= each.min_count <= MAX_REQUIRED_COUNT:
        raise invalid_field(f"{field}.minCount", "number_range", min=1, max=MAX_REQUIRED_COUNT)


def _detail(each: StepProgress) -> Detail:
    code = "photos_awaited" if each.awaited else "photos_missing"
    params = {"label": each.label, "stored": each.stored, "required": each.min_count, "awaited": each.awaited}
    return Detail(each.step, code, params)
