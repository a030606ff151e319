"""Whether a work order may be moved now, and what bars it: asked by the move itself, and by whoever looks at it."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from fettle.domain.approvals import Approval, missing_approvals
from fettle.domain.company_rules import CompanyRules, CompletionSignature
from fettle.domain.completions import signature_required
from fettle.domain.errors import FettleError, Forbidden
from fettle.domain.people import Role, Scope
from fettle.domain.required_photos import StepProgress, missing_photos
from fettle.domain.roles import ROLES_OF_MOVE, bar_of_roles
from fettle.domain.work_orders import MOVES, Status, WorkOrder, illegal_move

REOPENINGS: Final = frozenset({(Status.COMPLETE, Status.PRODUCTION), (Status.CANCELED, Status.DRAFT)})


class Situation(NamedTuple):
    """What decides on a move: the order, what was asked of whom, its photos, the company's rules, and who wants it.

    `roles` are the caller's and that of the person named; all of them have to be allowed to. `has_right`: whether the
    caller has `status:write`; `is_signed`: whether a signature comes with it.
    """

    order: WorkOrder
    approvals: Sequence[Approval]
    photos: Sequence[StepProgress]
    rules: CompanyRules
    roles: tuple[Role, ...]
    has_right: bool = True
    is_signed: bool = False


class PossibleMove(NamedTuple):
    """A move that there is from here; it is allowed when nothing is in `missing`, and may then need a reason."""

    to: Status
    needs_reason: bool
    missing: list[FettleError]


def bars(found: Situation, to: Status) -> Iterator[FettleError]:
    """All that bars the move, in the order in which it is told: who may not, then what the state does not allow."""
    step = found.order.status, to
    if not found.has_right:
        yield Forbidden(scope=Scope.STATUS.value)
    elif step in ROLES_OF_MOVE and (bar := bar_of_roles(ROLES_OF_MOVE[step], found.roles)):
        yield bar
    if illegal := illegal_move(found.order, to):
        yield illegal
    else:
        yield from _lacking(found, step)


def _lacking(found: Situation, step: tuple[Status, Status]) -> Iterator[FettleError]:
    """What has to be there for this step, and is not."""
    if step == (Status.REVIEW, Status.PRODUCTION) and (missing := missing_approvals(found.approvals)):
        yield missing
    if step == (Status.PRODUCTION, Status.COMPLETE):
        if lacking := missing_photos(found.photos):
            yield lacking
        if found.rules.completion_signature is CompletionSignature.REQUIRED and not found.is_signed:
            yield signature_required(found.order)


def needs_reason(found: Situation, to: Status) -> bool:
    """Whether it has to be said why: of the end of an order that was not completed, and of opening one again."""
    return found.rules.reasons_required and (to is Status.CANCELED or (found.order.status, to) in REOPENINGS)


def possible_moves(found: Situation) -> list[PossibleMove]:
    """The moves that the life cycle has from here, with what bars each."""
    return [PossibleMove(to, needs_reason(found, to), list(bars(found, to))) for to in MOVES[found.order.status]]
