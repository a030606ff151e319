"""Photos by step: what belongs together, and what stands side by side."""

import pytest

from fettle.domain.steps import Side, by_step, side_of


@pytest.mark.parametrize(
    ("step", "about", "side"),
    [
        ("before", "", Side.BEFORE),
        ("After", "", Side.AFTER),
        ("avant", "", Side.BEFORE),
        ("APRÈS", "", Side.AFTER),
        ("Weld 3 before", "Weld 3", Side.BEFORE),
        ("Weld 3: after", "Weld 3", Side.AFTER),
        ("weld-3_after", "weld-3", Side.AFTER),
        ("Before the weld", "the weld", Side.BEFORE),
        ("Après : soudure", "soudure", Side.AFTER),
        ("soudure (avant)", "soudure", Side.BEFORE),
        ("Afterwards", "Afterwards", None),
        ("aftermath", "aftermath", None),
        ("thereafter", "thereafter", None),
        ("Look before you leap", "Look before you leap", None),
        ("Weld 3", "Weld 3", None),
        ("...", "...", None),
    ],
)
def test_the_first_or_last_word_says_the_side(step: str, about: str, side: Side | None) -> None:
    assert side_of(step) == (about, side)


def _steps(*steps: str | None) -> list[tuple[str | None, list[tuple[int, int]], list[int]]]:
    """Photos are numbered from 1."""
    numbered = list(enumerate(steps, 1))
    found = by_step(numbered, lambda photo: photo[1])
    return [
        (name, [(one[0], other[0]) for one, other in pairs], [o[0] for o in others]) for name, pairs, others in found
    ]


def test_steps_come_in_the_order_of_their_first_photo_and_stepless_photos_last() -> None:
    assert _steps(None, "b", "a", "b", None) == [("b", [], [2, 4]), ("a", [], [3]), (None, [], [1, 5])]


def test_before_and_after_are_paired_in_their_order_and_the_rest_follows() -> None:
    assert _steps("before", "before", "after", "weld", "after", "after") == [
        ("", [(1, 3), (2, 5)], [6]),
        ("weld", [], [4]),
    ]
    assert _steps("weld after", "Weld before", "weld") == [("weld", [(2, 1)], [3])]


def test_one_side_alone_is_a_step_like_any_other() -> None:
    assert _steps("before", "before") == [("before", [], [1, 2])]
    assert _steps("weld after") == [("weld", [], [1])]


def test_none_is_lost() -> None:
    steps = ["before", "after", None, "x before", "X AFTER", "x", "avant", "y", None]
    found = [n for _, pairs, others in _steps(*steps) for n in (*(n for pair in pairs for n in pair), *others)]
    assert sorted(found) == list(range(1, len(steps) + 1))
