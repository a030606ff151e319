import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from psycopg import sql

from fettle.db import schema
from fettle.db.open import OpenDatabase, open_database
from fettle.db.urls import sqlite_path
from fettle.services.rows import Transaction
from tests.db.connections import connect
from tests.db.records import Records
from tests.servers.postgres import PostgresServer


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty database; never opened by a test that commits."""
    url = f"sqlite://{tmp_path_factory.mktemp('template')}/fettle.db"
    schema.upgrade(url)
    return url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """As above. Its name is the only connection's business: PostgreSQL copies no database that is in use."""
    url = postgres_server.create_database()
    schema.upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own."""
    url: str = request.getfixturevalue(f"{engine}_url")
    return url


@pytest.fixture
def sqlite_url(sqlite_template: str, tmp_path: Path) -> str:
    path = sqlite_path(sqlite_template)
    assert path is not None
    shutil.copy(path, tmp_path / "fettle.db")
    return f"sqlite://{tmp_path}/fettle.db"


@pytest.fixture
def postgres_url(postgres_template: str, postgres_server: PostgresServer) -> str:
    name, template = f"test_{token_hex(6)}", postgres_template.rpartition("/")[2]
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
    return postgres_server.url(name)


@pytest.fixture
def empty_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if engine == "sqlite":
        return f"sqlite://{tmp_path}/folder/fettle.db"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.create_database()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[OpenDatabase]:
    opened = open_database(database_url, exclusive=True)
    await opened.start()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def shared_urls(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> dict[str, str]:
    """One database of each engine for all tests that roll back what they did."""
    urls = {
        "sqlite": f"sqlite://{tmp_path_factory.mktemp('shared')}/fettle.db",
        "postgres": postgres_server.create_database(),
    }
    for url in urls.values():
        schema.upgrade(url)
    return urls


@pytest.fixture
def tx(engine: str, shared_urls: dict[str, str]) -> Iterator[Transaction]:
    """The nouns of an open transaction, which is rolled back."""
    connection = connect(shared_urls[engine])
    connection.run("BEGIN")
    yield connection.nouns
    connection.roll_back()
    connection.close()


@pytest.fixture
def records(tx: Transaction) -> Records:
    """A company with what its work orders need."""
    return Records().add_to(tx)


@pytest.fixture
def strangers(tx: Transaction) -> Records:
    """Another company on the same server."""
    return Records().add_to(tx)
