"""`fettle attach` and `fettle photos add`, on one machine, to a server on another."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from secrets import token_bytes
from typing import Any

import httpx
import pytest

from tests.contracts.pictures import png
from tests.serving import FETTLE, FettleServer

_MIB = 1 << 20


class Mover:
    """A person with a key and a folder of files, far from the server's data."""

    def __init__(self, server: FettleServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.demo: dict[str, Any] = server.command("demo")
        self.environment = {
            "PATH": os.defpath,
            "FETTLE_SERVER": server.base_url,
            "FETTLE_KEY": self.demo["api_key"],
        }

    def order(self) -> dict[str, Any]:
        body = {"name": "Pump", "componentId": self.demo["component_id"], "quantity": 1}
        made = self.send("POST", "/v1/work-orders", json=body)["workOrderId"]
        order: dict[str, Any] = self.send("GET", f"/v1/work-orders/{made}")
        return order

    def send(self, method: str, path: str, **sent: Any) -> Any:
        headers = {"X-API-Key": self.demo["api_key"]}
        answer = httpx.request(method, self.server.base_url + path, headers=headers, **sent)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def shown(self, order: Mapping[str, Any], kind: str = "photos") -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.send("GET", f"/v1/work-orders/{order['id']}/{kind}?pageSize=100")
        return items

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        environment = self.environment | environment
        command = [str(FETTLE), *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, cwd=self.folder, stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **environment)
        said, complained = process.communicate(timeout=100)
        assert "Traceback" not in complained, complained
        return process.returncode, said, complained

    def json(self, *arguments: str) -> dict[str, Any]:
        code, said, complained = self.run(*arguments, "--json")
        assert code == 0, complained + said
        found: dict[str, Any] = json.loads(said)
        return found

    def photo(self, name: str, size: int = 1000) -> bytes:
        content = png() + token_bytes(size)
        path = self.folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
        return content


@pytest.fixture(scope="module")
def far_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FettleServer]:
    server = FettleServer(tmp_path_factory.mktemp("far"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mover(far_server: FettleServer, tmp_path: Path) -> Mover:
    return Mover(far_server, tmp_path)


def _hashes(items: list[dict[str, Any]]) -> Counter[str]:
    return Counter(item["sha256"] for item in items)


def _expected(contents: list[bytes]) -> Counter[str]:
    return Counter(hashlib.sha256(content).hexdigest() for content in contents)


def test_a_folder_goes_in_whole_and_a_repeat_adds_nothing(mover: Mover) -> None:
    order = mover.order()
    names = [*(f"dcim/{number:02}.png" for number in range(30)), "dcim/below/é è =cmd().png", "dcim/-rf.png"]
    contents = [mover.photo(name) for name in names]
    (mover.folder / "dcim" / ".hidden.png").write_bytes(png())
    (mover.folder / "dcim" / "empty.png").touch()
    wanted = ("photos", "add", str(order["woNumber"]), "dcim", "--step", "before")
    first = mover.json(*wanted)
    assert first["counts"] == {"added": 32}
    assert sorted(Path(each).name for each in first["left_out"]) == [".hidden.png", "empty.png"]
    photos = mover.shown(order)
    assert _hashes(photos) == _expected(contents)
    assert {photo["step"] for photo in photos} == {"before"}
    assert {each["evidenceId" if "evidenceId" in each else "evidence_id"] for each in first["files"]} == {
        photo["id"] for photo in photos
    }
    assert mover.json(*wanted)["counts"] == {"skipped": 32}
    assert len(mover.shown(order)) == 32
    assert mover.json(*wanted[:-1], "after")["counts"] == {"added": 32}


def test_what_was_deleted_since_is_sent_again(mover: Mover) -> None:
    order, content = mover.order(), mover.photo("a.png")
    wanted = ("photos", "add", order["id"], "a.png")
    for added in (1, 2, 3):
        assert mover.json(*wanted)["counts"] == {"added": 1}
        assert mover.json(*wanted)["counts"] == {"skipped": 1}
        photos = mover.shown(order)
        assert _hashes(photos) == _expected([content] * added)
        assert [photo["state"] for photo in photos] == [*["deleted"] * (added - 1), "stored"]
        mover.send("DELETE", f"/v1/work-orders/{order['id']}/photos/{photos[-1]['id']}", json={"reason": "Blurred"})


def test_a_deleted_attachment_is_sent_again(mover: Mover) -> None:
    order = mover.order()
    mover.photo("plan.png")
    wanted = ("attach", order["id"], "plan.png")
    assert mover.json(*wanted)["counts"] == {"added": 1}
    (plan,) = mover.shown(order, "attachments")
    mover.send("DELETE", f"/v1/work-orders/{order['id']}/attachments/{plan['id']}", json={"reason": "Old"})
    assert mover.json(*wanted)["counts"] == {"added": 1}
    assert [each["state"] for each in mover.shown(order, "attachments")] == ["deleted", "stored"]


def test_again_sends_photos_once_more_and_says_that_attachments_are_there(mover: Mover) -> None:
    order, content = mover.order(), mover.photo("a.png")
    for command, kind in (("photos add", "photos"), ("attach", "attachments")):
        wanted = (*command.split(), order["id"], "a.png")
        assert mover.json(*wanted)["counts"] == {"added": 1}
        for _ in range(2):
            is_added = kind == "photos"
            assert mover.json(*wanted, "--again")["counts"] == {"added" if is_added else "skipped": 1}
    attachments = mover.shown(order, "attachments")
    assert _hashes(attachments) == _expected([content])
    assert _hashes(mover.shown(order)) == _expected([content] * 4), "three photos, and the image attached"


def test_large_files_go_in_parts(mover: Mover) -> None:
    order, content = mover.order(), mover.photo("large.png", 20 * _MIB)
    assert mover.json("photos", "add", order["id"], "large.png")["counts"] == {"added": 1}
    assert _hashes(mover.shown(order)) == _expected([content])


def test_attachments_are_pictures_or_files_by_what_they_are(mover: Mover) -> None:
    order = mover.order()
    mover.photo("plan.png")
    (mover.folder / "manual.pdf").write_bytes(b"%PDF-1.7\n" + token_bytes(100))
    (mover.folder / "false.jpg").write_bytes(b"only a text")
    assert mover.json("attach", order["id"], "plan.png", "manual.pdf", "false.jpg")["counts"] == {"added": 3}
    shown = {each["originalFileName"]: each for each in mover.shown(order, "attachments")}
    assert {name: each["type"] for name, each in shown.items()} == {
        "plan.png": "IMAGE",
        "manual.pdf": "FILE",
        "false.jpg": "FILE",
    }
    assert shown["manual.pdf"]["name"] == "manual.pdf"


def test_a_time_is_told_only_where_the_person_says_so(mover: Mover) -> None:
    order = mover.order()
    for name in ("a.png", "b.png", "c.png"):
        mover.photo(name)
        os.utime(mover.folder / name, (1_000_000_000, 1_000_000_000))
    mover.json("photos", "add", order["id"], "a.png")
    mover.json("photos", "add", order["id"], "b.png", "--taken-at", "mtime")
    mover.json("photos", "add", order["id"], "c.png", "--taken-at", "2026-04-15T14:00:00+02:00")
    times = {photo["originalFileName"]: photo.get("takenAt") for photo in mover.shown(order)}
    assert times == {"a.png": None, "b.png": "2001-09-09T01:46:40.000+00:00", "c.png": "2026-04-15T14:00:00+02:00"}
    code, _, complained = mover.run("photos", "add", order["id"], "a.png", "--taken-at", "yesterday")
    assert (code, "yesterday" in complained) == (2, True)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_what_is_interrupted_goes_on(mover: Mover, end: signal.Signals) -> None:
    order = mover.order()
    contents = [mover.photo(f"in/{number:03}.png", 2 * _MIB) for number in range(40)]
    contents.append(mover.photo("in/large.png", 30 * _MIB))
    process = mover.start("photos", "add", order["id"], "in")
    while len(mover.shown(order)) < 5 and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(end)
    _, complained = process.communicate(timeout=60)
    assert process.returncode == (130 if end is signal.SIGINT else -9), complained
    assert "Traceback" not in complained
    before = len(mover.shown(order))
    assert 5 <= before < 41
    counts = mover.json("photos", "add", order["id"], "in")["counts"]
    assert counts["added"] + counts["skipped"] == 41
    assert _hashes(mover.shown(order)) == _expected(contents)


def test_a_server_that_restarts_meanwhile_is_waited_for(mover: Mover) -> None:
    order = mover.order()
    contents = [mover.photo(f"in/{number:03}.png", 2 * _MIB) for number in range(40)]
    process = mover.start("photos", "add", order["id"], "in", "--json")
    while len(mover.shown(order)) < 5:
        time.sleep(0.02)
    mover.server.stop()
    time.sleep(1)
    mover.server.start()
    said, complained = process.communicate(timeout=100)
    assert process.returncode == 0, said + complained
    assert _hashes(mover.shown(order)) == _expected(contents)


def test_what_the_server_refuses_is_told_by_file(mover: Mover) -> None:
    order = mover.order()
    mover.photo("good.png")
    (mover.folder / "bad.png").write_bytes(b"<script>alert(1)</script>")
    code, said, _ = mover.run("photos", "add", order["id"], "good.png", "bad.png", "absent.png")
    assert code == 1
    lines = {line.split()[1]: line for line in said.splitlines() if "  " in line}
    assert lines["good.png"].startswith("added")
    assert "FILE" in lines["bad.png"]
    assert "No such file" in lines["absent.png"]
    assert said.splitlines()[-1] == "added: 1, there already: 0, failed: 2"
    code, said, _ = mover.run("photos", "add", order["id"], "bad.png", "absent.png", "--json")
    told = [(each["path"], each["outcome"], each["size"], each.get("code")) for each in json.loads(said)["files"]]
    assert (code, sorted(told)) == (1, [("absent.png", "failed", 0, None), ("bad.png", "failed", 25, "NOT_AN_IMAGE")])


def test_a_closed_order_takes_nothing(mover: Mover) -> None:
    order = mover.order()
    mover.photo("a.png")
    for status in ("REVIEW", "PRODUCTION", "COMPLETE"):
        mover.send("PATCH", f"/v1/work-orders/{order['id']}/status", json={"status": status})
    code, said, _ = mover.run("photos", "add", order["id"], "a.png", FETTLE_LANGUAGE="fr")
    assert code == 1
    assert "COMPLETE" in said
    assert said.splitlines()[-1] == "ajouté : 0, déjà présent : 0, échec : 1"


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"FETTLE_SERVER": ""}, 2, "FETTLE_SERVER"),
        ({"FETTLE_KEY": ""}, 2, "FETTLE_KEY"),
        ({"FETTLE_KEY": "fettle_nonsense"}, 1, "No valid credential"),
        ({"FETTLE_SERVER": "http://127.0.0.1:9"}, 1, "cannot be reached"),
        ({"FETTLE_SERVER": "ftp://example.com"}, 2, "http or https"),
    ],
)
def test_where_it_cannot_begin(mover: Mover, changed: dict[str, str], code: int, said: str) -> None:
    mover.photo("a.png")
    found, _, complained = mover.run("photos", "add", "1", "a.png", **changed)
    assert (found, said in complained) == (code, True), complained
    assert len(complained.splitlines()) == 1


def test_no_such_order_and_no_files(mover: Mover) -> None:
    mover.photo("a.png")
    code, _, complained = mover.run("photos", "add", "999999", "a.png")
    assert (code, "Work order not found" in complained) == (1, True)
    (mover.folder / "nothing").mkdir()
    code, _, complained = mover.run("attach", "1", "nothing")
    assert (code, "no file to send" in complained) == (2, True)
