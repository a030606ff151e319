"""The clock on the wall jumps a day either way: the log keeps its order, and work goes on by elapsed time."""

from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.faults.invariants import check_running
from tests.faults.machine import Machine, MakeMachine
from tests.faults.record import Record
from tests.faults.uploads import register, wait_until

_LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
_DAY_US = 86_400_000_000


@pytest.mark.skipif(_LIBRARY is None, reason="NOT RUN: needs libfaketime; .ci/run installs it")
def test_clock_jumps_a_day(make_machine: MakeMachine, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    machine = make_machine()
    machine.start(
        {
            "LD_PRELOAD": str(_LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(clock),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
    )
    with machine.client() as client:
        for number, offset in enumerate(("+0", "-1d", "+1d", "-1d", "+0")):
            clock.write_text(offset)
            _work(client, machine, number)
    added = [
        at for (at,) in Record(machine.environment).rows("SELECT added_at FROM activity ORDER BY work_order_id, seq")
    ]
    jumps = [abs(after - before) for before, after in pairwise(added)]
    assert max(jumps) > _DAY_US, "the clock did not jump"
    check_running(machine)


def _work(client: httpx.Client, machine: Machine, number: int) -> None:
    """Change an order, and register a photo whose bytes are there: the worker soon takes it up, whatever the hour."""
    path = f"/work-order/{machine.demo.work_order_id}"
    changed = client.patch(path, json={"description": f"change {number}"})
    assert changed.status_code == 200
    assert changed.json()["activity_log"][-1]["type"] == "EDITED"
    taken = client.post("/files", files={"file": ("photo.jpg", b"\xff\xd8\xff" + bytes([number]) * 100)})
    photo = register(client, machine, taken.json()["name"])
    assert photo.status_code == 201
    wait_until(lambda: client.get(photo.headers["location"]).json()["data"]["state"] == "stored", 15)
    assert client.get(path).json()["description"] == f"change {number}"
