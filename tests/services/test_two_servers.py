"""Two servers on one PostgreSQL: what is unique stays so, and the second is told as if it had come later."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import pytest

from fettle.build import Parts, migrate, open_parts
from fettle.domain.errors import Conflict
from fettle.domain.people import Role, Scope
from fettle.services.catalogue import NewPartNumber
from fettle.services.users import NewUser, UserChange
from fettle.settings import Settings
from tests.servers.postgres import PostgresServer
from tests.services.conftest import Company, make_company
from tests.services.test_catalogue import make_component

TIMES = 20


@pytest.fixture
async def servers(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[tuple[Parts, Parts]]:
    settings = Settings(data=tmp_path, database_url=postgres_server.create_database())
    await asyncio.to_thread(migrate, settings)
    async with open_parts(settings, is_server=True) as first, open_parts(settings, is_server=True) as second:
        yield first, second


async def codes(*attempts: Awaitable[object]) -> list[str]:
    """What became of each: "" or the code of the conflict."""
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Conflict):
            raise answer
    return sorted(answer.code if isinstance(answer, Conflict) else "" for answer in answers)


async def test_one_address_has_one_account(servers: tuple[Parts, Parts]) -> None:
    company = await make_company(servers[0])
    for number in range(TIMES):
        new = NewUser(f"user{number}@forge.example", "A", "B", Role.VIEWER)
        both = (parts.owner.add_user(company.id, new) for parts in servers)
        assert await codes(*both) == ["", "EMAIL_TAKEN"]


async def test_one_part_number_is_made_once(servers: tuple[Parts, Parts]) -> None:
    company = await make_company(servers[0])
    component_id = await make_component(company)
    for number in range(TIMES):
        new = NewPartNumber(f"BR-{number}", component_id)
        intent = company.intent(Scope.CATALOGUE)
        both = (parts.services.catalogue.create_part_number(intent, new) for parts in servers)
        assert await codes(*both) == ["", "PART_NUMBER_TAKEN"]


async def test_two_admins_cannot_disable_each_other_at_once(servers: tuple[Parts, Parts]) -> None:
    for number in range(TIMES):
        company: Company = await make_company(servers[0], f"Forge {number}", f"ada{number}@forge.example")
        other = NewUser(f"eve{number}@forge.example", "Eve", "Admin", Role.ADMIN)
        other_id = (await servers[0].owner.add_user(company.id, other)).id
        disabled = UserChange(is_active=False)
        victims = zip(servers, (company.admin_id, other_id), strict=True)
        both = (parts.owner.change_user(company.id, victim, disabled) for parts, victim in victims)
        assert await codes(*both) == ["", "LAST_ADMIN"]
