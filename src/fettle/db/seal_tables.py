"""The tables of what is held and what was erased; `tables.py`, beside which they are, says how tables are written."""

from sqlalchemy import Index, PrimaryKeyConstraint

from fettle.db.columns import INSTANT, id_column, needed, refers_to, table
from fettle.db.guards import guard
from fettle.db.kept_erasures import STATEMENTS

legal_holds = table(
    "legal_holds",
    refers_to("work_order_id", "work_orders"),
    refers_to("company_id", "companies"),
    needed("set_at", INSTANT),
    refers_to("set_by_user_id", "users"),
    needed("reason"),
    PrimaryKeyConstraint("work_order_id"),
    Index(None, "company_id"),
    sqlite_with_rowid=False,
)

erasures = table(
    "erasures",
    id_column(),
    refers_to("company_id", "companies"),
    needed("erased_at", INSTANT),
    refers_to("erased_by_user_id", "users"),
    needed("what"),
    needed("reason"),
    refers_to("user_id", "users", nullable=True),
    refers_to("work_order_id", "work_orders", nullable=True),
    Index(None, "company_id", "erased_at", "id"),
    sqlite_with_rowid=False,
)
guard(erasures, STATEMENTS)
