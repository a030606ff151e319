"""A server that is killed at any moment has lost nothing that it acknowledged."""

import random
from time import sleep

import pytest

from fettle.domain.crash_points import POINTS
from tests.faults.invariants import check_running, check_stopped
from tests.faults.load import Load
from tests.faults.machine import MakeMachine

_CYCLES_OF_ONE = 50
_ON_DISK = sorted(POINTS - {"blob.after_put"})


def test_killed_at_random_moments(make_machine: MakeMachine, seed: str, long_run: bool) -> None:  # noqa: FBT001 - a fixture
    rounds, cycles = (20, _CYCLES_OF_ONE) if long_run else (1, 4)
    for number in range(rounds):
        _kill_at_random(make_machine, f"{seed}-{number}", cycles)


def _kill_at_random(make_machine: MakeMachine, seed: str, cycles: int) -> None:
    chance = random.Random(seed)
    machine = make_machine()
    machine.start()
    loads: list[Load] = []
    for cycle in range(cycles):
        with Load(machine.base_url, machine.demo, f"{seed}-{cycle}") as load:
            sleep(0.2 + chance.random())
            machine.kill(chance)
        loads.append(load)
        machine.start()
        check_running(machine, load)
    check_running(machine, *loads)
    machine.stop()
    check_stopped(machine)


@pytest.mark.parametrize("point", _ON_DISK)
def test_killed_at_a_named_point(make_machine: MakeMachine, seed: str, chance: random.Random, point: str) -> None:
    machine = make_machine()
    passes = chance.randrange(20)
    machine.start({"FETTLE_CRASH_POINT": f"{point}:{passes}"})
    pids = machine.pids
    with Load(machine.base_url, machine.demo, seed) as load:
        machine.await_end(pids)
    machine.start()
    check_running(machine, load)
    machine.stop()
    check_stopped(machine)
