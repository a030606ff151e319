"""The tables of evidence packs that are made in the background; `tables.py` says how tables are written."""

from sqlalchemy import Index, PrimaryKeyConstraint

from fettle.db.columns import BIGINT, INSTANT, INTEGER, at_least, id_column, needed, one_of, optional, refers_to, table
from fettle.domain.pack_jobs import PackState

pack_jobs = table(
    "pack_jobs",
    id_column(),
    refers_to("company_id", "companies"),
    refers_to("created_by_user_id", "users"),
    needed("created_at", INSTANT),
    needed("expires_at", INSTANT),
    needed("conditions"),
    needed("language"),
    needed("state"),
    needed("attempt", INTEGER),
    needed("orders_done", INTEGER),
    needed("bytes", BIGINT),
    optional("orders", INTEGER),
    optional("time_zone"),
    optional("storage_key"),
    optional("sha256"),
    optional("ended_at", INSTANT),
    optional("problem"),
    one_of("state", PackState),
    at_least("attempt", 0),
    at_least("orders_done", 0),
    at_least("bytes", 0),
    Index(None, "company_id", "created_at", "id"),
    Index(None, "expires_at"),
    Index(None, "storage_key", unique=True),
)

pack_orders = table(
    "pack_orders",
    refers_to("pack_id", "pack_jobs"),
    refers_to("work_order_id", "work_orders"),
    refers_to("company_id", "companies"),
    PrimaryKeyConstraint("pack_id", "work_order_id"),
    Index(None, "work_order_id"),
    sqlite_with_rowid=False,
)
