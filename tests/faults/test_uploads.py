"""Uploads that are interrupted at any byte arrive whole, once, and nothing is left of the attempts."""

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex
from time import sleep

import pytest

from tests.faults.counts import how_many
from tests.faults.interrupted import Interrupted
from tests.faults.invariants import check_running, check_stopped
from tests.faults.machine import Machine, MakeMachine
from tests.faults.record import Record
from tests.servers.postgres import PostgresServer
from tests.servers.seaweed import SeaweedServer

_LARGEST_BYTES = 3_000_000
_AT_ONCE = 4
_SHARE_OF_TWO = 5
_COUNT_PHOTOS = "SELECT count(*) FROM evidence WHERE kind = 'photo'"


@pytest.mark.parametrize("point", ["upload.after_fsync", "upload.after_link", "before_commit", "after_commit"])
def test_killed_at_a_named_point(
    make_machine: MakeMachine, seed: str, chance: random.Random, point: str, *, long_run: bool
) -> None:
    machine = make_machine()
    record = Record(machine.environment)
    for number in range(how_many("FAULT_POINT_KILLS", long_run=long_run)):
        before = record.rows(_COUNT_PHOTOS)[0][0]
        passes = chance.randrange(2) if point.endswith("commit") else 0
        pid = machine.begin({"FETTLE_CRASH_POINT": f"{point}:{passes}"})
        upload = Interrupted(machine, random.Random(f"{seed}-{number}"), _LARGEST_BYTES)
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(upload.run)
            machine.await_end([pid])
            machine.start()
            photo = running.result()
        with machine.client() as client:
            shown = client.get(f"/v1/work-orders/{machine.demo.work_order_id}/photos/{photo}").json()["data"]
        assert (shown["state"], shown["sha256"]) == ("stored", upload.sha256)
        check_running(machine)
        machine.stop()
        check_stopped(machine)
        assert record.growing() == set()
        assert record.rows(_COUNT_PHOTOS)[0][0] == before + 1


@pytest.mark.parametrize("is_killed", [False, True], ids=["cut", "cut and killed"])
def test_interrupted_uploads_arrive(
    make_machine: MakeMachine, seed: str, chance: random.Random, *, is_killed: bool, long_run: bool
) -> None:
    machine = make_machine()
    machine.start()
    count = how_many("FAULT_UPLOADS", long_run=long_run)
    uploads = [Interrupted(machine, random.Random(f"{seed}-{number}"), _LARGEST_BYTES) for number in range(count)]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        running = [threads.submit(upload.run) for upload in uploads]
        while is_killed and not all(each.done() for each in running):
            sleep(0.3 + chance.random())
            machine.kill(chance)
            machine.start()
        photos = [each.result() for each in running]
    assert len(set(photos)) == len(uploads)
    assert sum(upload.cuts for upload in uploads) >= count // 2
    _assert_whole(machine, uploads, photos)
    check_running(machine)
    machine.stop()
    check_stopped(machine)
    assert Record(machine.environment).growing() == set()


@pytest.fixture(params=["s3", "folder"])
def shared_store(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Settings of a store for the bytes of several servers."""
    if request.param == "folder":
        return {"FETTLE_BLOBS_URL": str(tmp_path / "blobs")}
    s3: SeaweedServer = request.getfixturevalue("s3_server")
    keys = {"FETTLE_S3_ACCESS_KEY_ID": s3.access_key, "FETTLE_S3_SECRET_ACCESS_KEY": s3.secret_key}
    return {"FETTLE_BLOBS_URL": s3.url(token_hex(6)), **keys}


def test_interrupted_uploads_arrive_at_either_of_two_servers(
    make_machine: MakeMachine,
    seed: str,
    postgres_server: PostgresServer,
    shared_store: dict[str, str],
    tmp_path: Path,
    *,
    long_run: bool,
) -> None:
    """One of them is killed now and then; whoever comes back may come to the other."""
    settings = {
        "FETTLE_DATA": str(tmp_path / "data"),
        "FETTLE_DATABASE_URL": postgres_server.create_database(),
        **shared_store,
    }
    machines = [make_machine(settings, fresh=True) for _ in range(2)]
    for machine in machines:
        machine.start()
    count, chance = how_many("FAULT_UPLOADS", long_run=long_run) // _SHARE_OF_TWO, random.Random(seed)
    uploads = [
        Interrupted(machines[0], random.Random(f"{seed}-{number}"), _LARGEST_BYTES, machines) for number in range(count)
    ]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        running = [threads.submit(upload.run) for upload in uploads]
        while not all(each.done() for each in running):
            sleep(2 + chance.random())
            machines[1].kill(chance)
            machines[1].start()
        photos = [each.result() for each in running]
    assert len(set(photos)) == count
    _assert_whole(machines[0], uploads, photos)
    print(f"{count} uploads, {sum(upload.cuts for upload in uploads)} cuts")
    machines[1].stop()
    check_running(machines[0])
    machines[0].stop()
    check_stopped(machines[0])
    assert Record(machines[0].environment).growing() == set()


def _assert_whole(machine: Machine, uploads: list[Interrupted], photos: list[str]) -> None:
    with machine.client() as client:
        for upload, photo in zip(uploads, photos, strict=True):
            shown = client.get(f"/v1/work-orders/{machine.demo.work_order_id}/photos/{photo}").json()["data"]
            assert shown["state"] == "stored"
            assert hashlib.sha256(client.get(shown["url"]).content).hexdigest() == upload.sha256
