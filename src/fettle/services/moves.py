"""What decides on a move of a work order, as the record has it now."""

from fettle.domain.moves import Situation
from fettle.domain.people import Role
from fettle.domain.work_orders import WorkOrder
from fettle.services.rows import Transaction


def situation_of(tx: Transaction, order: WorkOrder, roles: tuple[Role, ...], *, has_right: bool = True) -> Situation:
    """See `domain.moves.Situation`."""
    rules = tx.company_rules.of_company(order.company_id)
    photos = tx.required_photos.progress([order.id])
    return Situation(order, tx.approvals.of_orders([order.id]), photos, rules, roles, has_right)
