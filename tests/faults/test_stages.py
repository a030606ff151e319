"""A server or command that dies while it draws, registers, decides, sweeps or checks: all of it is done, once."""

import hashlib
import os
import random
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from time import sleep

from tests.faults.counts import how_many
from tests.faults.invariants import check_running, check_stopped
from tests.faults.machine import Machine, MakeMachine
from tests.faults.mortal import Mortal
from tests.faults.record import Record
from tests.faults.uploads import MIB, read_back, upload
from tests.media import samples
from tests.serving import FETTLE

_TAKEN_AT = "2020-01-01T00:00:00Z"


def _rounds(make_machine: MakeMachine, seed: str, *, long_run: bool) -> Iterator[tuple[Mortal, random.Random]]:
    """The same installation, killed again and again."""
    machine, deaths = make_machine(), 0
    for number in range(how_many("FAULT_POINT_KILLS", long_run=long_run)):
        chance = random.Random(f"{seed}-{number}")
        mortal = Mortal(machine, chance)
        yield mortal, chance
        deaths += mortal.deaths
        mortal.end(chance)
    print(f"{deaths} deaths at a named point")


def test_killed_while_a_picture_is_read_and_drawn(make_machine: MakeMachine, seed: str, *, long_run: bool) -> None:
    for mortal, chance in _rounds(make_machine, seed, long_run=long_run):
        tag, size = chance.randbytes(4).hex(), (chance.randrange(300, 900), chance.randrange(300, 900))
        content = samples.photo(orientation=6, size=size)
        form = {"type": (None, "IMAGE"), "name": (None, tag), "attachment": ("a.jpg", content)}
        path = f"/v1/work-orders/{mortal.machine.demo.work_order_id}/attachments"
        added = mortal.send("POST", path, files=form)
        name = mortal.send("GET", added.headers["location"]).json()["data"]["fileName"]
        for kind in ("thumbnail", "preview", "large"):
            assert mortal.send("GET", f"/files/{name}/{kind}").headers["content-type"] == "image/webp"
        assert mortal.send("GET", f"/files/{name}").content == content
        record = Record(mortal.machine.environment)
        statement = "SELECT kind, count(*) FROM renditions WHERE file_name = ? GROUP BY kind ORDER BY kind"
        assert record.rows(statement, name) == [("large", 1), ("preview", 1), ("thumbnail", 1)]
        assert record.rows("SELECT count(*) FROM evidence WHERE name = ?", tag) == [(1,)]


def test_killed_while_a_direct_upload_is_sent_and_registered(
    make_machine: MakeMachine, seed: str, *, long_run: bool
) -> None:
    for mortal, chance in _rounds(make_machine, seed, long_run=long_run):
        content, tag = samples.photo() + chance.randbytes(50_000), chance.randbytes(4).hex()
        path = f"/v1/work-orders/{mortal.machine.demo.work_order_id}/photos"
        said = {"fileName": "a.jpg", "contentType": "image/jpeg", "size": len(content)}
        made = mortal.send("POST", f"{path}/uploads", json=said).json()["data"]
        request = made["request"]
        mortal.send(request["method"], request["url"], headers=request["headers"], content=content)
        named = {name: made[name] for name in ("minioObjectKey", "cdnUrl")}
        added = mortal.send("POST", path, json={**named, "takenAt": _TAKEN_AT, "step": tag})
        photo = mortal.send("GET", added.headers["location"]).json()["data"]
        assert (photo["state"], photo["sha256"]) == ("stored", hashlib.sha256(content).hexdigest())
        rows = Record(mortal.machine.environment).rows("SELECT count(*) FROM evidence WHERE step = ?", tag)
        assert rows == [(1,)]


def test_killed_while_a_late_photo_comes_and_is_decided(
    make_machine: MakeMachine, seed: str, *, long_run: bool
) -> None:
    for mortal, chance in _rounds(make_machine, seed, long_run=long_run):
        order_id = _completed_order(mortal, chance.randbytes(4).hex())
        photo = f"/v1/work-orders/{order_id}/photos/{_send_late(mortal, order_id, samples.photo())}"
        decision = {"decision": "accepted", "reason": "No network."}
        mortal.send("POST", f"{photo}/decision", json=decision)
        assert mortal.send("GET", photo).json()["data"]["late"]["state"] == "accepted"
        record = Record(mortal.machine.environment)
        statement = "SELECT count(*) FROM activity WHERE work_order_id = ? AND type = ?"
        for entry in ("PHOTO_ADDED_LATE", "LATE_PHOTO_ACCEPTED"):
            assert record.rows(statement, order_id, entry) == [(1,)], entry


