"""What the nouns need of a connection: hand-written statements, one text for both engines, `?` for each value.

SQLAlchemy describes the tables (`tables.py`) but runs no statements: its execution costs several times the statement.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

Row = tuple[Any, ...]


class Sql(Protocol):
    """One connection. `row_lock` and `skip_locked` end a SELECT that locks rows; empty where one writer is alone."""

    @property
    def row_lock(self) -> str: ...
    @property
    def skip_locked(self) -> str: ...

    def one(self, text: str, *values: Any) -> Row | None:
        """The first row, or None."""
        ...

    def all(self, text: str, *values: Any) -> list[Row]:
        """Every row."""
        ...

    def run(self, text: str, *values: Any) -> None:
        """No answer wanted: PostgreSQL may be asked together with the next statement, and an error come with that."""
        ...

    def count(self, text: str, *values: Any) -> int:
        """How many rows were touched."""
        ...

    def run_each(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """The same statement for every row of values."""
        ...
