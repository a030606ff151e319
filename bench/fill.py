"""A large data set: copies of one work order with all that belongs to it, written straight into the database.

Which columns there are is read from the database; only those that must differ are named here. When an
order was changed has nothing to do with where its rows lie: pages are gathered from all over the file.
"""

from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3  # type: ignore[import-untyped]  # ships no types

from bench.failure import MeasurementFailed

SHUFFLE = 7919  # a prime that divides no size used here: n -> n * SHUFFLE mod size meets every place once
BATCH = 20_000
CHILDREN = ("evidence", "activity")
ORDER_ID = "printf('01900000-0000-7000-8000-%012x', n)"
CHANGED = {
    "work_orders": {
        "id": ORDER_ID,
        "wo_number": "wo_number + n",
        "updated_at": f"updated_at - 1000000 * (n * {SHUFFLE} % :size + 1)",
        "last_edited_at": f"last_edited_at - 1000000 * (n * {SHUFFLE} % :size + 1)",
    },
    "evidence": {
        "id": "printf('01900000-0000-7001-8%03x-%012x', seq, n)",
        "work_order_id": ORDER_ID,
        "file_name": "printf('01900000-0000-7002-8%03x-%012x', seq, n)",
    },
    "activity": {"id": "printf('01900000-0000-7003-8%03x-%012x', seq, n)", "work_order_id": ORDER_ID},
}


def add_copies(data: Path, order_id: str, size: int) -> None:
    """Fill up to about `size` orders: `size` copies beside the few that the demo company has."""
    connection = sqlite3.connect(database_in(data), isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        for table in CHANGED:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            statement = copy_statement(table, columns)
            for first in range(0, size, BATCH):
                last = min(first + BATCH, size)
                connection.execute(statement, {"order": order_id, "size": size, "first": first + 1, "last": last})
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def copy_statement(table: str, columns: list[str]) -> str:
    values = ", ".join(CHANGED[table].get(column, f"original.{column}") for column in columns)
    key = "work_order_id" if table in CHILDREN else "id"
    return f"""
        WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
        INSERT INTO {table} ({", ".join(columns)})
        SELECT {values} FROM numbers CROSS JOIN {table} AS original WHERE original.{key} = :order
    """  # noqa: S608  # names come from the database itself


def database_in(data: Path) -> Path:
    for path in data.rglob("*"):
        if path.is_file() and path.open("rb").read(15) == b"SQLite format 3":
            return path
    raise MeasurementFailed(f"no SQLite database in {data}")
