"""The photos of a work order as its page shows them: by step, with a place for each that has still to be taken."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fettle.domain.evidence import State
from fettle.domain.instants import Instant
from fettle.domain.late_photos import LateState
from fettle.domain.originals import shown_state
from fettle.domain.pictures import has_renditions
from fettle.domain.required_photos import StepProgress
from fettle.domain.steps import by_step
from fettle.services.reading import Piece


class Shot(NamedTuple):
    """A photo, or a picture of the plan. `path` is where its bytes are, None while there is nothing to look at."""

    id: str
    step: str | None
    path: str | None
    state: State
    at: Instant
    late: LateState | None
    is_elsewhere: bool


class Group(NamedTuple):
    """The photos of one step, None for those without; `empty` are the places of those that are required and missing."""

    step: str | None
    label: str | None
    required: int
    stored: int
    shots: list[Shot]
    empty: int


class Comparison(NamedTuple):
    """The newest two photos that show the same before and after."""

    name: str
    before: Shot
    after: Shot


def shot_of(piece: Piece) -> Shot:
    """A piece that is a picture."""
    entry = piece.entry
    return Shot(
        entry.id,
        entry.step,
        f"/files/{entry.file_name}" if has_renditions(piece.file, piece.facts) else None,
        shown_state(entry, piece.file),
        entry.taken_at or entry.added_at,
        piece.late.state if piece.late is not None else None,
        bool(piece.twins),
    )


def groups_of(shots: Sequence[Shot], required: Sequence[StepProgress]) -> list[Group]:
    """First the steps that are required, in their order; then the others as they come, without a step at last."""
    found: dict[str | None, list[Shot]] = {each.step: [] for each in required}
    for shot in shots:
        found.setdefault(shot.step, []).append(shot)
    stepless = found.pop(None, [])
    groups = [_required(each, found.pop(each.step)) for each in required]
    groups += [Group(step, step, 0, 0, those, 0) for step, those in found.items()]
    return [*groups, Group(None, None, 0, 0, stepless, 0)] if stepless else groups


def comparisons_of(shots: Iterable[Shot]) -> list[Comparison]:
    """One for each step that names its sides and has photos of both."""
    steps = by_step((shot for shot in shots if shot.path is not None), lambda shot: shot.step)
    return [Comparison(step.name or "", *step.pairs[-1]) for step in steps if step.pairs]


def _required(progress: StepProgress, shots: list[Shot]) -> Group:
    empty = max(0, progress.min_count - progress.stored - progress.awaited)
    stored = min(progress.stored, progress.min_count)
    return Group(progress.step, progress.label, progress.min_count, stored, shots, empty)
