"""Every change of a work order is one version and one entry of its log, written in the same transaction."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fettle.domain.activity import Changes, Entry, EntryType, seal, write_data
from fettle.domain.work_orders import WorkOrder
from fettle.services.gate import Act
from fettle.services.rows import Transaction


def record(
    tx: Transaction,
    act: Act,
    order: WorkOrder,
    entry_type: EntryType,
    changes: Changes | None = None,
    columns: Mapping[str, Any] | None = None,
    **about: Any,
) -> int:
    """Raise the version of the order, write `columns` of its row and one entry; returns the new version.

    `order` is as the transaction sees it. `changes` and `about` are what the entry says (see
    `domain.activity.write_data`); where a key names another person, also through whom and which key it came.
    """
    entry = _entry(act, order, order.version + 1, entry_type, changes, about)
    moved = {"version": entry.seq, "last_edited_at": act.now, "updated_at": act.now, "log_sha256": entry.sha256}
    tx.work_orders.change(order.id, **moved, **(columns or {}))
    tx.activity.add(entry)
    return entry.seq


def add_recorded(tx: Transaction, act: Act, order: WorkOrder, changes: Changes, **about: Any) -> WorkOrder:
    """Add a new work order with its first entry; the order as it is then."""
    entry = _entry(act, order, order.version, EntryType.CREATED, changes, about)
    added = msgspec.structs.replace(order, log_sha256=entry.sha256)
    tx.work_orders.add(added)
    tx.activity.add(entry)
    return added


def _entry(
    act: Act, order: WorkOrder, seq: int, entry_type: EntryType, changes: Changes | None, about: dict[str, Any]
) -> Entry:
    if act.through_user_id is not None:
        about |= {"through_user_id": act.through_user_id, "through_key_id": act.key_id}
    data, texts = write_data(changes, about, act.new_salt())
    named = (act.new_id(), act.company_id, order.id, seq, entry_type, act.now, act.actor_id)
    return seal(Entry(*named, data, texts=texts), order.log_sha256 or None)
