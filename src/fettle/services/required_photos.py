"""What a work order requires: set as a whole while it is planned, and asked for when it is to be completed."""

from collections.abc import Sequence

from fettle.domain.activity import EntryType
from fettle.domain.required_photos import (
    PhotoStep,
    RequiredPhoto,
    as_logged,
    check_photo_steps,
)
from fettle.domain.work_orders import WorkOrder, require_draft, require_version
from fettle.services.activity import record
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.rows import Transaction


class RequiredPhotos:
    """The photos that a work order requires belong to its plan."""

    def __init__(self, gate: Gate) -> None:
        """The gate comes from `build.py`."""
        self._gate = gate

    async def set(self, intent: Intent, work_order_id: str, steps: Sequence[PhotoStep]) -> Done:
        """Require exactly these, in this order; the same as before: a repeat.

        Raises INVALID_BODY, PRECONDITION_FAILED, WORK_ORDER_NOT_DRAFT.
        """
        check_photo_steps(steps)

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            old = [row.photo_step for row in tx.required_photos.of_order(order.id)]
            if old == list(steps):
                return Done(order.id, replayed=True)
            require_version(order, intent.versions)
            require_draft(order)
            write_photo_steps(tx, order, steps)
            changes = {"required_photos": (as_logged(old), as_logged(steps))}
            return Done(order.id, version=record(tx, act, order, EntryType.REQUIRED_PHOTOS_CHANGED, changes))

        return await self._gate.write(intent, command, work_order_id=work_order_id)


def write_photo_steps(tx: Transaction, order: WorkOrder, steps: Sequence[PhotoStep]) -> None:
    """Note what an order requires, in place of what it required; the entry in the log is the caller's to write."""
    rows = [
        RequiredPhoto(order.id, position, order.company_id, each.step, each.label, each.min_count)
        for position, each in enumerate(steps, 1)
    ]
    tx.required_photos.set(order.id, rows)
