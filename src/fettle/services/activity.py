"""Every change of a work order is one version and one entry of its log, written in the same transaction."""

from collections.abc import Mapping
from typing import Any

from fettle.domain.activity import Entry, EntryType, write_data
from fettle.domain.work_orders import WorkOrder
from fettle.services.gate import Act
from fettle.services.rows import Transaction


def record(
    tx: Transaction,
    act: Act,
    order: WorkOrder,
    entry_type: EntryType,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    columns: Mapping[str, Any] | None = None,
    **about: Any,
) -> int:
    """Raise the version of the order, write `columns` of its row and one entry; returns the new version.

    `changes` and `about` are what the entry says (see `domain.activity.write_data`).
    """
    version = order.version + 1
    tx.work_orders.change(order.id, version=version, last_edited_at=act.now, updated_at=act.now, **(columns or {}))
    data = write_data(changes, **about)
    tx.activity.add(Entry(act.new_id(), act.company_id, order.id, version, entry_type, act.now, act.actor_id, data))
    return version
