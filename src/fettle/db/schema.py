"""The version of the tables. SQLAlchemy and Alembic are loaded only to migrate: together they take longer than a start.

Migrations go forward only; all that are due run in one transaction, one process at a time.
"""

import os
from pathlib import Path
from typing import Final

from fettle.db.refusals import SchemaNotCurrent
from fettle.db.sqlite_module import sqlite3
from fettle.db.urls import sqlite_path

HEAD: Final = "0022"
_VERSION: Final = "SELECT version_num FROM alembic_version"
KNOWN: Final = frozenset(f"{number:04}" for number in range(1, int(HEAD) + 1))


def current_version(url: str) -> str | None:
    """The version of the tables that are there; None when there are none. Raises the driver's errors."""
    path = sqlite_path(url)
    return _version_in_postgres(url) if path is None else _version_in_sqlite(path)


def require_current(url: str) -> None:
    """Raise SchemaNotCurrent unless the tables are exactly those of this Fettle."""
    found = current_version(url)
    if found != HEAD:
        raise _not_current(found)


def upgrade(url: str) -> bool:
    """Bring the tables up to date, making the SQLite file when there is none. Whether anything had to be done.

    Raises SchemaNotCurrent when the tables are newer than this Fettle.
    """
    found = current_version(url)
    if found == HEAD:
        return False
    if found is not None and found not in KNOWN:
        raise _not_current(found)
    path = sqlite_path(url)
    if path is not None:
        _make_private(path)
    from fettle.db.migrations.run import run_migrations  # noqa: PLC0415 - see above

    run_migrations(url)
    return True


def _not_current(found: str | None) -> SchemaNotCurrent:
    if found is None:
        return SchemaNotCurrent(
            "The database has no tables yet; run `fettle migrate`.",
            "La base n'a pas encore de tables ; lancez `fettle migrate`.",
        )
    if found in KNOWN:
        return SchemaNotCurrent(
            f"The tables are of an older release ({found}, needed {HEAD}); run `fettle migrate`.",
            f"Les tables sont d'une version antérieure ({found}, il faut {HEAD}) ; lancez `fettle migrate`.",
        )
    return SchemaNotCurrent(
        f"The tables are of a newer release ({found}); this one knows them up to {HEAD}.",
        f"Les tables sont d'une version plus récente ({found}) ; celle-ci les connaît jusqu'à {HEAD}.",
    )


def _version_in_sqlite(path: Path) -> str | None:
    if not path.exists():
        return None
    connection = sqlite3.connect(path, timeout=10)
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall():
            return None
        row = connection.execute(_VERSION).fetchone()
        return None if row is None else str(row[0])
    finally:
        connection.close()


def _version_in_postgres(url: str) -> str | None:
    import psycopg  # noqa: PLC0415 - not needed with SQLite

    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute(_VERSION).fetchone()
        return None if row is None else str(row[0])


def _make_private(path: Path) -> None:
    """The file holds password hashes: only its owner may read it. SQLite gives its other files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
