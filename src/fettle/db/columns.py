"""How the tables are written down: types that both engines have, constraints with names of their own."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)
TEXT = Text(collation="C").with_variant(Text(), "sqlite")
INTEGER = Integer()
BIGINT = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
INSTANT = BIGINT
DOUBLE: TypeEngine[Any] = Double().with_variant(sqlite.REAL(), "sqlite")
BOOLEAN = Boolean().with_variant(sqlite.INTEGER(), "sqlite")


def table(name: str, *parts: Any, **options: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True, **options)


def id_column(name: str = "id") -> Column[Any]:
    return Column(name, TEXT, primary_key=True)


def needed(name: str, kind: Any = TEXT) -> Column[Any]:
    return Column(name, kind, nullable=False)


def added_later(name: str, kind: Any = TEXT, default: str = "''") -> Column[Any]:
    """Needed, but its table is older: SQLite adds a column to a table only with a default."""
    return Column(name, kind, nullable=False, server_default=text(default))


def optional(name: str, kind: Any = TEXT) -> Column[Any]:
    return Column(name, kind, nullable=True)


def refers_to(name: str, target: str, column: str = "id", *, nullable: bool = False) -> Column[Any]:
    return Column(name, TEXT, ForeignKey(f"{target}.{column}"), nullable=nullable)


def one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def at_least(column: str, least: int) -> CheckConstraint:
    return CheckConstraint(f"{column} >= {least}", name=column)


def index_where(name: str, columns: str | TextClause, condition: str, *, unique: bool = False) -> Index:
    """An index, of columns by name or of what is computed of them, of the rows that fulfil the condition only."""
    where = text(condition)
    indexed = columns.split() if isinstance(columns, str) else [columns]
    return Index(name, *indexed, unique=unique, sqlite_where=where, postgresql_where=where)
