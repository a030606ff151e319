"""Who may do what with a work order: one table of moves, one of approvals, one of the rest. `docs/roles.md` shows them.

A role also needs the right `status:write` or `approvals:write` (`people.SCOPES_OF_ROLE`), which a key may lack.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from fettle.domain.errors import Forbidden, invalid_field
from fettle.domain.people import Role
from fettle.domain.work_orders import Status

_WORKERS: Final = frozenset({Role.OPERATOR, Role.PLANNER, Role.ADMIN})
_PLANNERS: Final = frozenset({Role.PLANNER, Role.ADMIN})


class ApprovalDeed(StrEnum):
    """What is done with an approval."""

    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"


ROLES_OF_MOVE: Final[Mapping[tuple[Status, Status], frozenset[Role]]] = {
    (Status.DRAFT, Status.REVIEW): _WORKERS,
    # Whoever does the work may send a plan back that is wrong, and stop work that should not go on: both are safe.
    (Status.REVIEW, Status.DRAFT): _WORKERS,
    (Status.PRODUCTION, Status.REVIEW): _WORKERS,
    # To release work, and to say that it will not be done, commits the company.
    (Status.REVIEW, Status.PRODUCTION): _PLANNERS,
    (Status.DRAFT, Status.CANCELED): _PLANNERS,
    (Status.REVIEW, Status.CANCELED): _PLANNERS,
    (Status.PRODUCTION, Status.CANCELED): _PLANNERS,
    (Status.PRODUCTION, Status.COMPLETE): _WORKERS,
    # What was completed or cancelled is opened again by somebody who answers for it, and so is its end.
    (Status.COMPLETE, Status.PRODUCTION): _PLANNERS,
    (Status.CANCELED, Status.DRAFT): _PLANNERS,
    (Status.COMPLETE, Status.ARCHIVED): _PLANNERS,
    (Status.CANCELED, Status.ARCHIVED): _PLANNERS,
}
ROLES_OF_APPROVALS: Final[Mapping[ApprovalDeed, frozenset[Role]]] = {
    ApprovalDeed.ASK: _WORKERS,
    ApprovalDeed.APPROVE: _WORKERS,
    ApprovalDeed.REJECT: _WORKERS,
    # Without the question nothing is missing any more: it opens the gate.
    ApprovalDeed.WITHDRAW: _PLANNERS,
}
# What came after a work order was closed is let in by those who could have opened it again.
ROLES_OF_LATE_PHOTOS: Final = _PLANNERS


def bar_of_roles(allowed: frozenset[Role], roles: Iterable[Role]) -> Forbidden | None:
    """ROLE_NOT_ALLOWED, naming the roles that may, when one of those concerned is not among them."""
    wrong = next((role for role in roles if role not in allowed), None)
    if wrong is None:
        return None
    named = ", ".join(role.value for role in reversed(Role) if role in allowed)
    return Forbidden("ROLE_NOT_ALLOWED", role=wrong.value, roles=named)


def require_role(deed: ApprovalDeed, roles: Iterable[Role]) -> None:
    """Raise ROLE_NOT_ALLOWED unless all of these roles may do it."""
    require_among(ROLES_OF_APPROVALS[deed], roles)


def require_among(allowed: frozenset[Role], roles: Iterable[Role]) -> None:
    """Raise ROLE_NOT_ALLOWED unless all of these roles are allowed."""
    bar = bar_of_roles(allowed, roles)
    if bar is not None:
        raise bar


def require_approver(role: Role) -> None:
    """Raise INVALID_BODY for somebody who is asked and could never answer."""
    if role not in ROLES_OF_APPROVALS[ApprovalDeed.APPROVE]:
        raise invalid_field("approver_user_id", "cannot_approve", role=role.value)
