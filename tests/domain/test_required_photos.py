"""What can be required, how far it has come, and when an order may be completed."""

import pytest

from fettle.domain.errors import Invalid
from fettle.domain.messages import detail_of, sentence_of
from fettle.domain.required_photos import (
    PhotoProgress,
    PhotoStep,
    StepProgress,
    check_photo_steps,
    missing_photos,
    progress_of,
)


def _progress(step: str, min_count: int, stored: int, awaited: int = 0) -> StepProgress:
    return StepProgress("order", step, f"Label of {step}", min_count, stored, awaited)


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (PhotoStep("", "Before"), "step"),
        (PhotoStep("s" * 101, "Before"), "step"),
        (PhotoStep("be\nfore", "Before"), "step"),
        (PhotoStep("before", ""), "label"),
        (PhotoStep("before", "l" * 201), "label"),
        (PhotoStep("before", "Be\x7ffore"), "label"),
        (PhotoStep("before", "Before", 0), "minCount"),
        (PhotoStep("before", "Before", -1), "minCount"),
        (PhotoStep("before", "Before", 101), "minCount"),
    ],
)
def test_what_cannot_be_required_is_named_with_its_place(step: PhotoStep, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_photo_steps([PhotoStep("first", "First"), step])
    assert [detail.field for detail in refused.value.details] == [f"requiredPhotos[1].{field}"]


def test_a_step_is_required_once_and_compared_to_the_letter() -> None:
    check_photo_steps([PhotoStep("before", "a"), PhotoStep("Before", "a"), PhotoStep("before ", "a")])
    with pytest.raises(Invalid) as refused:
        check_photo_steps([PhotoStep("before", "a"), PhotoStep("after", "a"), PhotoStep("before", "b")])
    assert refused.value.details[0][:2] == ("requiredPhotos[2].step", "duplicate")


def test_a_hundred_steps_of_the_longest_are_taken_and_one_more_is_not() -> None:
    steps = [PhotoStep(f"{number:0100}", "é" * 200, 100) for number in range(101)]
    check_photo_steps(steps[:100])
    check_photo_steps([])
    with pytest.raises(Invalid):
        check_photo_steps(steps)


def test_photos_of_one_step_do_not_make_up_for_those_of_another() -> None:
    steps = [_progress("before", 2, stored=9, awaited=4), _progress("after", 3, stored=1, awaited=1)]
    assert progress_of(steps) == PhotoProgress(required=5, stored=3, awaited=1)
    assert progress_of([_progress("after", 3, stored=1, awaited=9)]) == PhotoProgress(3, 1, 2)
    assert progress_of([]) is None


def test_an_order_is_completed_when_every_step_has_enough() -> None:
    assert missing_photos([]) is None
    assert missing_photos([_progress("before", 2, stored=2), _progress("after", 1, stored=3)]) is None


def test_the_refusal_names_what_is_missing_and_what_is_awaited() -> None:
    steps = [_progress("a", 1, stored=1), _progress("b_c", 3, stored=1, awaited=1), _progress("d", 2, stored=0)]
    error = missing_photos(steps)
    assert error is not None
    assert error.code == "PHOTOS_MISSING"
    assert sentence_of(error, "en").startswith("4 of the 6 required photos are not there; the bytes of 1 of them")
    assert sentence_of(error, "fr").startswith("Il manque 4 des 6 photos exigées ; pour 1 d'entre elles")
    assert [detail.field for detail in error.details] == ["b_c", "d"]
    assert [detail_of(detail, "en") for detail in error.details] == [
        "Label of b_c: 1 of 3 photos are there; 1 registered, whose bytes have not arrived",
        "Label of d: 0 of 2 photos are there",
    ]
    assert "Label of d : 0 photo(s) sur 2" in detail_of(error.details[1], "fr")
