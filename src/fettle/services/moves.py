"""What decides on a move of a work order, as the record has it now."""

from fettle.domain.errors import Forbidden
from fettle.domain.moves import Situation, bars, needs_reason
from fettle.domain.people import Role
from fettle.domain.reasons import require_reason
from fettle.domain.work_orders import Status, WorkOrder, require_version
from fettle.services.gate import Act, Intent
from fettle.services.rows import Transaction


def situation_of(tx: Transaction, order: WorkOrder, roles: tuple[Role, ...], *, has_right: bool = True) -> Situation:
    """See `domain.moves.Situation`."""
    rules = tx.company_rules.of_company(order.company_id)
    photos = tx.required_photos.progress([order.id])
    return Situation(order, tx.approvals.of_orders([order.id]), photos, rules, roles, has_right)


def require_movable(
    tx: Transaction,
    act: Act,
    intent: Intent,
    order: WorkOrder,
    to: Status,
    comment: str | None,
    *,
    is_signed: bool = False,
) -> None:
    """Raise what bars the move, in the order of contract A: the body, who may not, the version, and last the state."""
    found = situation_of(tx, order, act.roles)._replace(is_signed=is_signed)
    if needs_reason(found, to):
        require_reason(comment, "comment")
    barred = list(bars(found, to))
    for bar in barred:
        if isinstance(bar, Forbidden):
            raise bar
    require_version(order, intent.versions)
    if barred:
        raise barred[0]
