"""What was acknowledged is on the disk: the power may fail the moment after."""

import random
from time import sleep

import pytest

from tests.faults.counts import how_many, rounds_of
from tests.faults.disks import Disks, LoopDisk, needs_root
from tests.faults.invariants import check_running, check_stopped
from tests.faults.load import Load
from tests.faults.machine import Machine, MakeMachine

_CUTS_OF_ONE = 20
_DISK_MIB = 1024


@needs_root
@pytest.mark.parametrize("kind", ["ext4", "xfs"])
def test_power_cut_under_load(make_machine: MakeMachine, disks: Disks, seed: str, kind: str, *, long_run: bool) -> None:
    cuts = how_many("FAULT_CUTS", long_run=long_run)
    acked = 0
    for number, cycles in enumerate(rounds_of(cuts, _CUTS_OF_ONE)):
        disk = disks.loop(kind, _DISK_MIB)
        machine = make_machine({"FETTLE_DATA": str(disk.root / "data")})
        acked += _cut_often(machine, disk, f"{seed}-{number}", cycles)
        print(f"{kind}, round {number}: {acked} changes acknowledged so far, none lost")


def _cut_often(machine: Machine, disk: LoopDisk, seed: str, cuts: int) -> int:
    """How many changes were acknowledged."""
    chance = random.Random(seed)
    machine.start()
    loads: list[Load] = []
    for cut in range(cuts):
        with Load(machine.base_url, machine.demo, f"{seed}-{cut}") as load:
            sleep(0.2 + chance.random())
            disk.cut_power()
            machine.kill(chance)
        loads.append(load)
        disk.unmount()
        disk.mount()
        machine.start()
        check_running(machine, load)
    check_running(machine, *loads)
    machine.stop()
    check_stopped(machine)
    return sum(len(load.acked) for load in loads)
