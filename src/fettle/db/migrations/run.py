"""Running Alembic from a program, without an ini file: everything that is due in one transaction."""

from contextlib import closing
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from fettle.db.sqlite_module import sqlite3
from fettle.db.urls import sqlite_path

# Any number will do, as long as every Fettle takes the same.
_ADVISORY_LOCK: Final = 7_310_868_735_422_308_197


def run_migrations(url: str, revision: str = "head") -> None:
    """Upgrade to the revision; a second process waits for the first and then finds nothing to do."""
    engine = make_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        command.upgrade(_config(connection), revision)


def make_engine(url: str) -> Engine:
    """An engine for migrations: the same drivers as the server's, real transactions around DDL."""
    path = sqlite_path(url)
    return _postgres_engine(url) if path is None else _sqlite_engine(path)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _sqlite_engine(path: Path) -> Engine:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = wal")  # kept in the file
    engine = create_engine(
        "sqlite://",
        module=sqlite3,
        creator=lambda: sqlite3.connect(path, isolation_level=None, timeout=10),
        poolclass=NullPool,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: str) -> Engine:
    import psycopg  # noqa: PLC0415 - not needed with SQLite

    def connect() -> Any:
        return psycopg.connect(url, connect_timeout=10)

    return create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
