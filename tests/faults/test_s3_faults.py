"""The S3 store refuses, fails, falls silent, is slow, or loses its answer after storing."""

import hashlib
import random
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest

from fettle.blobs.presign import presigned
from fettle.blobs.s3_address import parse_s3_url
from tests.contracts.pictures import png
from tests.faults.invariants import check_running, check_stopped
from tests.faults.load import Load
from tests.faults.machine import Machine
from tests.faults.proxy import Fault, Proxy
from tests.faults.record import Record
from tests.faults.uploads import (
    MIB,
    append_part,
    assert_unavailable,
    begin_parts,
    offset_of,
    read_back,
    read_evidence,
    register,
    upload,
    wait_until,
)
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


@pytest.mark.parametrize("is_last", [False, True], ids=["a part", "the last part"])
def test_answer_that_is_lost_after_storing_a_part(
    machine: Machine, proxy: Proxy, chance: random.Random, *, is_last: bool
) -> None:
    record, content = Record(machine.environment), chance.randbytes(3 * MIB) + bytes([is_last])
    keys, cut = record.stored_keys(), MIB
    with machine.client() as client:
        path = begin_parts(client, machine, len(content))
        pieces = [(0, content[:cut]), (cut, content[cut:])]
        if is_last:
            assert append_part(client, path, *pieces[0]).status_code == 204
        offset, piece = pieces[is_last]
        with _losing_an_answer(proxy, lambda: append_part(client, path, offset, piece)) as answer:
            assert answer.status_code == 204, answer.text
        assert offset_of(client, path) == offset + len(piece)
        if not is_last:
            answer = append_part(client, path, *pieces[1])
        assert read_evidence(client, machine, answer.headers["fettle-evidence-id"]) == content
    assert len(record.stored_keys() - keys) == 1
    assert record.growing() == set()
    check_running(machine)


def test_answer_that_is_lost_after_storing_a_rendition(machine: Machine, proxy: Proxy) -> None:
    record = Record(machine.environment)
    with machine.client() as client:
        added = upload(client, machine, png("rendition"), "rendition")
        name = client.get(added.headers["location"]).json()["data"]["fileName"]
        with _losing_an_answer(proxy, lambda: client.get(f"/files/{name}/large")) as answer:
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp"), answer.text
    rows = record.rows("SELECT storage_key FROM renditions WHERE kind = 'large' AND file_name = ?", name)
    assert len(rows) == 1
    assert {key for (key,) in rows} <= record.made_keys()


@contextmanager
def _losing_an_answer(proxy: Proxy, ask: Callable[[], httpx.Response]) -> Iterator[httpx.Response]:
    """What is asked while the store's answers are lost, at least two of them, and then no more."""
    lost = proxy.lost
    with proxy.failing("lose the answer"), ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask)
        wait_until(lambda: proxy.lost >= lost + 2, 15)
        proxy.fault = "none"
        answer = asked.result()
    yield answer


def test_what_a_killed_server_left_in_parts_is_swept(
    machine: Machine, proxy: Proxy, chance: random.Random, s3_server: SeaweedServer
) -> None:
    record = Record(machine.environment)
    with machine.client() as client, proxy.failing("slow"), ThreadPoolExecutor(1) as threads:
        sent = threads.submit(upload, client, machine, chance.randbytes(12 * MIB), "cut")
        wait_until(lambda: _in_parts(s3_server, record) > 0, 20)
        machine.kill(random.Random(1))
        with suppress(httpx.TransportError):
            sent.result()
    assert _in_parts(s3_server, record) > 0, "nothing was left"
    check_stopped(machine)
    assert _in_parts(s3_server, record) == 0
    machine.start()


def _in_parts(s3_server: SeaweedServer, record: Record) -> int:
    """How many multipart uploads the store has that are not finished."""
    url = s3_server.url(record.prefix)
    keys = {"AWS_ACCESS_KEY_ID": s3_server.access_key, "AWS_SECRET_ACCESS_KEY": s3_server.secret_key}
    bucket = replace(parse_s3_url(url, keys), prefix="")
    asked = presigned("GET", bucket, "", at=datetime.now(UTC), query={"uploads": "", "prefix": f"{record.prefix}/"})
    assert asked is not None
    return httpx.get(asked).text.count("<Upload>")


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
