"""A server that is killed at any moment has lost nothing that it acknowledged."""

import random
from time import sleep

import pytest

from fettle.domain.crash_points import POINTS
from tests.faults.counts import how_many, rounds_of
from tests.faults.invariants import check_running, check_stopped
from tests.faults.load import Load
from tests.faults.machine import Machine, MakeMachine

_KILLS_OF_ONE = 50
_ON_DISK = sorted(point for point in POINTS - {"blob.after_put"} if not point.startswith("upload."))


def test_killed_at_random_moments(make_machine: MakeMachine, seed: str, *, long_run: bool) -> None:
    kills = how_many("FAULT_KILLS", long_run=long_run)
    acked = 0
    for number, cycles in enumerate(rounds_of(kills, _KILLS_OF_ONE)):
        acked += _kill_at_random(make_machine(), f"{seed}-{number}", cycles)
        print(f"round {number}: {acked} changes acknowledged so far, none lost")


def _kill_at_random(machine: Machine, seed: str, cycles: int) -> int:
    """How many changes were acknowledged."""
    chance = random.Random(seed)
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
    return sum(len(load.acked) for load in loads)


@pytest.mark.parametrize("point", _ON_DISK)
def test_killed_at_a_named_point(
    make_machine: MakeMachine, seed: str, chance: random.Random, point: str, *, long_run: bool
) -> None:
    machine = make_machine()
    for number in range(how_many("FAULT_POINT_KILLS", long_run=long_run)):
        pid = machine.begin({"FETTLE_CRASH_POINT": f"{point}:{chance.randrange(20)}"})
        with Load(machine.base_url, machine.demo, f"{seed}-{number}") as load:
            machine.await_end([pid])
        machine.start()
        check_running(machine, load)
        machine.stop()
        check_stopped(machine)
