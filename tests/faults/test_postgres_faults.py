"""PostgreSQL goes away and comes back; several servers share one."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.faults.invariants import check_rows, check_running
from tests.faults.load import Load
from tests.faults.machine import Machine, MakeMachine
from tests.faults.record import Record
from tests.faults.uploads import assert_unavailable, register, upload, wait_until
from tests.servers.postgres import PostgresServer

_AT_ONCE = 50


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """One that may be stopped: others do not notice."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.mark.parametrize("way", ["stop", pytest.param("crash", marks=pytest.mark.long)])
def test_postgres_goes_and_comes_back(make_machine: MakeMachine, postgres: PostgresServer, seed: str, way: str) -> None:
    machine = make_machine({"FETTLE_DATABASE_URL": postgres.create_database()}, fresh=True)
    machine.start()
    with Load(machine.base_url, machine.demo, seed) as load, machine.client() as client:
        load.wait_for(30)
        with _gone(postgres, way):
            began = time.monotonic()
            for answer in (register(client, machine, "refused"), upload(client, machine, b"refused")):
                assert_unavailable(answer)
            assert_unavailable(client.get(f"/work-order/{machine.demo.work_order_id}"))
            assert client.get("/livez").status_code == 200
            wait_until(lambda: client.get("/readyz").status_code == 503)
            assert time.monotonic() - began < 25
        wait_until(lambda: register(client, machine, "after").status_code == 201)
        load.wait_for(30)
    check_running(machine, load)


@contextmanager
def _gone(postgres: PostgresServer, way: str) -> Iterator[None]:
    getattr(postgres, way)()
    try:
        yield
    finally:
        postgres.start()


def test_killed_on_postgres(
    make_machine: MakeMachine, postgres: PostgresServer, chance: random.Random, seed: str
) -> None:
    machine = make_machine({"FETTLE_DATABASE_URL": postgres.create_database()}, fresh=True)
    loads = []
    for cycle, point in enumerate(("before_commit", "after_commit", None)):
        pid = machine.begin({"FETTLE_CRASH_POINT": f"{point}:{chance.randrange(20)}"} if point else {})
        with Load(machine.base_url, machine.demo, f"{seed}-{cycle}") as load:
            if point is None:
                load.wait_for(chance.randrange(30))
                machine.kill(chance)
            machine.await_end([pid])
        loads.append(load)
    machine.start()
    check_running(machine, *loads)


@pytest.fixture(scope="module")
def pair(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machine, Machine]]:
    """Two servers on one database and one store."""
    folder = tmp_path_factory.mktemp("pair")
    settings = {"FETTLE_DATABASE_URL": postgres.create_database(), "FETTLE_DATA": str(folder / "data")}
    first = Machine(tmp_path_factory.mktemp("first"), settings)
    second = Machine(tmp_path_factory.mktemp("second"), settings)
    try:
        first.start()
        second.start()
        yield first, second
    finally:
        first.stop()
        second.stop()


def test_work_order_numbers_of_two_servers(pair: tuple[Machine, Machine]) -> None:
    def create(number: int) -> int:
        machine = pair[number % 2]
        demo = machine.demo
        with machine.client() as client:
            body = {"name": "x", "component_id": demo.component_id, "quantity": 1, "created_by_user_id": demo.user_id}
            answer = client.post("/work-orders", json=body)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["wo_number"])

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(create, range(60)))
    assert sorted(made) == list(range(min(made), min(made) + 60))
    check_rows(Record(pair[0].environment), [])


def test_two_servers_at_work(pair: tuple[Machine, Machine], seed: str) -> None:
    first, second = pair
    with (
        Load(first.base_url, first.demo, f"{seed}-1", 2) as one,
        Load(second.base_url, second.demo, f"{seed}-2", 2) as other,
    ):
        one.wait_for(60)
        other.wait_for(60)
    one.settle()
    other.settle()
    assert not one.refused + other.refused
    check_rows(Record(first.environment), [*one.acked.values(), *other.acked.values()])


@pytest.mark.parametrize("what", ["put", "photo", "order", "file"])
def test_fifty_identical_requests_have_one_effect(pair: tuple[Machine, Machine], seed: str, what: str) -> None:
    _assert_one_effect(list(pair), f"{what}-{seed}", what)


def test_fifty_identical_requests_have_one_effect_on_sqlite(make_machine: MakeMachine, seed: str) -> None:
    machine = make_machine()
    machine.start()
    for what in _SEND:
        _assert_one_effect([machine], f"{what}-{seed}", what)


def _assert_one_effect(machines: list[Machine], tag: str, what: str) -> None:
    def send(number: int) -> httpx.Response:
        machine = machines[number % len(machines)]
        with machine.client() as client:
            return _SEND[what](client, machine, tag)

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = list(threads.map(send, range(_AT_ONCE)))
    assert {answer.is_success for answer in answers} == {True}, {answer.text for answer in answers}
    table, column = _LEAVES[what]
    record = Record(machines[0].environment)
    assert record.rows(f"SELECT count(*) FROM {table} WHERE {column} = ?", tag) == [(1,)]  # noqa: S608 - names of our own
    check_rows(record, [])
    stored = record.rows("SELECT storage_key FROM files")
    assert record.stored_keys() == {key for (key,) in stored}, "bytes that nothing names"


def _put(client: httpx.Client, machine: Machine, tag: str) -> httpx.Response:
    fields = {"type": "FILE", "name": tag, "added_by_user_id": machine.demo.user_id}
    path = f"/work-orders/{machine.demo.work_order_id}/attachments"
    return client.put(path, data=fields, files={"attachment": (tag, tag.encode() * 1000)})


def _order(client: httpx.Client, machine: Machine, tag: str) -> httpx.Response:
    demo = machine.demo
    body = {"name": tag, "component_id": demo.component_id, "quantity": 1, "created_by_user_id": demo.user_id}
    return client.post("/work-orders", json=body, headers={"Idempotency-Key": tag})


def _file(client: httpx.Client, _machine: Machine, tag: str) -> httpx.Response:
    # The same boundary each time: the key stands for the request to the byte.
    headers = {"Idempotency-Key": tag, "Content-Type": "multipart/form-data; boundary=same"}
    return client.post("/files", files={"file": (tag, b"same")}, headers=headers)


_SEND = {"put": _put, "photo": register, "order": _order, "file": _file}
_LEAVES = {
    "put": ("evidence", "name"),
    "photo": ("evidence", "object_key"),
    "order": ("work_orders", "name"),
    "file": ("files", "original_file_name"),
}
