"""What both engines promise about transactions."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from fettle.db.open import OpenDatabase, open_database
from fettle.domain.errors import Conflict, Unavailable, WorkOrderNotFound
from fettle.domain.people import Company
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


async def write_records(database: OpenDatabase) -> Records:
    records = Records()
    await database.write(records.add_to)
    return records


def add_company(name: str) -> Callable[[Transaction], str]:
    company = Company(new_id(), name, 1)

    def command(tx: Transaction) -> str:
        tx.people.add_company(company)
        return name

    return command


async def company_names(database: OpenDatabase) -> set[str]:
    companies = await database.read(lambda tx: tx.people.companies())
    return {company.name for company in companies}


async def test_a_command_answers_with_its_result_and_is_kept(database: OpenDatabase) -> None:
    assert await database.write(add_company("one")) == "one"
    assert await company_names(database) == {"one"}
    seen = await database.peek(lambda tx: tx.people.find_company_by_name("one"))
    assert seen is not None


async def test_the_version_names_engine_and_release(database: OpenDatabase, engine: str) -> None:
    name, _, release = database.version.partition(" ")
    assert name == {"sqlite": "SQLite", "postgres": "PostgreSQL"}[engine]
    assert int(release.split(".")[0]) >= {"sqlite": 3, "postgres": 16}[engine]


async def test_a_failure_undoes_its_command_alone(database: OpenDatabase) -> None:
    def failing(error: Exception) -> Callable[[Transaction], str]:
        inner = add_company("undone")

        def command(tx: Transaction) -> str:
            inner(tx)
            raise error

        return command

    def breaking(tx: Transaction) -> None:
        tx.people.add_company(twice)
        tx.people.add_company(twice)

    twice = Company(new_id(), "twice", 1)
    commands: list[Callable[[Transaction], Any]] = [
        add_company("first"),
        failing(Conflict("ILLEGAL_MOVE")),
        add_company("second"),
        breaking,
        failing(WorkOrderNotFound()),
        failing(ZeroDivisionError()),
        add_company("third"),
    ]
    answers = await asyncio.gather(*map(database.write, commands), return_exceptions=True)
    assert [answers[place] for place in (0, 2, 6)] == ["first", "second", "third"]
    kinds = [type(answers[place]).__name__ for place in (1, 3, 4, 5)]
    assert [kinds[0], *kinds[2:]] == ["Conflict", "WorkOrderNotFound", "ZeroDivisionError"]
    assert kinds[1] in {"IntegrityError", "UniqueViolation"}
    assert await company_names(database) == {"first", "second", "third"}


async def test_a_failure_alone_leaves_nothing(database: OpenDatabase) -> None:
    command = add_company("undone")

    def failing(tx: Transaction) -> None:
        command(tx)
        raise WorkOrderNotFound

    with pytest.raises(WorkOrderNotFound):
        await database.write(failing)
    assert await company_names(database) == set()
    await database.write(add_company("after"))
    assert await company_names(database) == {"after"}


async def test_every_one_of_many_commands_is_answered_and_kept(database: OpenDatabase) -> None:
    records = await write_records(database)
    orders = [records.new_order(wo_number=number) for number in range(1, 6)]
    for order in orders:
        await database.write(lambda tx, order=order: tx.work_orders.add(order))  # type: ignore[misc]  # bound now

    async def raise_version(place: int) -> int:
        order_id = orders[place % 5].id

        def command(tx: Transaction) -> int:
            version = tx.work_orders.get_for_change(records.company.id, order_id).version + 1
            tx.work_orders.change(order_id, version=version)
            return version

        return await database.write(command, work_order_id=order_id)

    versions = await asyncio.gather(*map(raise_version, range(300)))
    assert sorted(versions) == sorted(list(range(2, 62)) * 5)


async def test_a_caller_that_goes_away_harms_nobody(database: OpenDatabase) -> None:
    tasks = [asyncio.create_task(database.write(add_company(str(number)))) for number in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers[1::2] == [str(number) for number in range(1, 20, 2)]
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
    assert {str(number) for number in range(1, 20, 2)} <= await company_names(database)


async def test_a_read_sees_one_state(database: OpenDatabase) -> None:
    loop = asyncio.get_running_loop()

    def query(tx: Transaction) -> tuple[int, int]:
        before = len(tx.people.companies())
        written = asyncio.run_coroutine_threadsafe(database.write(add_company("meanwhile")), loop)
        written.result(timeout=10)
        return before, len(tx.people.companies())

    assert await database.read(query) == (0, 0)
    assert await company_names(database) == {"meanwhile"}


async def test_a_query_cannot_write(database: OpenDatabase) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only|unavailable"):
        await database.read(add_company("no"))
    assert await company_names(database) == set()


async def test_a_query_may_refuse(database: OpenDatabase) -> None:
    def query(tx: Transaction) -> None:
        tx.work_orders.get_for_change("x", "y")

    for _ in range(10):
        with pytest.raises(WorkOrderNotFound):
            await database.peek(query)
    assert await company_names(database) == set()


async def test_closing_commits_what_waits_and_takes_no_more(database_url: str) -> None:
    database = open_database(database_url, exclusive=True)
    await database.start()
    tasks = [asyncio.create_task(database.write(add_company(str(number)))) for number in range(200)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*tasks) == [str(number) for number in range(200)]
    with pytest.raises(Unavailable):
        await database.write(add_company("late"))
    again = open_database(database_url, exclusive=True)
    await again.start()
    assert await company_names(again) == {str(number) for number in range(200)}
    await again.close()
