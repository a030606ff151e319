"""A disk that is full: refused, nothing left behind, and well again by itself once there is room."""

import hashlib
import random
from pathlib import Path
from secrets import token_hex

from tests.faults.disks import Disks, MemoryDisk, needs_root
from tests.faults.invariants import check_running, check_stopped
from tests.faults.machine import Machine, MakeMachine
from tests.faults.record import Record
from tests.faults.uploads import (
    MIB,
    append_part,
    begin_parts,
    offset_of,
    read_back,
    read_evidence,
    register,
    upload,
)
from tests.servers.seaweed import SeaweedServer

pytestmark = needs_root

# What a file system takes beside the bytes of a part.
_ROOM_BESIDE = 128 << 10


def test_disk_of_the_files_is_full(make_machine: MakeMachine, disks: Disks, chance: random.Random) -> None:
    disk = disks.memory(16)
    machine = make_machine({"FETTLE_BLOBS_URL": str(disk.root / "files")}, fresh=True)
    _fill_and_make_room(machine, disk, chance)


def test_temporary_space_is_full(make_machine: MakeMachine, disks: Disks, chance: random.Random) -> None:
    disk = disks.memory(16)
    machine = make_machine({"FETTLE_SPOOL": str(disk.root / "spool")})
    _fill_and_make_room(machine, disk, chance)


def _fill_and_make_room(machine: Machine, disk: MemoryDisk, chance: random.Random) -> None:
    machine.start()
    record, content = Record(machine.environment), chance.randbytes(5 * MIB)
    with machine.client() as client:
        before = upload(client, machine, content[:MIB], "before")
        assert before.status_code == 201
        keys = record.stored_keys()
        disk.fill(leave_bytes=MIB)
        for size in (5 * MIB, 3 * MIB):
            refused = upload(client, machine, content[:size], "refused")
            assert (refused.status_code, refused.json()["code"]) == (507, "NO_SPACE")
        assert (record.stored_keys(), record.temporary_files()) == (keys, set())
        assert read_back(client, before) == hashlib.sha256(content[:MIB]).hexdigest()
        assert register(client, machine, "beside").status_code == 201
        disk.make_room()
        after = upload(client, machine, content, "after")
        assert after.status_code == 201
        assert read_back(client, after) == hashlib.sha256(content).hexdigest()
    check_running(machine)
    machine.stop()
    check_stopped(machine)


def test_upload_in_parts_goes_on_once_there_is_space(
    make_machine: MakeMachine, disks: Disks, chance: random.Random
) -> None:
    disk = disks.memory(16)
    machine = make_machine({"FETTLE_BLOBS_URL": str(disk.root / "files")}, fresh=True)
    _fill_in_the_middle(machine, disk, chance)


def test_upload_in_parts_to_s3_goes_on_once_there_is_temporary_space(
    make_machine: MakeMachine, disks: Disks, chance: random.Random, s3_server: SeaweedServer
) -> None:
    disk = disks.memory(16)
    settings = {
        "FETTLE_SPOOL": str(disk.root / "spool"),
        "FETTLE_BLOBS_URL": s3_server.url(token_hex(6)),
        "FETTLE_S3_ACCESS_KEY_ID": s3_server.access_key,
        "FETTLE_S3_SECRET_ACCESS_KEY": s3_server.secret_key,
    }
    _fill_in_the_middle(make_machine(settings, fresh=True), disk, chance)


def _fill_in_the_middle(machine: Machine, disk: MemoryDisk, chance: random.Random) -> None:
    """Full in the middle of a part, and again at the last one; every offset that is told is true."""
    machine.start()
    content, told = chance.randbytes(10 * MIB), 0
    with machine.client() as client:
        path = begin_parts(client, machine, len(content))
        for end in (MIB, 6 * MIB, len(content)):
            disk.fill(leave_bytes=MIB + _ROOM_BESIDE)
            refused = append_part(client, path, told, content[told:end])
            if refused.status_code == 507:
                assert refused.json()["code"] == "NO_SPACE"
                assert told <= offset_of(client, path) <= end
                told = offset_of(client, path)
            disk.make_room()
            taken = refused if refused.status_code == 204 else append_part(client, path, told, content[told:end])
            assert (taken.status_code, taken.headers["upload-offset"]) == (204, str(end)), taken.text
            assert (refused.status_code == 507) == (end > MIB), "the disk never was full"
            told = end
        assert read_evidence(client, machine, taken.headers["fettle-evidence-id"]) == content
    check_running(machine)
    machine.stop()
    check_stopped(machine)
    assert Record(machine.environment).growing() == set()


def test_a_long_part_that_finds_no_room_is_sent_again(
    make_machine: MakeMachine, disks: Disks, chance: random.Random
) -> None:
    """It is settled every 16 MiB; wherever the disk is full about there, every offset that is told is true."""
    disk, content = disks.memory(64), chance.randbytes(18 * MIB)
    machine = make_machine({"FETTLE_BLOBS_URL": str(disk.root / "files")}, fresh=True)
    machine.start()
    with machine.client() as client:
        for short_by in range(0, 8 * _ROOM_BESIDE, _ROOM_BESIDE):
            path = begin_parts(client, machine, len(content))
            disk.fill(leave_bytes=16 * MIB + _ROOM_BESIDE - short_by)
            assert append_part(client, path, 0, content).status_code == 507
            disk.make_room()
            told = offset_of(client, path)
            taken = append_part(client, path, told, content[told:])
            assert (taken.status_code, taken.headers["upload-offset"]) == (204, str(len(content))), taken.text
            assert read_evidence(client, machine, taken.headers["fettle-evidence-id"]) == content
    machine.stop()
    check_stopped(machine)
    assert Record(machine.environment).growing() == set()


def test_disk_of_the_database_is_full(make_machine: MakeMachine, disks: Disks, tmp_path: Path) -> None:
    disk, files = disks.loop(), str(tmp_path / "files")
    machine = make_machine({"FETTLE_DATA": str(disk.root / "data"), "FETTLE_BLOBS_URL": files}, fresh=True)
    machine.start()
    with machine.client() as client:
        assert register(client, machine, "before").status_code == 201
        disk.fill()
        answers = {f"{number}": register(client, machine, f"full-{number}") for number in range(200)}
        assert upload(client, machine, b"refused", "refused").status_code == 503
        assert client.get(f"/work-order/{machine.demo.work_order_id}").status_code == 200
        disk.make_room()
        assert register(client, machine, "after").status_code == 201
        assert upload(client, machine, b"after", "after").status_code == 201
    refused = {number for number, answer in answers.items() if not answer.is_success}
    assert {(answers[number].status_code, answers[number].headers["retry-after"]) for number in refused} == {(503, "5")}
    rows = Record(machine.environment).rows("SELECT object_key FROM evidence WHERE object_key LIKE 'full-%'")
    assert {key.removeprefix("full-") for (key,) in rows} == answers.keys() - refused
    assert refused, "the disk never was full"
    check_running(machine)
    machine.stop()
    check_stopped(machine)
