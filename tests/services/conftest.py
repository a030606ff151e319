"""The services as the server has them: over a real SQLite file and a real folder of bytes."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from psycopg import sql

from fettle.build import Parts, migrate, open_parts
from fettle.domain.catalogue import ComponentType
from fettle.domain.credentials import read_credential
from fettle.domain.people import Caller, Role, Scope
from fettle.services.catalogue import NewComponent
from fettle.services.gate import Intent
from fettle.services.users import NewUser
from fettle.services.work_orders import NewWorkOrder
from fettle.settings import Settings
from tests.servers.postgres import PostgresServer

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Company:
    """A company with its first administrator, who is signed in."""

    parts: Parts
    id: str
    admin_id: str
    admin: Caller
    email: str

    def intent(self, scope: Scope, caller: Caller | None = None) -> Intent:
        return Intent(caller or self.admin, scope)

    async def add(self, role: Role, email: str) -> tuple[str, Caller]:
        """Add a user and sign in as that user."""
        new = NewUser(email, "First", "Last", role, PASSWORD)
        user_id = (await self.parts.services.users.add(self.intent(Scope.USERS), new)).id
        return user_id, await sign_in(self.parts, email)

    async def order(self) -> str:
        """A fresh work order in DRAFT."""
        component = await self.parts.services.catalogue.create_component(
            self.intent(Scope.CATALOGUE), NewComponent("Bracket", ComponentType.SN)
        )
        new = NewWorkOrder("Bracket, first batch", component.id, 1)
        return (await self.parts.services.work_orders.create(self.intent(Scope.WORK_ORDERS), new)).id


async def sign_in(parts: Parts, email: str, password: str = PASSWORD) -> Caller:
    session = await parts.services.sessions.sign_in(email, password)
    return (await parts.services.people.admit(read_credential(session.token)))[0]


async def make_company(parts: Parts, name: str = "Forge", email: str = "ada@forge.example") -> Company:
    admin = NewUser(email, "Ada", "Admin", Role.ADMIN, PASSWORD)
    company_id, admin_id = await parts.owner.create_company(name, admin)
    return Company(parts, company_id, admin_id, await sign_in(parts, email), email)


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with tables and nothing in them, to be copied."""
    data = tmp_path_factory.mktemp("empty")
    migrate(Settings(data=data))
    return data


@pytest.fixture
def settings(empty_data: Path, tmp_path: Path) -> Settings:
    shutil.copytree(empty_data, tmp_path / "data")
    return Settings(data=tmp_path / "data")


@pytest.fixture(scope="session")
def empty_postgres(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with tables and nothing in them, to be copied."""
    url = postgres_server.create_database()
    migrate(Settings(data=tmp_path_factory.mktemp("empty"), database_url=url))
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgres"])
def settings_of_both(request: pytest.FixtureRequest, empty_data: Path, tmp_path: Path) -> Settings:
    """The settings of each engine in turn; a file that tests on both has its `settings` from here."""
    if request.param == "sqlite":
        shutil.copytree(empty_data, tmp_path / "data")
        return Settings(data=tmp_path / "data")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    template, name = request.getfixturevalue("empty_postgres"), f"both_{token_hex(6)}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
    return Settings(data=tmp_path / "data", database_url=server.url(name))


@pytest.fixture
async def parts(settings: Settings) -> AsyncIterator[Parts]:
    async with open_parts(settings, is_server=False) as opened:
        yield opened


@pytest.fixture
async def company(parts: Parts) -> Company:
    return await make_company(parts)
