"""The tables, once for both engines. Columns are the fields of the domain's structs; instants are BIGINT microseconds.

Only primitives that both engines have. Text compares and sorts by bytes on both. SQLite's tables are STRICT. The kinds
of jobs and activity grow with every release and are not listed in a CHECK, for SQLite cannot change one in place.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.catalogue import ComponentType, DataType
from fettle.domain.evidence import Kind, State, Type
from fettle.domain.files import Origin
from fettle.domain.people import CredentialKind, Role
from fettle.domain.work_orders import Status

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)
_TEXT = Text(collation="C").with_variant(Text(), "sqlite")
_INTEGER = Integer()
_BIGINT = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
_INSTANT = _BIGINT
_DOUBLE: TypeEngine[Any] = Double().with_variant(sqlite.REAL(), "sqlite")
_BOOLEAN = Boolean().with_variant(sqlite.INTEGER(), "sqlite")


def _table(name: str, *parts: Any, **options: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True, **options)


def _id(name: str = "id") -> Column[Any]:
    return Column(name, _TEXT, primary_key=True)


def _needed(name: str, kind: Any = _TEXT) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _optional(name: str, kind: Any = _TEXT) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _of(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, _TEXT, ForeignKey(f"{target}.id"), nullable=nullable)


def _one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _at_least(column: str, least: int) -> CheckConstraint:
    return CheckConstraint(f"{column} >= {least}", name=column)


companies = _table(
    "companies",
    _id(),
    _needed("name"),
    _needed("created_at", _INSTANT),
    _needed("last_wo_number", _INTEGER),
    _at_least("last_wo_number", 0),
)

users = _table(
    "users",
    _id(),
    _of("company_id", "companies"),
    _needed("email"),
    _needed("first_name"),
    _needed("last_name"),
    _needed("role"),
    _needed("created_at", _INSTANT),
    _optional("password_hash"),
    _needed("is_system", _BOOLEAN),
    _optional("disabled_at", _INSTANT),
    _one_of("role", Role),
    UniqueConstraint("email"),
    Index(None, "company_id", "email", "id"),
    Index(
        "users_system_of_company_idx",
        "company_id",
        unique=True,
        sqlite_where=text("is_system"),
        postgresql_where=text("is_system"),
    ),
)

credentials = _table(
    "credentials",
    _id(),
    _of("company_id", "companies"),
    _of("user_id", "users"),
    _needed("kind"),
    _needed("name"),
    _needed("secret_sha256"),
    _needed("scopes"),
    _needed("created_at", _INSTANT),
    _of("created_by_user_id", "users"),
    _optional("expires_at", _INSTANT),
    _optional("last_used_at", _INSTANT),
    _optional("revoked_at", _INSTANT),
    _one_of("kind", CredentialKind),
    Index(None, "company_id", "kind", "created_at", "id"),
    Index(None, "user_id"),
)

components = _table(
    "components",
    _id(),
    _of("company_id", "companies"),
    _needed("name"),
    _needed("component_type"),
    _needed("is_active", _BOOLEAN),
    _needed("created_at", _INSTANT),
    _optional("last_edited_at", _INSTANT),
    _of("last_edited_user_id", "users", nullable=True),
    _one_of("component_type", ComponentType),
    Index(None, "company_id", "name", "id"),
)

part_numbers = _table(
    "part_numbers",
    _id(),
    _of("company_id", "companies"),
    _needed("part_number"),
    _of("component_id", "components"),
    _optional("description"),
    _needed("is_active", _BOOLEAN),
    _needed("created_at", _INSTANT),
    _optional("last_edited_at", _INSTANT),
    _of("last_edited_user_id", "users", nullable=True),
    UniqueConstraint("company_id", "part_number"),
    Index(None, "component_id"),
)

datasets = _table(
    "datasets",
    _id(),
    _of("company_id", "companies"),
    _needed("name"),
    _needed("data_type"),
    _needed("created_at", _INSTANT),
    _optional("lsl", _DOUBLE),
    _optional("usl", _DOUBLE),
    _optional("unit"),
    _needed("is_active", _BOOLEAN),
    _one_of("data_type", DataType),
    UniqueConstraint("company_id", "name", "data_type"),
)

work_orders = _table(
    "work_orders",
    _id(),
    _of("company_id", "companies"),
    _needed("wo_number", _INTEGER),
    _needed("name"),
    _optional("description"),
    _of("component_id", "components"),
    _of("part_number_id", "part_numbers", nullable=True),
    _needed("created_at", _INSTANT),
    _of("created_by_user_id", "users"),
    _needed("status"),
    _needed("phase"),
    _needed("quantity", _INTEGER),
    _of("assignee_user_id", "users", nullable=True),
    _optional("deadline", _INSTANT),
    _optional("last_edited_at", _INSTANT),
    _needed("updated_at", _INSTANT),
    _needed("version", _INTEGER),
    Column("deadline_or_last", _BIGINT, Computed("coalesce(deadline, 9000000000000000000)", persisted=True)),
    Column("deadline_or_first", _BIGINT, Computed("coalesce(deadline, -9000000000000000000)", persisted=True)),
    _one_of("status", Status),
    _at_least("wo_number", 1),
    _at_least("quantity", 1),
    _at_least("version", 1),
    UniqueConstraint("company_id", "wo_number"),
    Index(None, "company_id", "created_at", "id"),
    Index(None, "company_id", "deadline_or_last", "id"),
    Index(None, "company_id", "deadline_or_first", "id"),
    Index(None, "company_id", "status", "updated_at", "id"),
    Index(None, "company_id", "assignee_user_id"),
    Index(None, "company_id", "component_id"),
    Index(None, "company_id", "part_number_id"),
)

work_order_words = _table(
    "work_order_words",
    _needed("company_id"),
    _needed("word"),
    Column("work_order_id", _TEXT, ForeignKey("work_orders.id"), nullable=False),
    PrimaryKeyConstraint("company_id", "word", "work_order_id"),
    Index(None, "work_order_id", "word"),
    sqlite_with_rowid=False,
)

evidence = _table(
    "evidence",
    _id(),
    _of("company_id", "companies"),
    _of("work_order_id", "work_orders"),
    _needed("seq", _INTEGER),
    _needed("kind"),
    _needed("type"),
    _needed("name"),
    _of("dataset_id", "datasets"),
    _needed("value"),
    _needed("state"),
    _needed("file_name"),
    _needed("added_at", _INSTANT),
    _of("added_by_user_id", "users"),
    _needed("repeat_key"),
    _optional("completed_key"),
    _optional("step"),
    _optional("object_key"),
    _optional("cdn_url"),
    _optional("taken_at", _INSTANT),
    _optional("taken_at_text"),
    _optional("deleted_at", _INSTANT),
    _of("deleted_by_user_id", "users", nullable=True),
    _optional("deletion_reason"),
    _one_of("kind", Kind),
    _one_of("type", Type),
    _one_of("state", State),
    _at_least("seq", 1),
    UniqueConstraint("work_order_id", "seq"),
    Index(
        "evidence_repeat_idx",
        *("work_order_id", "repeat_key"),
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
    Index(
        "evidence_completed_idx",
        *("work_order_id", "completed_key"),
        sqlite_where=text("completed_key IS NOT NULL"),
        postgresql_where=text("completed_key IS NOT NULL"),
    ),
    Index(None, "file_name"),
)

activity = _table(
    "activity",
    _needed("id"),
    _of("company_id", "companies"),
    _of("work_order_id", "work_orders"),
    _needed("seq", _INTEGER),
    _needed("type"),
    _needed("added_at", _INSTANT),
    _of("added_by_user_id", "users"),
    _needed("data"),
    _at_least("seq", 1),
    PrimaryKeyConstraint("work_order_id", "seq"),
    sqlite_with_rowid=False,
)

approvals = _table(
    "approvals",
    _of("work_order_id", "work_orders"),
    _of("approver_user_id", "users"),
    _of("company_id", "companies"),
    _of("requested_by_user_id", "users"),
    _needed("requested_at", _INSTANT),
    _needed("status"),
    _needed("last_updated_at", _INSTANT),
    _optional("comment"),
    _one_of("status", ApprovalStatus),
    PrimaryKeyConstraint("work_order_id", "approver_user_id"),
    sqlite_with_rowid=False,
)

files = _table(
    "files",
    _id("name"),
    _of("company_id", "companies"),
    _needed("storage_key"),
    _needed("size", _BIGINT),
    _needed("sha256"),
    _needed("content_type"),
    _optional("original_file_name"),
    _needed("origin"),
    _needed("created_at", _INSTANT),
    _of("created_by_user_id", "users"),
    _optional("checked_at", _INSTANT),
    _optional("damaged_at", _INSTANT),
    _one_of("origin", Origin),
    _at_least("size", 0),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    UniqueConstraint("storage_key"),
)

jobs = _table(
    "jobs",
    _id(),
    _of("company_id", "companies"),
    _needed("kind"),
    _needed("subject_id"),
    _needed("created_at", _INSTANT),
    _needed("run_at", _INSTANT),
    _needed("attempts", _INTEGER),
    _optional("claimed_until", _INSTANT),
    _optional("last_error"),
    _at_least("attempts", 0),
    Index(None, "run_at", "id"),
    sqlite_with_rowid=False,
)

effects = _table(
    "effects",
    _of("company_id", "companies"),
    _of("user_id", "users"),
    _needed("key"),
    _needed("fingerprint"),
    _needed("result"),
    _needed("created_at", _INSTANT),
    PrimaryKeyConstraint("company_id", "user_id", "key"),
    Index(None, "created_at"),
    sqlite_with_rowid=False,
)