def _completed_order(mortal: Mortal, tag: str) -> str:
    body = {"name": tag, "componentId": mortal.machine.demo.component_id, "quantity": 1}
    made = mortal.send("POST", "/v1/work-orders", json=body, headers={"Idempotency-Key": tag})
    order_id: str = made.json()["data"]["workOrderId"]
    for status in ("REVIEW", "PRODUCTION", "COMPLETE"):
        headers = {"Idempotency-Key": f"{tag} {status}"}
        mortal.send("PATCH", f"/v1/work-orders/{order_id}/status", json={"status": status}, headers=headers)
    return order_id


def _send_late(mortal: Mortal, order_id: str, content: bytes) -> str:
    """As a tus client: begun once, and gone on with from where the server is."""
    tus = {"Tus-Resumable": "1.0.0"}
    said = {"workOrderId": order_id, "kind": "photo", "takenAt": _TAKEN_AT}
    pairs = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())
    begun = {**tus, "Upload-Length": str(len(content)), "Upload-Metadata": pairs, "Idempotency-Key": order_id}
    path = mortal.send("POST", "/v1/uploads", headers=begun).headers["location"]
    while True:
        standing = mortal.send("HEAD", path, headers=tus).headers
        if "fettle-evidence-id" in standing:
            return standing["fettle-evidence-id"]
        mortal.try_once("PATCH", path, _chunk(standing["upload-offset"]), content[int(standing["upload-offset"]) :])


def _chunk(offset: str) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"}


def test_a_sweep_that_is_killed_takes_nothing_that_is_named_and_is_completed_by_the_next(
    make_machine: MakeMachine, seed: str, *, long_run: bool
) -> None:
    machine = make_machine()
    record = Record(machine.environment)
    machine.start()
    content = random.Random(seed).randbytes(MIB)
    with machine.client() as client:
        added = upload(client, machine, content)
    machine.stop()
    for number in range(how_many("FAULT_POINT_KILLS", long_run=long_run)):
        _leave_orphans(record, f"{seed}-{number}")
        _kill_command(machine, random.Random(f"{seed}-{number}"), "sweep", "--grace-s", "0")
        check_stopped(machine)
        assert record.growing() == set()
    machine.start()
    with machine.client() as client:
        assert read_back(client, added) == hashlib.sha256(content).hexdigest()
    check_running(machine)


def _leave_orphans(record: Record, tag: str) -> None:
    for number in range(200):
        for folder in ("kept/00", "made/00", "growing"):
            path = record.files / folder / f"{tag}-{number}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"orphan")


def test_a_check_that_is_killed_is_completed_by_the_next(
    make_machine: MakeMachine, seed: str, *, long_run: bool
) -> None:
    for number in range(how_many("FAULT_POINT_KILLS", long_run=long_run)):
        machine, chance = make_machine(), random.Random(f"{seed}-{number}")
        record = Record(machine.environment)
        machine.start()
        with machine.client() as client:
            added = [upload(client, machine, chance.randbytes(1000), f"harmed {i}") for i in range(20)]
        machine.stop()
        for (key,) in record.rows(
            "SELECT storage_key FROM files JOIN evidence ON file_name = files.name WHERE evidence.name LIKE 'harmed %'"
        ):
            (record.files / key).write_bytes(b"harmed")
        _kill_command(machine, chance, "check")
        assert machine.run("check").returncode == 1
        states = record.rows("SELECT DISTINCT state FROM evidence WHERE name LIKE 'harmed %'")
        logged = record.rows("SELECT count(*) FROM activity WHERE type = 'EVIDENCE_STATE_CHANGED'")
        assert (states, logged) == ([("damaged",)], [(len(added),)])
        machine.start()
        check_running(machine)
        machine.stop()


def _kill_command(machine: Machine, chance: random.Random, *arguments: str) -> None:
    """SIGKILL at some moment of its work, which takes about as long as the start of the program."""
    environment = {"PATH": os.defpath, **machine.environment}
    process = subprocess.Popen([FETTLE, *arguments], env=environment, stdout=subprocess.DEVNULL)
    sleep(0.2 + chance.random() * 0.8)
    process.kill()
    process.wait()
