"""A table whose rows are one kind of struct: its columns are the struct's fields, in their order."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

import msgspec

from fettle.db.sql import Sql
from fettle.services.rows import Page

Struct = TypeVar("Struct", bound=msgspec.Struct)


class Table(Generic[Struct]):
    """Statements that every noun needs. Names come from our own code, values only ever as parameters."""

    def __init__(self, name: str, struct: type[Struct]) -> None:
        """`struct` is array_like, so that a row converts as it is."""
        self.name: Final = name
        self.struct: Final = struct
        self.fields: Final = struct.__struct_fields__
        self.columns: Final = ", ".join(self.fields)
        self._select: Final = f"SELECT {self.columns} FROM {name} WHERE "  # noqa: S608 - our names
        self._rows: Final = list[struct]  # type: ignore[valid-type]  # a type made at run time for msgspec

    def add(self, sql: Sql, row: Struct, on_conflict: str = "") -> None:
        """Insert the row; `on_conflict` is the rest of the statement.

        A NULL is left out, not sent: Python's SQLite module asks around for an adapter for each None.
        """
        columns, values = self._given(row)
        sql.run(_insert(self.name, columns, on_conflict), *values)

    def add_unless(self, sql: Sql, row: Struct, conflict: str) -> bool:
        """Insert the row unless the conflict is there; whether it was inserted."""
        columns, values = self._given(row)
        return sql.count(_insert(self.name, columns, f" ON CONFLICT {conflict} DO NOTHING"), *values) == 1

    def find(self, sql: Sql, condition: str, *values: Any) -> Struct | None:
        row = sql.one(_joined(self._select, condition), *values)
        return None if row is None else self.read(row)

    def all(self, sql: Sql, condition: str, *values: Any) -> list[Struct]:
        return self.read_all(sql.all(_joined(self._select, condition), *values))

    def count(self, sql: Sql, condition: str, *values: Any) -> int:
        row = sql.one(f"SELECT count(*) FROM {self.name} WHERE {condition}", *values)  # noqa: S608 - our names
        return int(row[0]) if row else 0

    def change(self, sql: Sql, condition: str, key: Sequence[Any], values: dict[str, Any]) -> None:
        """Set the named columns where the condition holds; raises KeyError for a name that is no column."""
        unknown = values.keys() - set(self.fields)
        if unknown:
            raise KeyError(*unknown)
        if not values:
            return
        sql.run(_update(self.name, tuple(values), condition), *values.values(), *key)

    def page(self, sql: Sql, equal: dict[str, Any], by: str, page: Page | None) -> list[Struct]:
        """The rows with these values, sorted by a column that is never NULL, then by id, from the page's place on."""
        condition, values = self.where(equal)
        if page is None:
            return self.all(sql, f"{condition} ORDER BY {by}, id", *values)
        if page.after is not None:
            condition += f" AND ({by}, id) > (?, ?)"
            values += [page.after.value, page.after.id]
        return self.all(sql, f"{condition} ORDER BY {by}, id LIMIT ? OFFSET ?", *values, page.limit, page.offset)

    def where(self, equal: dict[str, Any]) -> tuple[str, list[Any]]:
        """The condition that every named column has its value; raises KeyError for a name that is no column."""
        unknown = equal.keys() - set(self.fields)
        if unknown:
            raise KeyError(*unknown)
        parts = (f"{name} IS NULL" if value is None else f"{name} = ?" for name, value in equal.items())
        return " AND ".join(parts), [value for value in equal.values() if value is not None]

    def _given(self, row: Struct) -> tuple[tuple[str, ...], list[Any]]:
        pairs = zip(self.fields, msgspec.to_builtins(row), strict=True)
        given = {name: value for name, value in pairs if value is not None}
        return tuple(given), list(given.values())

    def read(self, row: Sequence[Any]) -> Struct:
        """The struct of a row. Not strict, because SQLite knows no booleans: 0 and 1 stand for them."""
        return msgspec.convert(row, self.struct, strict=False)

    def read_all(self, rows: Sequence[Sequence[Any]]) -> list[Struct]:
        """As `read`, for many rows at once."""
        return msgspec.convert(rows, self._rows, strict=False)


# The same text every time is the same object, whose hash is known: the statement is found without reading it.
@lru_cache(maxsize=1024)
def _joined(select: str, condition: str) -> str:
    return select + condition


@lru_cache(maxsize=256)
def _insert(table: str, columns: tuple[str, ...], on_conflict: str) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}){on_conflict}"  # noqa: S608 - our names


@lru_cache(maxsize=256)
def _update(table: str, columns: tuple[str, ...], condition: str) -> str:
    settings = ", ".join(f"{name} = ?" for name in columns)
    return f"UPDATE {table} SET {settings} WHERE {condition}"  # noqa: S608 - checked names


def padded(values: Sequence[str]) -> tuple[str, list[str]]:
    """`(?, ?, …)` for IN, and the values, repeated up to a power of two so that few statement texts are in use.

    `values` has at least one element.
    """
    room = 1 << (len(values) - 1).bit_length()
    return f"({', '.join('?' * room)})", [*values, *[values[-1]] * (room - len(values))]
