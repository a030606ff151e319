"""Bytes that were taken and are not what they were: found, told as our loss, never served, and healed."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.invariants import check_running
from tests.faults.machine import Machine, MakeMachine
from tests.faults.record import Record
from tests.faults.uploads import MIB, read_back, upload


@pytest.mark.parametrize(("harm", "size"), [("flip", 1000), ("flip", 3 * MIB), ("shorten", 3 * MIB), ("remove", 1000)])
def test_bytes_that_change_are_damage_until_they_are_back(
    make_machine: MakeMachine, chance: random.Random, tmp_path: Path, harm: str, size: int
) -> None:
    machine = make_machine()
    machine.start()
    with machine.client() as client:
        added = upload(client, machine, chance.randbytes(size))
        shown = client.get(added.headers["location"]).json()["data"]
        path = _path_of(machine, shown["fileName"])
        shutil.copy2(path, tmp_path / "safe")
        _harm(path, harm, chance)
        _assert_never_whole(client, f"/files/{shown['fileName']}", is_small=size == 1000)
        _assert_damaged(client, added, shown["fileName"])
        found = _check(machine, exit_code=1)
        assert [(each["difference"], each["file_name"]) for each in found["findings"]] == [
            ("missing" if harm == "remove" else "damaged", shown["fileName"])
        ]
        shutil.copy2(tmp_path / "safe", path)
        assert _check(machine, exit_code=0)["counts"] == {"repaired": 1}
        assert client.get(added.headers["location"]).json()["data"]["state"] == "stored"
        assert read_back(client, added) == shown["sha256"]
    assert "bytes_damaged" in machine.log
    check_running(machine)


@pytest.mark.parametrize("harm", ["flip", "shorten", "remove"])
def test_no_range_of_changed_bytes_is_served(make_machine: MakeMachine, chance: random.Random, harm: str) -> None:
    """Wherever they changed: a part of them says nothing of itself."""
    machine = make_machine()
    machine.start()
    with machine.client() as client:
        added = upload(client, machine, chance.randbytes(3 * MIB))
        file_name = client.get(added.headers["location"]).json()["data"]["fileName"]
        _harm(_path_of(machine, file_name), harm, chance)
        answer = client.get(f"/files/{file_name}", headers={"Range": "bytes=100-199"})
        assert (answer.status_code, answer.json()["code"]) == (503, "BYTES_DAMAGED")
        _assert_damaged(client, added, file_name)


def test_check_finds_damage_that_nobody_read(make_machine: MakeMachine, chance: random.Random) -> None:
    machine = make_machine()
    machine.start()
    with machine.client() as client:
        added = upload(client, machine, chance.randbytes(3 * MIB))
        file_name = client.get(added.headers["location"]).json()["data"]["fileName"]
        _harm(_path_of(machine, file_name), "flip", chance)
        assert _check(machine, exit_code=1)["counts"] == {"damaged": 1}
        _assert_damaged(client, added, file_name)


def test_older_database_over_newer_bytes_and_the_reverse(
    make_machine: MakeMachine, chance: random.Random, tmp_path: Path
) -> None:
    machine = make_machine()
    record = Record(machine.environment)
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(machine.data, old)
    machine.start()
    with machine.client() as client:
        for number in range(3):
            assert upload(client, machine, chance.randbytes(MIB), f"newer {number}").status_code == 201
    machine.stop()
    shutil.copytree(machine.data, new)
    newer = record.stored_keys() - {str(path.relative_to(old / "files")) for path in (old / "files/kept").rglob("*")}
    _restore(machine, database=old, files=new)
    found = _check(machine, exit_code=0)
    assert {each["storage_key"] for each in found["findings"] if each["difference"] == "orphaned"} == newer
    _restore(machine, database=new, files=old)
    found = _check(machine, exit_code=1)
    assert {each["storage_key"] for each in found["findings"] if each["difference"] == "missing"} == newer
    assert found["counts"] == {"missing": 3}
    shutil.copytree(new / "files", machine.data / "files", dirs_exist_ok=True)
    assert _check(machine, exit_code=0)["counts"] == {"repaired": 3}


def _restore(machine: Machine, *, database: Path, files: Path) -> None:
    shutil.rmtree(machine.data)
    shutil.copytree(database, machine.data)
    shutil.rmtree(machine.data / "files")
    shutil.copytree(files / "files", machine.data / "files")


def _path_of(machine: Machine, file_name: str) -> Path:
    record = Record(machine.environment)
    ((key,),) = record.rows("SELECT storage_key FROM files WHERE name = ?", file_name)
    return record.files / str(key)


def _harm(path: Path, harm: str, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    if harm == "remove":
        path.unlink()
        return
    if harm == "flip":
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    else:
        del content[-1]
    path.write_bytes(content)


def _assert_never_whole(client: httpx.Client, path: str, *, is_small: bool) -> None:
    """The first reader gets a refusal, or, of a big file that was on its way, an answer that is cut short."""
    try:
        answer = client.get(path)
    except httpx.RemoteProtocolError:
        assert not is_small
    else:
        assert (answer.status_code, answer.json()["code"]) == (503, "BYTES_DAMAGED")


def _assert_damaged(client: httpx.Client, added: httpx.Response, file_name: str) -> None:
    for _ in range(2):
        answer = client.get(f"/files/{file_name}")
        assert (answer.status_code, answer.json()["code"]) == (503, "BYTES_DAMAGED")
        assert int(answer.headers["retry-after"]) > 0
    assert client.get(added.headers["location"]).json()["data"]["state"] == "damaged"


def _check(machine: Machine, *, exit_code: int) -> Any:
    done = machine.run("check", "--json")
    assert done.returncode == exit_code, done.stderr
    return json.loads(done.stdout)
