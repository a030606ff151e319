"""What PostgreSQL alone can do wrong: stop, deadlock, be too old."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from fettle.db import postgres_connection, schema
from fettle.db.open import OpenDatabase, open_database
from fettle.db.postgres_connection import PostgresConnection
from fettle.db.refusals import AnotherServerRuns, EngineUnfit
from fettle.domain.errors import Unavailable
from fettle.domain.jobs import Job, JobKind
from fettle.domain.people import Company
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id
from tests.servers.postgres import PostgresServer


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that a test may stop."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


async def opened(url: str) -> OpenDatabase:
    database = open_database(url, exclusive=True)
    await database.start()
    return database


def add_company(name: str) -> Callable[[Transaction], None]:
    company = Company(new_id(), name, 1)
    return lambda tx: tx.people.add_company(company)


def companies(tx: Transaction) -> list[Company]:
    return tx.people.companies()


@pytest.mark.parametrize("way", ["stop", "crash"])
async def test_a_stopped_server_is_unavailable_and_found_again(own_server: PostgresServer, way: str) -> None:
    url = own_server.create_database()
    schema.upgrade(url)
    database = await opened(url)
    await asyncio.gather(database.write(add_company("before")), database.read(companies), database.peek(companies))
    getattr(own_server, way)()
    calls: list[Any] = [database.write(add_company("never")), database.read(companies), database.peek(companies)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert all(isinstance(answer, Unavailable) and answer.retry_after_s for answer in answers)
    own_server.start()
    await database.write(add_company("after"))
    assert {company.name for company in await database.read(companies)} == {"before", "after"}
    assert len(await database.peek(companies)) == 2
    await database.close()


async def test_a_connection_cut_while_idle_is_not_noticed(postgres_url: str) -> None:
    database = await opened(postgres_url)
    await asyncio.gather(database.write(add_company("before")), database.read(companies), database.peek(companies))
    cut_all(postgres_url)
    await database.write(add_company("after"))
    assert len(await database.read(companies)) == 2
    assert len(await database.peek(companies)) == 2
    await database.close()


async def test_who_wants_the_database_alone_is_refused_beside_servers(postgres_url: str) -> None:
    servers = [await opened(postgres_url) for _ in range(2)]
    command = open_database(postgres_url, exclusive=False)
    await command.start()
    for server in servers:
        with pytest.raises(AnotherServerRuns, match="Another server"):
            await open_database(postgres_url, exclusive=False, alone=True).start()
        await server.close()
    alone = open_database(postgres_url, exclusive=False, alone=True)
    await alone.start()
    await alone.write(add_company("alone"))
    assert len(await alone.read(companies)) == len(await command.read(companies)) == 1
    await asyncio.gather(alone.close(), command.close())


async def test_a_server_that_was_cut_off_and_only_read_since_still_counts(postgres_url: str) -> None:
    server = await opened(postgres_url)
    cut_all(postgres_url)
    await server.peek(companies)
    with pytest.raises(AnotherServerRuns):
        await open_database(postgres_url, exclusive=False, alone=True).start()
    await server.close()


async def test_no_server_starts_or_reads_while_the_database_is_had_alone(postgres_url: str) -> None:
    server = await opened(postgres_url)
    cut_all(postgres_url)
    alone = open_database(postgres_url, exclusive=False, alone=True)
    await alone.start()
    reading, starting = asyncio.create_task(server.read(companies)), asyncio.create_task(opened(postgres_url))
    done, _ = await asyncio.wait([reading, starting], timeout=1)
    assert not done
    await alone.close()
    await reading
    await asyncio.gather(server.close(), (await starting).close())


async def test_a_connection_cut_within_a_group_fails_the_group(postgres_url: str) -> None:
    database = await opened(postgres_url)

    def cut(tx: Transaction) -> None:
        tx.people.add_company(Company(new_id(), "lost", 1))
        cut_all(postgres_url)

    commands: list[Callable[[Transaction], None]] = [add_company("beside"), cut, add_company("beside too")]
    answers = await asyncio.gather(*map(database.write, commands), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert await database.read(companies) == []
    await database.write(add_company("after"))
    await database.close()


def cut_all(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_several_processes_lose_nothing_on_the_same_orders(postgres_url: str) -> None:
    databases = [await opened(postgres_url) for _ in range(3)]
    records = Records()
    await databases[0].write(records.add_to)
    orders = [records.new_order() for _ in range(5)]
    for order in orders:
        await databases[0].write(lambda tx, order=order: tx.work_orders.add(order))  # type: ignore[misc]  # bound now

    def raise_version(order_id: str) -> Callable[[Transaction], int]:
        def command(tx: Transaction) -> int:
            version = tx.work_orders.get_for_change(records.company.id, order_id).version + 1
            tx.work_orders.change(order_id, version=version)
            return version

        return command

    writes = [
        database.write(raise_version(order.id), work_order_id=order.id)
        for number in range(20)
        for database in databases
        for order in (orders if number % 2 else orders[::-1])
    ]
    assert sorted(await asyncio.gather(*writes)) == sorted(list(range(2, 62)) * 5)
    numbers = [database.write(lambda tx: tx.work_orders.next_number(records.company.id)) for database in databases * 20]
    assert sorted(await asyncio.gather(*numbers)) == list(range(1, 61))
    for database in databases:
        await database.close()


async def test_a_group_that_deadlocks_is_run_again_one_by_one(postgres_url: str) -> None:
    """Two companies' counters are locked in opposite orders, which no sorting of work orders can prevent."""
    database = await opened(postgres_url)
    one, two = Records(), Records()
    await database.write(lambda tx: (one.add_to(tx), two.add_to(tx)))
    crossing = CrossingTransaction(postgres_url, one.company.id, two.company.id)
    runs = 0

    def both(tx: Transaction) -> tuple[int, int]:
        nonlocal runs
        runs += 1
        second = tx.work_orders.next_number(two.company.id)
        if runs == 1:
            crossing.go_on()
        return tx.work_orders.next_number(one.company.id), second

    numbers, _ = await asyncio.gather(database.write(both), database.write(add_company("beside")))
    assert numbers == await asyncio.to_thread(crossing.numbers_left, runs)
    assert "beside" in {company.name for company in await database.read(companies)}
    await database.close()


