"""Clients that hang up, fall silent or dribble harm nobody but themselves; a server that is told to stop is polite."""

import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.invariants import check_running, check_stopped
from tests.faults.machine import Machine, MakeMachine
from tests.faults.record import Record
from tests.faults.rude_clients import UnfinishedUpload, rude_clients
from tests.faults.uploads import register, upload, wait_until

_KIB = 1 << 10
_SPOOL_EMPTY_WITHIN_S = 5


@pytest.mark.alone
def test_rude_clients_harm_nobody(make_machine: MakeMachine, chance: random.Random, *, long_run: bool) -> None:
    count, seconds = (500, 20.0) if long_run else (51, 3.0)
    machine = make_machine()
    machine.start()
    record = Record(machine.environment)
    keys = record.stored_keys()
    with rude_clients(machine, count, 700 * _KIB, chance), machine.client() as client:
        waited_s = sorted(_register_for(client, machine, seconds))
    assert len(waited_s) > 100
    assert waited_s[int(len(waited_s) * 0.99)] < 1
    wait_until(lambda: not record.temporary_files(), _SPOOL_EMPTY_WITHIN_S)
    assert record.stored_keys() == keys
    assert record.rows("SELECT count(*) FROM evidence WHERE name = 'unfinished'") == [(0,)]
    check_running(machine)


def _register_for(client: httpx.Client, machine: Machine, seconds: float) -> list[float]:
    """How long each of many registrations took."""
    end = time.monotonic() + seconds
    took: list[float] = []
    while time.monotonic() < end:
        began = time.monotonic()
        assert register(client, machine, f"healthy-{len(took)}").status_code == 201
        took.append(time.monotonic() - began)
    return took


@pytest.mark.long
def test_silent_client_is_given_up(make_machine: MakeMachine) -> None:
    machine = make_machine()
    machine.start()
    silent = UnfinishedUpload(machine, 3 << 20)
    silent.socket.settimeout(40)
    assert b" 408 " in silent.socket.recv(100)
    silent.close()
    wait_until(lambda: not Record(machine.environment).temporary_files(), _SPOOL_EMPTY_WITHIN_S)


def test_told_to_stop_during_uploads(make_machine: MakeMachine, chance: random.Random) -> None:
    machine = make_machine()
    machine.start()
    content = [chance.randbytes(2_000_000) for _ in range(4)]
    with ThreadPoolExecutor(len(content)) as threads, machine.client() as client:
        sent = [threads.submit(_upload_slowly, client, machine, each, f"slow {n}") for n, each in enumerate(content)]
        time.sleep(0.5)
        pids, began = machine.pids, time.monotonic()
        machine.signal(signal.SIGTERM)
        machine.await_end(pids, within_s=32)
        took_s = time.monotonic() - began
        acked = [answer for answer in (each.result() for each in sent) if answer is not None]
    assert took_s < 32
    assert all(answer.status_code == 201 for answer in acked), [answer.text for answer in acked]
    machine.start()
    rows = Record(machine.environment).rows("SELECT count(*) FROM evidence WHERE name LIKE 'slow %'")
    assert rows[0][0] >= len(acked)
    check_running(machine)
    machine.stop()
    check_stopped(machine)


def _upload_slowly(client: httpx.Client, machine: Machine, content: bytes, name: str) -> httpx.Response | None:
    """An upload over about two seconds; None when it was cut."""
    whole = client.build_request(
        "POST", "/", data={"type": "FILE", "name": name}, files={"attachment": (name, content)}
    )
    body = whole.read()
    step = len(body) // 20

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), step):
            yield body[start : start + step]
            time.sleep(0.1)

    headers = {name: whole.headers[name] for name in ("content-type", "content-length")}
    path = f"/v1/work-orders/{machine.demo.work_order_id}/attachments"
    try:
        return client.post(path, content=pieces(), headers=headers)
    except httpx.TransportError:
        return None


def test_told_to_stop_while_starting(make_machine: MakeMachine, chance: random.Random) -> None:
    machine = make_machine()
    for _ in range(4):
        machine.begin()
        time.sleep(chance.random())
        pids = machine.pids
        machine.signal(signal.SIGTERM)
        machine.await_end(pids, within_s=5)
    machine.start()
    with machine.client() as client:
        assert upload(client, machine, b"after").status_code == 201
    check_running(machine)
