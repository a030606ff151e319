"""The life cycle, and what may change when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fettle.domain.errors import FettleError, PreconditionFailed
from fettle.domain.evidence import Kind, require_addable
from fettle.domain.work_orders import (
    MOVES,
    Status,
    WorkOrder,
    illegal_move,
    require_commentable,
    require_editable,
    require_version,
)

_LEGAL = {
    ("DRAFT", "REVIEW"),
    ("REVIEW", "PRODUCTION"),
    ("PRODUCTION", "COMPLETE"),
    ("COMPLETE", "ARCHIVED"),
    ("REVIEW", "DRAFT"),
    ("PRODUCTION", "REVIEW"),
    ("COMPLETE", "PRODUCTION"),
    ("DRAFT", "CANCELED"),
    ("REVIEW", "CANCELED"),
    ("PRODUCTION", "CANCELED"),
    ("CANCELED", "DRAFT"),
    ("CANCELED", "ARCHIVED"),
}


def order_in(status: Status, version: int = 1) -> WorkOrder:
    return WorkOrder(
        "o", "c", 1, "Pump", None, "p", None, 0, "u", status, "", 1, None, None, None, updated_at=0, version=version
    )


def refusal(check: object) -> str | None:
    assert callable(check)
    try:
        check()
    except FettleError as error:
        return error.code
    return None


@pytest.mark.parametrize("start", Status)
@pytest.mark.parametrize("to", Status)
def test_the_moves_are_exactly_those_of_the_life_cycle(start: Status, to: Status) -> None:
    refused = illegal_move(order_in(start), to)
    assert (refused is None) == ((start.value, to.value) in _LEGAL)
    if refused is not None:
        assert refused.code == "ILLEGAL_MOVE"
        legal = [there for here, there in _LEGAL if here == start.value]
        assert set(refused.params["allowed"].split(", ")) == set(legal or ["-"])


@given(st.lists(st.sampled_from(Status), max_size=30))
def test_an_archived_order_stays_archived(wishes: list[Status]) -> None:
    status, was_archived = Status.DRAFT, False
    for wish in wishes:
        if wish in MOVES[status]:
            assert not was_archived
            status = wish
        was_archived = was_archived or status is Status.ARCHIVED


@pytest.mark.parametrize("status", Status)
def test_the_plan_changes_only_in_draft_and_the_assignment_while_open(status: Status) -> None:
    is_open = status.value in {"DRAFT", "REVIEW", "PRODUCTION"}
    order = order_in(status)
    plan = refusal(lambda: require_editable(order, frozenset({"name", "deadline"})))
    assert plan == (None if status is Status.DRAFT else "WORK_ORDER_NOT_DRAFT")
    assignment = refusal(lambda: require_editable(order, frozenset({"assignee_user_id", "deadline"})))
    assert assignment == (None if is_open else "WORK_ORDER_CLOSED")


@pytest.mark.parametrize("status", Status)
def test_attachments_belong_to_the_draft_and_photos_to_the_open_order(status: Status) -> None:
    is_open = status.value in {"DRAFT", "REVIEW", "PRODUCTION"}
    attachment = refusal(lambda: require_addable(Kind.ATTACHMENT, order_in(status)))
    assert attachment == (None if status is Status.DRAFT else "WORK_ORDER_NOT_DRAFT")
    photo = refusal(lambda: require_addable(Kind.PHOTO, order_in(status)))
    assert photo == (None if is_open else "WORK_ORDER_CLOSED")


@pytest.mark.parametrize("status", Status)
def test_comments_end_with_the_archive(status: Status) -> None:
    refused = refusal(lambda: require_commentable(order_in(status)))
    assert refused == ("WORK_ORDER_CLOSED" if status is Status.ARCHIVED else None)


def test_if_match_names_the_versions_that_are_right() -> None:
    require_version(order_in(Status.DRAFT, 3), None)
    require_version(order_in(Status.DRAFT, 3), frozenset({2, 3}))
    with pytest.raises(PreconditionFailed):
        require_version(order_in(Status.DRAFT, 3), frozenset({2}))
    with pytest.raises(PreconditionFailed):
        require_version(order_in(Status.DRAFT, 3), frozenset())
