"""One SQLite file and others who want it: another program's lock, a second server, the commands."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.faults.invariants import check_running
from tests.faults.load import Load
from tests.faults.machine import MakeMachine
from tests.faults.record import Record
from tests.faults.uploads import assert_unavailable, register

# Longer than the 10 seconds that a command waits for a lock.
_LOCKED_S = 12
_LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""
_COMMANDS = [
    ["key", "create", "--user", "planner@demo.example", "--name", "beside", "--scopes", "all"],
    ["user", "list"],
    ["check"],
    ["sweep"],
    ["key", "list"],
    ["migrate"],
]


@contextmanager
def _locked(path: Path, seconds: float) -> Iterator[None]:
    """Another program holds the write lock for so long, or until the end."""
    with subprocess.Popen([sys.executable, "-c", _LOCK, path, str(seconds)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        yield


def test_locked_for_longer_than_anybody_waits(make_machine: MakeMachine) -> None:
    machine = make_machine()
    machine.start()
    with machine.client() as client, ThreadPoolExecutor(2) as threads:
        with _locked(Record(machine.environment).database_path, _LOCKED_S):
            began = time.monotonic()
            waiting = [threads.submit(register, client, machine, f"refused-{number}") for number in range(2)]
            time.sleep(0.5)
            looked = time.monotonic()
            assert client.get(f"/work-order/{machine.demo.work_order_id}").status_code == 200
            assert time.monotonic() - looked < 1, "a reader waited for the writer's lock"
            for answer in waiting:
                assert_unavailable(answer.result())
            assert time.monotonic() - began < _LOCKED_S
        assert register(client, machine, "after").status_code == 201
    rows = Record(machine.environment).rows("SELECT object_key FROM evidence WHERE object_key LIKE 'refused%'")
    assert rows == []
    check_running(machine)


def test_locked_for_a_moment_is_only_slow(make_machine: MakeMachine) -> None:
    machine = make_machine()
    machine.start()
    with machine.client() as client, _locked(Record(machine.environment).database_path, 0.5):
        assert register(client, machine, "patient").status_code == 201


def test_second_server_on_one_file_is_refused(make_machine: MakeMachine) -> None:
    machine = make_machine()
    machine.start()
    refused = machine.run("serve", "--port", "0")
    assert refused.returncode == 1
    assert "Another server" in refused.stderr
    assert "Traceback" not in refused.stderr
    with machine.client() as client:
        assert register(client, machine, "goes-on").status_code == 201


def test_commands_beside_a_server_at_work(make_machine: MakeMachine, seed: str) -> None:
    machine = make_machine()
    machine.start()
    with Load(machine.base_url, machine.demo, seed) as load:
        with ThreadPoolExecutor(2) as threads:
            done = list(threads.map(lambda command: machine.run(*command), _COMMANDS))
        load.wait_for(20)
    assert [run.returncode for run in done] == [0] * len(done), [run.stderr for run in done]
    assert not load.refused, [answer.text for answer in load.refused]
    check_running(machine, load)
