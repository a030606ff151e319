"""The tables, once for both engines. Columns are the fields of the domain's structs; instants are BIGINT microseconds.

Only primitives that both engines have. Text compares and sorts by bytes on both. SQLite's tables are STRICT. The kinds
of jobs and activity grow with every release and are not listed in a CHECK, for SQLite cannot change one in place.
"""

from sqlalchemy import CheckConstraint, Column, Computed, Index, PrimaryKeyConstraint, UniqueConstraint, text

from fettle.db import (
    link_tables,
    log_tables,
    pack_tables,
    passkey_tables,
    picture_tables,
    plan_tables,
    rule_tables,
    seal_tables,
    upload_tables,
)
from fettle.db.columns import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INSTANT,
    INTEGER,
    added_later,
    at_least,
    id_column,
    index_where,
    metadata,
    needed,
    one_of,
    optional,
    refers_to,
    table,
)
from fettle.domain.catalogue import ComponentType, DataType
from fettle.domain.evidence import Kind, State, Type
from fettle.domain.files import Origin
from fettle.domain.people import CredentialKind, Role
from fettle.domain.work_orders import Status

__all__ = [
    "link_tables",
    "log_tables",
    "metadata",
    "pack_tables",
    "passkey_tables",
    "picture_tables",
    "plan_tables",
    "rule_tables",
    "seal_tables",
    "upload_tables",
]

companies = table(
    "companies",
    id_column(),
    needed("name"),
    needed("created_at", INSTANT),
    needed("last_wo_number", INTEGER),
    at_least("last_wo_number", 0),
)

users = table(
    "users",
    id_column(),
    refers_to("company_id", "companies"),
    needed("email"),
    needed("first_name"),
    needed("last_name"),
    needed("role"),
    needed("created_at", INSTANT),
    optional("password_hash"),
    needed("is_system", BOOLEAN),
    optional("disabled_at", INSTANT),
    optional("erased_at", INSTANT),
    one_of("role", Role),
    UniqueConstraint("email"),
    Index(None, "company_id", "email", "id"),
    index_where("users_system_of_company_idx", "company_id", "is_system", unique=True),
)

credentials = table(
    "credentials",
    id_column(),
    refers_to("company_id", "companies"),
    refers_to("user_id", "users"),
    needed("kind"),
    needed("name"),
    needed("secret_sha256"),
    needed("scopes"),
    needed("created_at", INSTANT),
    refers_to("created_by_user_id", "users"),
    optional("expires_at", INSTANT),
    optional("last_used_at", INSTANT),
    optional("revoked_at", INSTANT),
    one_of("kind", CredentialKind),
    Index(None, "company_id", "kind", "created_at", "id"),
    Index(None, "user_id"),
)

components = table(
    "components",
    id_column(),
    refers_to("company_id", "companies"),
    needed("name"),
    needed("component_type"),
    needed("is_active", BOOLEAN),
    needed("created_at", INSTANT),
    optional("last_edited_at", INSTANT),
    refers_to("last_edited_user_id", "users", nullable=True),
    one_of("component_type", ComponentType),
    Index(None, "company_id", "name", "id"),
)

part_numbers = table(
    "part_numbers",
    id_column(),
    refers_to("company_id", "companies"),
    needed("part_number"),
    refers_to("component_id", "components"),
    optional("description"),
    needed("is_active", BOOLEAN),
    needed("created_at", INSTANT),
    optional("last_edited_at", INSTANT),
    refers_to("last_edited_user_id", "users", nullable=True),
    UniqueConstraint("company_id", "part_number"),
    Index(None, "component_id"),
)

datasets = table(
    "datasets",
    id_column(),
    refers_to("company_id", "companies"),
    needed("name"),
    needed("data_type"),
    needed("created_at", INSTANT),
    optional("lsl", DOUBLE),
    optional("usl", DOUBLE),
    optional("unit"),
    needed("is_active", BOOLEAN),
    one_of("data_type", DataType),
    UniqueConstraint("company_id", "name", "data_type"),
)