class CrossingTransaction:
    """Another process's transaction: it holds the first company's counter and then wants the second's."""

    def __init__(self, url: str, first_id: str, second_id: str) -> None:
        self._url = url
        self._connection = PostgresConnection(url)
        self._connection.run("BEGIN")
        # PostgreSQL ends the transaction that notices the circle: it shall not be this one.
        self._connection.run("SET LOCAL deadlock_timeout = '1min'")
        self._connection.nouns.work_orders.next_number(first_id)
        self._second_id = second_id
        self._thread = threading.Thread(target=self._run)

    def go_on(self) -> None:
        """Ask for the second counter, and return once it waits for it."""
        self._thread.start()
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        with psycopg.connect(self._url, autocommit=True) as connection:
            while connection.execute(waiting).fetchone() == (0,):
                pass

    def numbers_left(self, runs: int) -> tuple[int, int]:
        """What the other side must have got, once this one is committed."""
        self._thread.join()
        self._connection.close()
        assert runs > 1
        return 2, 2

    def _run(self) -> None:
        self._connection.nouns.work_orders.next_number(self._second_id)
        self._connection.commit()


async def test_two_workers_never_claim_the_same_job(postgres_url: str) -> None:
    databases = [await opened(postgres_url) for _ in range(2)]
    records = Records()
    await databases[0].write(records.add_to)

    def add_jobs(tx: Transaction) -> None:
        for _ in range(30):
            tx.jobs.add(Job(new_id(), records.company.id, JobKind.WATCH_PHOTO, new_id(), 1, 1))

    await databases[0].write(add_jobs)
    claims = [
        database.write(lambda tx: tx.jobs.claim(JobKind.WATCH_PHOTO, 5, 1000))
        for _ in range(20)
        for database in databases
    ]
    found = [job.id for job in await asyncio.gather(*claims) if job is not None]
    assert len(found) == len(set(found)) == 30
    for database in databases:
        await database.close()


def test_settings_are_read_back(postgres_url: str) -> None:
    connection = PostgresConnection(postgres_url)
    names = ("synchronous_commit", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    assert [connection.one(f"SHOW {name}") for name in names] == [("on",), ("20s",), ("10s",), ("30s",)]
    connection.close()


def test_an_old_server_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_connection, "_OLDEST", 990000)
    with pytest.raises(EngineUnfit, match="16 or newer"):
        PostgresConnection(postgres_url)


async def test_no_server_at_all() -> None:
    database = open_database("postgresql://nobody:x@127.0.0.1:1/none", exclusive=True)
    with pytest.raises(Unavailable):
        await database.start()


async def test_text_sorts_by_bytes(postgres_url: str) -> None:
    connection = PostgresConnection(postgres_url)
    connection.run("BEGIN")
    records = Records().add_to(connection.nouns)
    users = [records.new_user(email=f"{name}@{new_id()}") for name in ("B", "a", "é", "_", "Z")]
    for user in users:
        connection.nouns.people.add_user(user)
    listed = [user.email for user in connection.nouns.people.users(records.company.id)]
    assert listed == sorted(listed)
    connection.roll_back()
    connection.close()


async def test_a_statement_that_was_never_sent_is_not_taken_for_prepared(postgres_url: str) -> None:
    """What follows a failed statement in a pipeline is skipped; whoever remembers it as done fails ever after."""
    database, taken = await opened(postgres_url), Company(new_id(), "taken", 1)

    def again(tx: Transaction) -> None:
        tx.people.add_company(taken)
        tx.files.delete(new_id())

    await database.write(lambda tx: tx.people.add_company(taken))
    for _ in range(3):
        with pytest.raises(psycopg.errors.UniqueViolation):
            await database.write(again)
    await database.write(lambda tx: tx.files.delete(new_id()))
    for _ in range(3):
        with pytest.raises(psycopg.errors.UniqueViolation):
            await database.write(again)
        await database.write(lambda tx: tx.files.delete(new_id()))
    await database.close()
