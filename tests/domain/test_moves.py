"""What bars a move: who may not, what the life cycle lacks, and who has not approved."""

from itertools import product

import pytest

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.company_rules import CompanyRules, CompletionSignature
from fettle.domain.moves import Situation, bars, needs_reason, possible_moves
from fettle.domain.people import Role
from fettle.domain.required_photos import StepProgress
from fettle.domain.roles import ROLES_OF_MOVE
from fettle.domain.work_orders import MOVES, Status
from tests.domain.test_work_orders import order_in

_STRICT = CompanyRules("c")


def situation(status: Status, *roles: Role, answers: tuple[ApprovalStatus, ...] = ()) -> Situation:
    approvals = [Approval("o", f"u{at}", "c", "p", 0, answer, 0) for at, answer in enumerate(answers)]
    return Situation(order_in(status), approvals, (), _STRICT, roles)


def codes(found: Situation, to: Status) -> list[str]:
    return [error.code for error in bars(found, to)]


@pytest.mark.parametrize(("step", "role"), list(product(ROLES_OF_MOVE, Role)))
def test_the_role_bars_whoever_is_not_in_the_table(step: tuple[Status, Status], role: Role) -> None:
    start, to = step
    expected = [] if role in ROLES_OF_MOVE[step] else ["ROLE_NOT_ALLOWED"]
    assert codes(situation(start, role), to) == expected
    assert codes(situation(start, Role.ADMIN, role), to) == expected
    assert codes(situation(start, role, Role.ADMIN), to) == expected


@pytest.mark.parametrize(("start", "to"), [(a, b) for a, b in product(Status, Status) if b not in MOVES[a]])
def test_what_is_no_move_is_said_to_everybody(start: Status, to: Status) -> None:
    assert codes(situation(start, Role.VIEWER), to) == ["ILLEGAL_MOVE"]


@pytest.mark.parametrize("answers", list(product(ApprovalStatus, repeat=2)))
def test_production_waits_for_every_approval(answers: tuple[ApprovalStatus, ...]) -> None:
    found = situation(Status.REVIEW, Role.PLANNER, answers=answers)
    lacking = [f"approvals.u{at}" for at, answer in enumerate(answers) if answer is not ApprovalStatus.APPROVED]
    errors = list(bars(found, Status.PRODUCTION))
    assert [detail.field for error in errors for detail in error.details] == lacking
    assert [error.code for error in errors] == ["APPROVALS_MISSING"] * bool(lacking)
    for to in (Status.DRAFT, Status.CANCELED):
        assert codes(found, to) == []


def test_completion_waits_for_every_required_photo() -> None:
    found = situation(Status.PRODUCTION, Role.OPERATOR)
    assert codes(found._replace(photos=[StepProgress("o", "before", "Before", 2, 2, 0)]), Status.COMPLETE) == []
    lacking = found._replace(photos=[StepProgress("o", "before", "Before", 2, 1, 1)])
    assert codes(lacking, Status.COMPLETE) == ["PHOTOS_MISSING"]
    assert codes(lacking, Status.REVIEW) == []


def test_completion_waits_for_a_signature_where_the_company_wants_one() -> None:
    found = situation(Status.PRODUCTION, Role.OPERATOR)
    wanted = found._replace(rules=CompanyRules("c", completion_signature=CompletionSignature.REQUIRED))
    assert codes(wanted, Status.COMPLETE) == ["SIGNATURE_REQUIRED"]
    assert codes(wanted._replace(is_signed=True), Status.COMPLETE) == []
    assert codes(wanted, Status.REVIEW) == []
    lacking = wanted._replace(photos=[StepProgress("o", "before", "Before", 2, 1, 1)])
    assert codes(lacking, Status.COMPLETE) == ["PHOTOS_MISSING", "SIGNATURE_REQUIRED"]
    assert codes(lacking._replace(is_signed=True), Status.COMPLETE) == ["PHOTOS_MISSING"]


def test_everything_that_bars_a_move_is_told_with_who_may_first() -> None:
    found = situation(Status.REVIEW, Role.OPERATOR, answers=(ApprovalStatus.PENDING,))
    assert codes(found, Status.PRODUCTION) == ["ROLE_NOT_ALLOWED", "APPROVALS_MISSING"]
    without = found._replace(has_right=False)
    assert codes(without, Status.PRODUCTION) == ["FORBIDDEN", "APPROVALS_MISSING"]


@pytest.mark.parametrize(("start", "to"), list(product(Status, Status)))
def test_what_ends_or_opens_again_needs_a_reason(start: Status, to: Status) -> None:
    reopens = (start.value, to.value) in {("COMPLETE", "PRODUCTION"), ("CANCELED", "DRAFT")}
    found = situation(start, Role.ADMIN)
    assert needs_reason(found, to) is (reopens or to is Status.CANCELED)
    relaxed = found._replace(rules=CompanyRules("c", reasons_required=False))
    assert not needs_reason(relaxed, to)


@pytest.mark.parametrize("status", Status)
def test_the_possible_moves_are_those_of_the_life_cycle(status: Status) -> None:
    found = situation(status, Role.OPERATOR, answers=(ApprovalStatus.REJECTED,))
    moves = possible_moves(found)
    assert tuple(move.to for move in moves) == MOVES[status]
    assert [[error.code for error in move.missing] for move in moves] == [codes(found, to) for to in MOVES[status]]
