"""How a table comes by the triggers that keep what is in it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import DDL, Table, event


def guard(guarded: Table, statements: Mapping[str, Sequence[str]]) -> None:
    """Let these statements run once the table is made; they are named by the dialect that they are of."""
    for dialect, of_dialect in statements.items():
        for statement in of_dialect:
            ddl = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy's own lack
            event.listen(guarded, "after_create", ddl)
