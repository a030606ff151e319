"""Steps of the work as photos name them: which belong together, and which show the same place before and after."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, Generic, NamedTuple, TypeVar

Item = TypeVar("Item")


class Side(StrEnum):
    """Whether a photo shows how it was or how it became."""

    BEFORE = "before"
    AFTER = "after"


class Step(NamedTuple, Generic[Item]):
    """All photos of one step in their order; `pairs` are before and after, `others` all that has no counterpart."""

    name: str | None
    pairs: list[tuple[Item, Item]]
    others: list[Item]


_SIDES: Final = {
    "before": Side.BEFORE,
    "avant": Side.BEFORE,
    "after": Side.AFTER,
    "après": Side.AFTER,
    "apres": Side.AFTER,
}
_WORD: Final = "|".join(_SIDES)
_BETWEEN: Final = r"[\s:;,./|_()\[\]\u2013\u2014-]*"
_FIRST: Final = re.compile(rf"{_BETWEEN}({_WORD})(?![^\W_]){_BETWEEN}", re.IGNORECASE)
_LAST: Final = re.compile(rf"{_BETWEEN}(?<![^\W_])({_WORD}){_BETWEEN}$", re.IGNORECASE)


def side_of(step: str) -> tuple[str, Side | None]:
    """What a step is about, and its side where its first or last word is before, after, avant or après."""
    match = _FIRST.match(step)
    if match:
        return step[match.end() :].strip(), _SIDES[match[1].lower()]
    match = _LAST.search(step)
    if match:
        return step[: match.start()].strip(), _SIDES[match[1].lower()]
    return step.strip(), None


def by_step(items: Iterable[Item], step_of: Callable[[Item], str | None]) -> list[Step[Item]]:
    """The items by step, in the order in which each step comes first; those without a step are the last."""
    groups: dict[str, list[Item]] = {}
    stepless = []
    for item in items:
        step = step_of(item)
        if step is None:
            stepless.append(item)
        else:
            groups.setdefault(side_of(step)[0].casefold(), []).append(item)
    steps = [_paired(group, step_of) for group in groups.values()]
    return [*steps, Step(None, [], stepless)] if stepless else steps


def _paired(group: list[Item], step_of: Callable[[Item], str | None]) -> Step[Item]:
    sides = {side: [item for item in group if side_of(step_of(item) or "")[1] is side] for side in Side}
    pairs = list(zip(sides[Side.BEFORE], sides[Side.AFTER], strict=False))
    paired = {id(item) for pair in pairs for item in pair}
    others = [item for item in group if id(item) not in paired]
    first = step_of(group[0]) or ""
    name = side_of(first)[0] or ("" if pairs else first)
    return Step(name, pairs, others)
