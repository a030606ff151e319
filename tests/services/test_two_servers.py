"""Two servers on one PostgreSQL: what is unique stays so, and the second is told as if it had come later."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from fettle.build import Parts, migrate, open_parts
from fettle.domain.activity import Entry
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.errors import Conflict
from fettle.domain.merkle import root_of
from fettle.domain.people import Role, Scope
from fettle.domain.uploads import WrongOffset
from fettle.domain.verification import chain_problems
from fettle.services.catalogue import NewPartNumber
from fettle.services.log_tree import StoredTree
from fettle.services.ports import Growth
from fettle.services.rows import Transaction
from fettle.services.users import NewUser, UserChange
from fettle.settings import Settings
from tests.servers.postgres import PostgresServer
from tests.services.conftest import Company, make_company
from tests.services.test_catalogue import make_component
from tests.services.test_uploads import begin, chunks, intent

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


async def test_64_writers_at_two_servers_leave_no_fork_and_no_gap_in_the_log(servers: tuple[Parts, Parts]) -> None:
    company = await make_company(servers[0])
    orders = [await company.order() for _ in range(8)]

    async def write(number: int) -> None:
        services = servers[number % 2].services
        for each in range(8):
            await services.work_orders.comment(company.intent(Scope.COMMENTS), orders[number % 8], f"{number} {each}")
            await services.log.check_in(company.id)

    await asyncio.gather(*(write(number) for number in range(64)))
    last = await servers[0].services.log.check_in(company.id)
    assert last.size == 8 + 64 * 8

    def query(tx: Transaction) -> tuple[list[Entry], list[Checkpoint], list[bytes]]:
        made = tx.log.checkpoints(company.id, last.size + 1, 1000)
        roots = [root_of(each.size, StoredTree(tx, company.id).complete) for each in made]
        return tx.log.entries(company.id, 0, last.size + 1), made, roots

    entries, made, roots = await servers[1].database.read(query)
    assert [entry.leaf_index for entry in entries] == list(range(last.size))
    for order_id in orders:
        chain = [entry for entry in entries if entry.work_order_id == order_id]
        assert [entry.seq for entry in chain] == list(range(1, 66))
        assert not list(chain_problems(chain))
    assert len(made) > 1
    assert [bytes.fromhex(each.root) for each in made] == roots


@pytest.mark.parametrize("brought", [b"678", b"67890"], ids=["a part", "the end"])
async def test_a_late_request_at_the_other_cuts_off_nothing(
    servers: tuple[Parts, Parts], monkeypatch: pytest.MonkeyPatch, brought: bytes
) -> None:
    """It knows how far the upload was, and opens the file, when the first has just gone on."""
    one, other = servers
    company = await make_company(one)
    upload, grow, wish = await begin(company), other.blobs.grow, intent(company)

    async def nothing(_: str) -> None:
        """The first does not come to removing the file, which the kept one shares."""

    @asynccontextmanager
    async def late(*sent: Any) -> AsyncIterator[Growth]:
        await one.services.uploads.append(wish, upload.id, 5, chunks(brought))
        async with grow(*sent) as growth:
            yield growth

    monkeypatch.setattr(one.blobs, "drop_grown", nothing)
    monkeypatch.setattr(other.blobs, "grow", late)
    with pytest.raises(WrongOffset):
        await other.services.uploads.append(wish, upload.id, 5, chunks(b"xx"))
    if brought == b"678":
        await one.services.uploads.append(wish, upload.id, 8, chunks(b"90"))
    (kept,) = [stat.key async for stat in other.blobs.list("kept/")]
    assert b"".join([piece async for piece in await other.blobs.open(kept)]) == b"1234567890"
