"""Copies of checkpoints in a folder whose disk fills, turns read-only, or loses its power."""

import pytest

from fettle.domain.checkpoint_copies import Fault
from fettle.outside.folder import FolderTaker
from fettle.services.copy_ports import NotCopied
from tests.faults.disks import Disk, Disks, needs_root
from tests.outside.conftest import make_checkpoint

pytestmark = needs_root


async def test_a_full_disk_is_told_and_left_as_it_was(disks: Disks) -> None:
    disk = disks.memory(1)
    taker = FolderTaker(disk.root)
    name = await taker.take(make_checkpoint(1))
    disk.fill()
    assert await _refusal(disk) is Fault.NO_SPACE
    assert [path.name for path in (disk.root / name).parent.iterdir()] == [(disk.root / name).name]
    disk.make_room()
    await taker.take(make_checkpoint(2))


async def test_a_disk_that_turned_read_only_takes_nothing(disks: Disks) -> None:
    disk = disks.loop("ext4")
    await FolderTaker(disk.root).take(make_checkpoint(1))
    disk.make_read_only()
    assert await _refusal(disk) is Fault.UNREACHABLE
    disk.make_writable()
    await FolderTaker(disk.root).take(make_checkpoint(2))


async def test_what_was_taken_outlives_a_power_cut(disks: Disks) -> None:
    disk = disks.loop("xfs")
    for size in range(1, 11):
        name = await FolderTaker(disk.root).take(make_checkpoint(size))
        disk.cut_power()
        disk.unmount()
        disk.mount()
        assert (disk.root / name).read_text() == make_checkpoint(size).note


async def _refusal(disk: Disk) -> Fault:
    with pytest.raises(NotCopied) as raised:
        await FolderTaker(disk.root).take(make_checkpoint(2))
    return raised.value.fault
