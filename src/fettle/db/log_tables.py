"""The tables of the log; `tables.py`, beside which they are, says how tables are written.

An entry is never changed or removed, but for its place in the log, which is given once, and its texts, which may be
erased. Checkpoints and the log's inner nodes are never changed or removed. The databases hold to that themselves.
"""

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint

from fettle.db.append_only import STATEMENTS
from fettle.db.columns import (
    BIGINT,
    INSTANT,
    INTEGER,
    added_later,
    at_least,
    id_column,
    index_where,
    needed,
    optional,
    refers_to,
    table,
)
from fettle.db.guards import guard

activity = table(
    "activity",
    needed("id"),
    refers_to("company_id", "companies"),
    refers_to("work_order_id", "work_orders"),
    needed("seq", INTEGER),
    needed("type"),
    needed("added_at", INSTANT),
    refers_to("added_by_user_id", "users"),
    needed("data"),
    added_later("sha256"),
    optional("texts"),
    optional("leaf_index", BIGINT),
    at_least("seq", 1),
    PrimaryKeyConstraint("work_order_id", "seq"),
    index_where("activity_leaf_idx", "company_id leaf_index", "leaf_index IS NOT NULL", unique=True),
    index_where("activity_unplaced_idx", "company_id id", "leaf_index IS NULL"),
    sqlite_with_rowid=False,
)

logs = table(
    "logs",
    refers_to("company_id", "companies"),
    needed("size", BIGINT),
    at_least("size", 0),
    PrimaryKeyConstraint("company_id"),
    sqlite_with_rowid=False,
)

log_nodes = table(
    "log_nodes",
    refers_to("company_id", "companies"),
    needed("level", INTEGER),
    needed("place", BIGINT),
    needed("sha256"),
    PrimaryKeyConstraint("company_id", "level", "place"),
    sqlite_with_rowid=False,
)

checkpoints = table(
    "checkpoints",
    refers_to("company_id", "companies"),
    needed("size", BIGINT),
    needed("root"),
    needed("made_at", INSTANT),
    needed("note"),
    PrimaryKeyConstraint("company_id", "size", "note"),
    Index(None, "company_id", "made_at"),
    sqlite_with_rowid=False,
)

_CHECKPOINT = ("company_id", "size", "note")
checkpoint_copies = table(
    "checkpoint_copies",
    id_column(),
    needed("company_id"),
    needed("size", BIGINT),
    needed("note"),
    needed("destination"),
    needed("made_at", INSTANT),
    needed("attempts", INTEGER),
    optional("last_error"),
    optional("delivered_at", INSTANT),
    optional("proof"),
    at_least("attempts", 0),
    UniqueConstraint(*_CHECKPOINT, "destination"),
    ForeignKeyConstraint(_CHECKPOINT, [f"checkpoints.{name}" for name in _CHECKPOINT]),
    index_where("checkpoint_copies_waiting_idx", "destination made_at", "delivered_at IS NULL"),
    index_where("checkpoint_copies_stamped_idx", "company_id size", "destination = 'timestamp' AND proof IS NOT NULL"),
    sqlite_with_rowid=False,
)

for each in (activity, log_nodes, checkpoints):
    guard(each, STATEMENTS[each.name])
