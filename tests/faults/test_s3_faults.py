"""The S3 store refuses, fails, falls silent, is slow, or loses its answer after storing."""

import hashlib
import random
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.faults.invariants import check_running, check_stopped
from tests.faults.load import Load
from tests.faults.machine import Machine
from tests.faults.proxy import Fault, Proxy
from tests.faults.record import Record
from tests.faults.uploads import MIB, assert_unavailable, read_back, register, upload, wait_until
from tests.servers.seaweed import SeaweedServer

_ANSWERED_WITHIN_S = 25
_FAULTS: tuple[Fault, ...] = ("refuse", "stall", "500", "503", "403")


@pytest.fixture(scope="module")
def proxy(s3_server: SeaweedServer) -> Iterator[Proxy]:
    port = urlsplit(s3_server.endpoint).port
    assert port is not None
    made = Proxy(port)
    yield made
    made.close()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, proxy: Proxy, s3_server: SeaweedServer) -> Iterator[Machine]:
    """A server that reaches its store through the proxy."""
    endpoint = f"http://127.0.0.1:{proxy.port}"
    settings = {
        "FETTLE_BLOBS_URL": f"s3://{s3_server.bucket}/{secrets.token_hex(6)}?endpoint={endpoint}",
        "FETTLE_S3_ACCESS_KEY_ID": s3_server.access_key,
        "FETTLE_S3_SECRET_ACCESS_KEY": s3_server.secret_key,
    }
    made = Machine(tmp_path_factory.mktemp("s3"), settings)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def test_store_that_fails_in_every_way(machine: Machine, proxy: Proxy, chance: random.Random) -> None:
    record = Record(machine.environment)
    with machine.client() as client:
        before = upload(client, machine, chance.randbytes(MIB), "before")
        assert before.status_code == 201
        keys = record.stored_keys()
        for fault in _FAULTS:
            with proxy.failing(fault):
                _assert_refused_in_time(machine, chance, fault)
        assert record.stored_keys() == keys
        wait_until(lambda: upload(client, machine, chance.randbytes(9 * MIB), "after").status_code == 201, 10)
        assert read_back(client, before) == client.get(before.headers["location"]).json()["data"]["sha256"]
        states = record.rows("SELECT DISTINCT state FROM evidence WHERE kind = 'attachment'")
        assert states == [("stored",)], "a store that does not answer is no damage"
    check_running(machine)


def _assert_refused_in_time(machine: Machine, chance: random.Random, fault: str) -> None:
    """Small and big uploads and a read are refused in time; what needs no store is answered at once meanwhile."""
    with ThreadPoolExecutor(3) as threads, machine.client() as client:
        began = time.monotonic()
        sent = [threads.submit(upload, client, machine, chance.randbytes(size), fault) for size in (1000, 9 * MIB)]
        ((file_name,),) = Record(machine.environment).rows("SELECT file_name FROM evidence WHERE name = 'before'")
        sent.append(threads.submit(client.get, f"/files/{file_name}"))
        while not all(each.done() for each in sent):
            asked = time.monotonic()
            assert register(client, machine, f"{fault}-{asked}").status_code == 201
            assert time.monotonic() - asked < 1, f"{fault}: others wait too"
            time.sleep(0.05)
        assert time.monotonic() - began < _ANSWERED_WITHIN_S, fault
        for each in sent:
            assert_unavailable(each.result())


def test_answer_that_is_lost_after_storing(machine: Machine, proxy: Proxy, chance: random.Random) -> None:
    record, content = Record(machine.environment), chance.randbytes(MIB)
    keys, lost = record.stored_keys(), proxy.lost
    with machine.client() as client:
        with proxy.failing("lose the answer"), ThreadPoolExecutor(1) as threads:
            sent = threads.submit(upload, client, machine, content, "lost")
            wait_until(lambda: proxy.lost >= lost + 2, 15)
            proxy.fault = "none"
            answer = sent.result()
        assert answer.status_code == 201
        assert read_back(client, answer) == hashlib.sha256(content).hexdigest()
    assert len(record.stored_keys() - keys) == 1
    check_running(machine)


def test_slow_store_is_waited_for(machine: Machine, proxy: Proxy, chance: random.Random) -> None:
    content = chance.randbytes(MIB)
    with machine.client() as client, proxy.failing("slow"):
        answer = upload(client, machine, content, "slow")
        assert answer.status_code == 201
        assert read_back(client, answer) == hashlib.sha256(content).hexdigest()


def test_killed_on_s3(machine: Machine, chance: random.Random, seed: str) -> None:
    machine.stop()
    pid = machine.begin({"FETTLE_CRASH_POINT": f"blob.after_put:{chance.randrange(10)}"})
    with Load(machine.base_url, machine.demo, f"{seed}-0") as first:
        machine.await_end([pid])
    machine.start()
    check_running(machine, first)
    with Load(machine.base_url, machine.demo, f"{seed}-1") as second:
        second.wait_for(chance.randrange(20))
        machine.kill(chance)
    machine.start()
    check_running(machine, first, second)
    machine.stop()
    check_stopped(machine)
    machine.start()


@pytest.mark.long
def test_store_that_is_stopped_and_started(machine: Machine, s3_server: SeaweedServer, seed: str) -> None:
    with Load(machine.base_url, machine.demo, seed) as load, machine.client() as client:
        load.wait_for(20)
        s3_server.crash()
        assert_unavailable(upload(client, machine, b"refused"))
        s3_server.start()
        load.wait_for(20)
    check_running(machine, load)
