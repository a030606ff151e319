"""The way in: a URL in, a database out."""

from collections.abc import Callable
from typing import Protocol

from fettle.db.urls import sqlite_path
from fettle.services.ports import Database


class OpenDatabase(Database, Protocol):
    """A database that `build.py` starts and closes. `version` is for people: "SQLite 3.53.1", "PostgreSQL 16.4"."""

    @property
    def version(self) -> str: ...

    async def start(self) -> None:
        """Open; raises DatabaseRefused with one clear sentence, Unavailable when a server does not answer."""
        ...

    def watch_groups(self, seen: Callable[[int, int], None]) -> None:
        """Call `seen` after each group, with how many commands were committed and how many wait behind them."""
        ...

    async def close(self) -> None:
        """Commit what waits, then close."""
        ...


def open_database(url: str, *, exclusive: bool, alone: bool = False) -> OpenDatabase:
    """The database of a URL, not yet started: `sqlite:///absolute/path.db` or `postgresql://user:pw@host:port/name`.

    `exclusive` is for a server: a second one on the same SQLite file is refused. `alone` is for a command beside which
    no server may run: it is refused while one does, and none starts meanwhile. Raises ValueError for another scheme.
    """
    path = sqlite_path(url)
    if path is None:
        from fettle.db.postgres import PostgresDatabase  # noqa: PLC0415 - only the engine in use is loaded

        return PostgresDatabase(url, exclusive=exclusive, alone=alone)
    from fettle.db.sqlite import SqliteDatabase  # noqa: PLC0415 - as above

    return SqliteDatabase(path, exclusive=exclusive or alone)
