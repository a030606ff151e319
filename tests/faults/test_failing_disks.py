"""A disk that refuses to write: no acknowledgement, 503, and nothing is trusted that could not be flushed."""

import errno
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fettle.flushed import require_writable
from tests.faults.disks import Disks, needs_root
from tests.faults.invariants import check_running, check_stopped
from tests.faults.load import Load
from tests.faults.machine import MakeMachine
from tests.faults.record import Record
from tests.faults.uploads import (
    MIB,
    append_part,
    assert_unavailable,
    begin_parts,
    offset_of,
    read_evidence,
    register,
    upload,
    wait_until,
)

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="NOT RUN: needs strace; .ci/run installs it")


@needs_root
def test_disk_of_the_files_is_read_only(make_machine: MakeMachine, disks: Disks, chance: random.Random) -> None:
    disk = disks.loop()
    machine = make_machine({"FETTLE_BLOBS_URL": str(disk.root / "files")}, fresh=True)
    machine.start()
    with machine.client() as client:
        disk.make_read_only()
        for size in (100, 5 * MIB):
            assert_unavailable(upload(client, machine, chance.randbytes(size)))
        wait_until(lambda: client.get("/readyz").status_code == 503)
        assert register(client, machine, "beside").status_code == 201
        disk.make_writable()
        assert upload(client, machine, chance.randbytes(5 * MIB)).status_code == 201
    check_running(machine)
    machine.stop()
    check_stopped(machine)


@needs_root
def test_disk_of_the_database_turns_read_only(make_machine: MakeMachine, disks: Disks, seed: str) -> None:
    disk = disks.loop()
    machine = make_machine({"FETTLE_DATA": str(disk.root / "data")})
    machine.start()
    with Load(machine.base_url, machine.demo, seed) as load:
        load.wait_for(40)
        disk.break_down()
        time.sleep(1)
    with machine.client() as client:
        assert_unavailable(register(client, machine, "refused"))
    assert load.refused
    machine.stop()
    disk.unmount()
    disk.repair()
    disk.mount()
    machine.start()
    check_running(machine, load)
    machine.stop()
    check_stopped(machine)


@needs_root
def test_a_disk_that_gave_up_is_known_though_it_looks_writable(disks: Disks) -> None:
    disk = disks.loop()
    require_writable(disk.root)
    disk.break_down()
    with pytest.raises(OSError, match=f"{os.strerror(errno.EROFS)}|{os.strerror(errno.EIO)}"):
        require_writable(disk.root)


@needs_root
def test_a_read_only_disk_is_known(disks: Disks) -> None:
    disk = disks.memory(1)
    disk.make_read_only()
    with pytest.raises(OSError, match=os.strerror(errno.EROFS)):
        require_writable(disk.root)


def test_a_file_system_without_attributes_is_believed() -> None:
    require_writable(Path("/proc"))


@needs_strace
def test_no_flush_succeeds(make_machine: MakeMachine, seed: str, chance: random.Random) -> None:
    machine = make_machine()
    machine.start()
    record = Record(machine.environment)
    with machine.client() as client:
        with _failing(machine.pids[-1], "fsync,fdatasync", "EIO"):
            assert_unavailable(register(client, machine, "refused"))
            keys = record.stored_keys()
            for size in (100, 5 * MIB):
                assert_unavailable(upload(client, machine, chance.randbytes(size)))
            assert (record.stored_keys(), record.temporary_files()) == (keys, set())
            assert client.get(f"/work-order/{machine.demo.work_order_id}").status_code == 200
        assert register(client, machine, "after").status_code == 201
        with Load(machine.base_url, machine.demo, seed) as load:
            load.wait_for(20)
            with _failing(machine.pids[-1], "fsync,fdatasync", "EIO"):
                time.sleep(0.5)
            load.wait_for(20)
    assert load.refused
    machine.kill(chance)
    machine.start()
    check_running(machine, load)
    machine.stop()
    check_stopped(machine)


@needs_strace
def test_a_long_part_whose_flush_failed_is_sent_again(make_machine: MakeMachine, chance: random.Random) -> None:
    """It is flushed every 16 MiB; that one flush fails and the next does not is in `tests/services`."""
    machine = make_machine()
    machine.start()
    content = chance.randbytes(18 * MIB)
    with machine.client() as client:
        path = begin_parts(client, machine, len(content))
        assert append_part(client, path, 0, content[:1]).status_code == 204
        with _failing(machine.pids[-1], "fsync", "EIO"):
            assert_unavailable(append_part(client, path, 1, content[1:]))
        assert offset_of(client, path) == 1
        taken = append_part(client, path, 1, content[1:])
        assert read_evidence(client, machine, taken.headers["fettle-evidence-id"]) == content
    machine.stop()
    check_stopped(machine)


@needs_strace
@pytest.mark.parametrize("error", ["EIO", "EMFILE", "ENOMEM", "EACCES"])
def test_every_other_file_cannot_be_opened(make_machine: MakeMachine, seed: str, error: str) -> None:
    machine = make_machine()
    machine.start()
    with Load(machine.base_url, machine.demo, seed) as load, machine.client() as client:
        load.wait_for(20)
        with _failing(machine.pids[-1], "openat", f"{error}:when=1+2"):
            pages = {client.get("/docs").status_code for _ in range(20)}
            wait_until(lambda: bool(load.refused))
        load.wait_for(20)
    assert {503} <= pages <= {200, 503}
    check_running(machine, load)
    machine.stop()
    check_stopped(machine)


@contextmanager
def _failing(pid: int, calls: str, error: str) -> Iterator[None]:
    """These system calls of the process fail and do nothing."""
    command = ["strace", "-f", "-p", str(pid), "-e", f"trace={calls}", "-o", os.devnull]
    command += ["-e", f"inject={calls}:error={error}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        if "attached" not in said:
            tracer.kill()
            pytest.skip(f"NOT RUN: strace may not look into other processes here ({said.strip()})")
        try:
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
