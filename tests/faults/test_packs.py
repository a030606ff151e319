"""A pack of very many work orders, and a server that is killed while it makes it."""

import os
import signal
from itertools import pairwise
from time import monotonic, sleep
from typing import Any

import httpx

from tests.faults.counts import how_many
from tests.faults.machine import Machine, MakeMachine
from tests.services.packs import Pack

_PATH = "/v1/evidence-packs"
_LONGEST_S = 1800


def test_it_is_made_anew_after_a_kill_and_whole(make_machine: MakeMachine, *, long_run: bool) -> None:
    machine, count = make_machine(), how_many("FAULT_PACKED", long_run=long_run)
    machine.start()
    with machine.client() as client:
        for number in range(count):
            _order_with_a_file(machine, client, number)
        pack_id = _data(client.post(_PATH, json={"q": "packed"}))["id"]
        seen = _progress(client, pack_id, until=lambda pack: pack["progress"]["ordersDone"] >= count // 3)
    pids = machine.pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    machine.await_end(pids)
    machine.start()
    with machine.client() as client:
        seen += _progress(client, pack_id, until=lambda pack: pack["state"] in {"ready", "failed"})
        content = client.get(f"{_PATH}/{pack_id}/content").content
    assert seen[-1]["state"] == "ready", seen[-1]
    done = [pack["progress"]["ordersDone"] for pack in seen]
    assert len(set(done)) > 3
    assert any(later < before for before, later in pairwise(done))
    pack = Pack(content)
    assert [order["name"] for order in pack.manifest["orders"]] == [f"packed {number}" for number in range(count)]
    assert machine.run("sweep", "--grace-s", "3600").returncode == 0
    print(f"{count} work orders, {len(content) / 1e6:.1f} MB, killed once")


def _order_with_a_file(machine: Machine, client: httpx.Client, number: int) -> None:
    body = {"name": f"packed {number}", "componentId": machine.demo.component_id, "quantity": 1}
    order = _data(client.post("/v1/work-orders", json=body))["workOrderId"]
    form = {"type": "FILE", "name": "Plan"}
    sent = {"attachment": ("plan.txt", f"plan {number}".encode())}
    _data(client.post(f"/v1/work-orders/{order}/attachments", data=form, files=sent))


def _progress(client: httpx.Client, pack_id: str, until: Any) -> list[Any]:
    """What was seen of it, until something is."""
    seen: list[Any] = []
    end = monotonic() + _LONGEST_S
    while monotonic() < end:
        seen.append(_data(client.get(f"{_PATH}/{pack_id}")))
        if until(seen[-1]):
            return seen
        sleep(0.25)
    raise TimeoutError(seen[-1])


def _data(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()["data"]
