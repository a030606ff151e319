"""The tables of what work orders require and are made from; `tables.py` says how tables are written."""

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint

from fettle.db.columns import (
    INSTANT,
    INTEGER,
    at_least,
    id_column,
    index_where,
    needed,
    one_of,
    optional,
    refers_to,
    table,
)
from fettle.domain.evidence import Type

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

templates = table(
    "templates",
    id_column(),
    refers_to("company_id", "companies"),
    needed("name"),
    refers_to("component_id", "components"),
    needed("quantity", INTEGER),
    needed("phase"),
    needed("created_at", INSTANT),
    refers_to("created_by_user_id", "users"),
    optional("description"),
    refers_to("part_number_id", "part_numbers", nullable=True),
    optional("changed_at", INSTANT),
    refers_to("changed_by_user_id", "users", nullable=True),
    optional("deleted_at", INSTANT),
    refers_to("deleted_by_user_id", "users", nullable=True),
    at_least("quantity", 1),
    index_where("templates_name_idx", "company_id name", "deleted_at IS NULL", unique=True),
)

template_photos = table(
    "template_photos",
    refers_to("template_id", "templates"),
    needed("position", INTEGER),
    refers_to("company_id", "companies"),
    needed("step"),
    needed("label"),
    needed("min_count", INTEGER),
    at_least("position", 1),
    at_least("min_count", 1),
    UniqueConstraint("template_id", "step"),
    PrimaryKeyConstraint("template_id", "position"),
    sqlite_with_rowid=False,
)

template_attachments = table(
    "template_attachments",
    refers_to("template_id", "templates"),
    needed("position", INTEGER),
    refers_to("company_id", "companies"),
    needed("type"),
    needed("name"),
    needed("value"),
    refers_to("file_name", "files", "name"),
    one_of("type", Type),
    at_least("position", 1),
    PrimaryKeyConstraint("template_id", "position"),
    Index(None, "file_name"),
)
