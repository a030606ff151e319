"""Fifty big uploads at a time need little memory."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.machine import Machine, MakeMachine
from tests.faults.uploads import MIB, upload

_AT_ONCE = 50
# With S3 its client holds parts of its own, and what the allocator keeps differs by 40 MiB from run to run.
_ABOVE_IDLE_BYTES = {"disk": 128 * MIB, "s3": 160 * MIB}


@pytest.mark.long
@pytest.mark.parametrize("store", ["disk", "s3"])
def test_fifty_uploads_of_25_mib(
    make_machine: MakeMachine, chance: random.Random, store: str, request: pytest.FixtureRequest
) -> None:
    machine = make_machine(_settings(store, request), fresh=store == "s3")
    machine.start()
    content = chance.randbytes(25 * MIB)
    with machine.client() as client:
        assert upload(client, machine, content, "warm").status_code == 201
    idle, peak = _resident_bytes(machine), 0
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.02):
            peak = max(peak, _resident_bytes(machine))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        statuses = list(threads.map(lambda number: _upload(machine, content, number), range(_AT_ONCE)))
    over.set()
    watcher.join()
    print(f"{store}: idle {idle // MIB} MiB, at most {(peak - idle) // MIB} MiB above")
    assert statuses == [201] * _AT_ONCE
    assert peak - idle <= _ABOVE_IDLE_BYTES[store]


def _settings(store: str, request: pytest.FixtureRequest) -> dict[str, str]:
    if store == "disk":
        return {}
    server = request.getfixturevalue("s3_server")
    keys = {"FETTLE_S3_ACCESS_KEY_ID": server.access_key, "FETTLE_S3_SECRET_ACCESS_KEY": server.secret_key}
    return {"FETTLE_BLOBS_URL": server.url("memory"), **keys}


def _upload(machine: Machine, content: bytes, number: int) -> int:
    with machine.client(timeout_s=300) as client:
        return upload(client, machine, content, f"big {number}").status_code


def _resident_bytes(machine: Machine) -> int:
    """Of all processes of the server."""
    lines = [Path(f"/proc/{pid}/status").read_text() for pid in machine.pids]
    return sum(int(text.partition("VmRSS:")[2].split()[0]) << 10 for text in lines)