work_orders = table(
    "work_orders",
    id_column(),
    refers_to("company_id", "companies"),
    needed("wo_number", INTEGER),
    needed("name"),
    optional("description"),
    refers_to("component_id", "components"),
    refers_to("part_number_id", "part_numbers", nullable=True),
    needed("created_at", INSTANT),
    refers_to("created_by_user_id", "users"),
    needed("status"),
    needed("phase"),
    needed("quantity", INTEGER),
    refers_to("assignee_user_id", "users", nullable=True),
    optional("deadline", INSTANT),
    optional("last_edited_at", INSTANT),
    needed("updated_at", INSTANT),
    needed("version", INTEGER),
    Column("deadline_or_last", BIGINT, Computed("coalesce(deadline, 9000000000000000000)", persisted=True)),
    Column("deadline_or_first", BIGINT, Computed("coalesce(deadline, -9000000000000000000)", persisted=True)),
    added_later("log_sha256"),
    # No foreign keys: SQLite adds none to a table that is there.
    optional("content_edited_by_user_id"),
    optional("created_through_user_id"),
    optional("content_edited_through_user_id"),
    one_of("status", Status),
    at_least("wo_number", 1),
    at_least("quantity", 1),
    at_least("version", 1),
    UniqueConstraint("company_id", "wo_number"),
    Index(None, "company_id", "created_at", "id"),
    Index(None, "company_id", "deadline_or_last", "id"),
    Index(None, "company_id", "deadline_or_first", "id"),
    Index(None, "company_id", "status", "updated_at", "id"),
    Index(None, "company_id", "status", "deadline_or_last", "id"),
    Index(None, "company_id", "assignee_user_id"),
    Index(None, "company_id", "component_id"),
    Index(None, "company_id", "part_number_id"),
)

work_order_words = table(
    "work_order_words",
    needed("company_id"),
    needed("word"),
    refers_to("work_order_id", "work_orders"),
    PrimaryKeyConstraint("company_id", "word", "work_order_id"),
    Index(None, "work_order_id", "word"),
    sqlite_with_rowid=False,
)

evidence = table(
    "evidence",
    id_column(),
    refers_to("company_id", "companies"),
    refers_to("work_order_id", "work_orders"),
    needed("seq", INTEGER),
    needed("kind"),
    needed("type"),
    needed("name"),
    refers_to("dataset_id", "datasets"),
    needed("value"),
    needed("state"),
    needed("file_name"),
    needed("added_at", INSTANT),
    refers_to("added_by_user_id", "users"),
    needed("repeat_key"),
    optional("completed_key"),
    optional("step"),
    optional("object_key"),
    optional("cdn_url"),
    optional("taken_at", INSTANT),
    optional("taken_at_text"),
    optional("deleted_at", INSTANT),
    refers_to("deleted_by_user_id", "users", nullable=True),
    optional("deletion_reason"),
    optional("bytes_removed_at", INSTANT),
    one_of("kind", Kind),
    one_of("type", Type),
    one_of("state", (state for state in State if state is not State.REMOVED)),
    at_least("seq", 1),
    UniqueConstraint("work_order_id", "seq"),
    index_where("evidence_repeat_idx", "work_order_id repeat_key", "deleted_at IS NULL", unique=True),
    index_where("evidence_completed_idx", "work_order_id completed_key", "completed_key IS NOT NULL"),
    index_where("evidence_deleted_idx", "company_id deleted_at", "deleted_at IS NOT NULL AND bytes_removed_at IS NULL"),
    index_where("evidence_source_idx", text("lower(object_key)"), "length(object_key) = 36"),
    Index(None, "file_name"),
)

files = table(
    "files",
    id_column("name"),
    refers_to("company_id", "companies"),
    needed("storage_key"),
    needed("size", BIGINT),
    needed("sha256"),
    needed("content_type"),
    optional("original_file_name"),
    needed("origin"),
    needed("created_at", INSTANT),
    refers_to("created_by_user_id", "users"),
    optional("checked_at", INSTANT),
    optional("damaged_at", INSTANT),
    optional("removed_at", INSTANT),
    optional("place_erased_at", INSTANT),
    one_of("origin", Origin),
    at_least("size", 0),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    UniqueConstraint("storage_key"),
    Index(
        "files_checked_idx",
        *("company_id", text("(coalesce(checked_at, created_at))"), "name"),
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
    Index("files_sha256_idx", "company_id", "sha256"),
    index_where("files_damaged_idx", "name", "damaged_at IS NOT NULL"),
)

jobs = table(
    "jobs",
    id_column(),
    refers_to("company_id", "companies"),
    needed("kind"),
    needed("subject_id"),
    needed("created_at", INSTANT),
    needed("run_at", INSTANT),
    needed("attempts", INTEGER),
    optional("claimed_until", INSTANT),
    optional("last_error"),
    at_least("attempts", 0),
    Index(None, "kind", "run_at", "id"),
    sqlite_with_rowid=False,
)

effects = table(
    "effects",
    refers_to("company_id", "companies"),
    refers_to("user_id", "users"),
    needed("key"),
    needed("fingerprint"),
    needed("result"),
    needed("created_at", INSTANT),
    PrimaryKeyConstraint("company_id", "user_id", "key"),
    Index(None, "created_at"),
    sqlite_with_rowid=False,
)
