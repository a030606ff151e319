"""What `/v1` takes and shows of the photos that a work order requires."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from fettle.domain.limits import MAX_LABEL_CHARACTERS, MAX_REQUIRED_COUNT, MAX_REQUIRED_STEPS, MAX_STEP_CHARACTERS
from fettle.domain.required_photos import PhotoProgress, PhotoStep, StepProgress
from fettle.web.pms.shapes import Body, Shape


class StepBody(Body, frozen=True):
    """A step of which photos are required: `step` is what photos name, to the letter, `label` what people read."""

    step: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_STEP_CHARACTERS})]
    label: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_LABEL_CHARACTERS})]
    min_count: Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": MAX_REQUIRED_COUNT})] = 1


StepBodies = Annotated[tuple[StepBody, ...], Meta(extra_json_schema={"maxItems": MAX_REQUIRED_STEPS})]


class StepShape(Shape, frozen=True):
    """A step, and how many photos of it there are: `stored` with their bytes, `awaited` registered without."""

    step: str
    label: str
    min_count: int
    stored: int
    awaited: int


class ProgressShape(Shape, frozen=True):
    """How many photos are required, how many of these are stored, and how many of the rest are registered.

    More photos of one step than it needs do not count for another: all are there when `stored` is `required`.
    """

    required: int
    stored: int
    awaited: int


def photo_steps(bodies: Iterable[StepBody]) -> tuple[PhotoStep, ...]:
    """What was sent, as the services know it."""
    return tuple(PhotoStep(body.step, body.label, body.min_count) for body in bodies)


def step_shapes(steps: Iterable[StepProgress]) -> list[StepShape]:
    """The steps in their order."""
    return [StepShape(each.step, each.label, each.min_count, each.stored, each.awaited) for each in steps]


def progress_shape(progress: PhotoProgress | None) -> ProgressShape | UnsetType:
    """Nothing where no photos are required."""
    return UNSET if progress is None else ProgressShape(*progress)
