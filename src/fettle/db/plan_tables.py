"""The tables of what a work order requires; `tables.py`, beside which they are, says how tables are written."""

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from fettle.db.columns import INTEGER, at_least, needed, refers_to, table

required_photos = table(
    "required_photos",
    refers_to("work_order_id", "work_orders"),
    needed("position", INTEGER),
    refers_to("company_id", "companies"),
    needed("step"),
    needed("label"),
    needed("min_count", INTEGER),
    at_least("position", 1),
    at_least("min_count", 1),
    UniqueConstraint("work_order_id", "step"),
    PrimaryKeyConstraint("work_order_id", "position"),
    sqlite_with_rowid=False,
)
