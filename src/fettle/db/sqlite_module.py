"""The SQLite that is used: the one that pysqlite3 brings, else Python's own."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        import pysqlite3 as sqlite3
    except ModuleNotFoundError:
        import sqlite3

__all__ = ["LOSES_COMMITS", "VERSION", "sqlite3"]

VERSION: Final = f"SQLite {sqlite3.sqlite_version}"
# https://sqlite.org/wal.html, "The WAL-reset bug": below this a checkpoint can lose committed transactions.
LOSES_COMMITS: Final = sqlite3.sqlite_version_info < (3, 51, 3)
