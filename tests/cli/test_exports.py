"""`fettle export`: evidence packs, beside a server or without one."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Fettle
from tests.services.packs import Pack, require_unzip
from tests.services.papers import Paper
from tests.serving import FETTLE


def pack_at(fettle: Fettle, path: str) -> Pack:
    return Pack((fettle.folder / path).read_bytes())


def damage(fettle: Fettle) -> None:
    """Change every stored file."""
    for path in (fettle.folder / "data" / "files" / "kept").rglob("*/*"):
        if path.is_file():
            path.write_bytes(b"something else")


def test_one_pack_for_each_order(with_demo: Fettle) -> None:
    done = with_demo.run("export", "1", "4", "--output", "packs/out")
    assert done.returncode == 0, done.stderr
    *written, summary = done.stdout.splitlines()
    assert written == [f"written: packs/out/work-order-{number}-evidence.zip" for number in (1, 4)]
    assert summary.startswith("work orders: 2, packs: 2, ")
    for number in (1, 4):
        path = f"packs/out/work-order-{number}-evidence.zip"
        assert pack_at(with_demo, path).order["number"] == number
        require_unzip((with_demo.folder / path).read_bytes(), with_demo.folder)
    assert not list(with_demo.folder.rglob("*.new"))


def test_one_pack_of_all_under_a_filter(with_demo: Fettle) -> None:
    printed = with_demo.json("export", "--filter", "status=COMPLETE&status=ARCHIVED&q=press", "--one", "all.zip")
    (told,) = printed["packs"]
    pack = pack_at(with_demo, "all.zip")
    numbers = [order["number"] for order in pack.manifest["orders"]]
    assert told == {"path": "all.zip", "work_orders": numbers, "bytes": (with_demo.folder / "all.zip").stat().st_size}
    assert 4 in numbers
    assert {order["status"] for order in pack.manifest["orders"]} <= {"COMPLETE", "ARCHIVED"}


def test_a_filter_without_one_file_gives_a_pack_each(with_demo: Fettle) -> None:
    printed = with_demo.json("export", "--filter", "status=COMPLETE")
    assert printed["packs"]
    for told in printed["packs"]:
        assert pack_at(with_demo, told["path"]).order["number"] == told["work_orders"][0]


def test_in_french(with_demo: Fettle) -> None:
    done = with_demo.run("export", "4", "--time-zone", "Europe/Paris", FETTLE_LANGUAGE="fr")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "écrit : ordre-de-travail-4-preuves.zip"
    assert done.stdout.splitlines()[1].startswith("ordres de travail : 1, dossiers : 1, ")
    paper = Paper(pack_at(with_demo, "ordre-de-travail-4-preuves.zip").read("4/report.pdf"))
    assert paper.says("Ordre de travail 4")
    assert paper.says("Europe/Paris")


def test_growth_since_a_checkpoint_that_was_kept(with_demo: Fettle) -> None:
    with_demo.json("export", "1")
    kept = pack_at(with_demo, "work-order-1-evidence.zip").size
    with_demo.json("export", "1", "--since", str(kept), "--one", "second.zip")
    assert pack_at(with_demo, "second.zip").size == kept
    assert with_demo.refused("export", "1", "--since", "999999", "--one", "third.zip") == (
        1,
        "fettle: A parameter is not valid. since: there is no checkpoint of that many entries",
    )
    assert not (with_demo.folder / "third.zip").exists()


def test_damaged_files_do_not_stop_it_and_are_told(with_demo: Fettle) -> None:
    before = with_demo.json("export", "4", "--one", "before.zip")
    assert before
    stored = [each for each in pack_at(with_demo, "before.zip").evidence if each["state"] == "stored"]
    damage(with_demo)
    with_demo.json("export", "4", "--one", "after.zip")
    after = {each["id"]: each for each in pack_at(with_demo, "after.zip").evidence}
    assert stored
    for each in stored:
        assert after[each["id"]]["state"] == "damaged"
        assert "path" not in after[each["id"]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("1", "--filter", "status=DRAFT"), 2),
        (("1", "--one", "a.zip", "--output", "b"), 2),
        (("abc",), 2),
        (("1", "--since", "-1"), 2),
        (("1", "--since", "soon"), 2),
        (("1", "--time-zone", "Nowhere/Land"), 2),
        (("999",), 1),
        (("--filter", "status=NEW"), 1),
        (("--filter", "colour=red"), 1),
        (("1", "--one", "no/such/folder.zip"), 1),
    ],
    ids=str,
)
def test_what_cannot_be_is_told_and_leaves_nothing(with_demo: Fettle, arguments: tuple[str, ...], code: int) -> None:
    assert with_demo.refused("export", *arguments)[0] == code
    assert not list(with_demo.folder.rglob("*.zip*"))


def test_a_bar_at_a_screen(with_demo: Fettle) -> None:
    leader, follower = pty.openpty()
    environment = {"PATH": os.defpath, "TERM": "xterm", "COLUMNS": "120", **with_demo.settings}
    command = [str(FETTLE), "export", "--filter", "status=COMPLETE", "--one", "all.zip", "--json"]
    with subprocess.Popen(
        command, env=environment, cwd=with_demo.folder, stderr=follower, stdout=subprocess.PIPE
    ) as process:
        os.close(follower)
        shown = b"".join(_all_of(leader))
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(printed)["packs"]
    assert b"work order " in shown


def _all_of(terminal: int) -> list[bytes]:
    read: list[bytes] = []
    while True:
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:  # the other side is closed
            piece = b""
        if not piece:
            os.close(terminal)
            return read
        read.append(piece)


def test_no_file_is_left_half_written(with_demo: Fettle, tmp_path: Path) -> None:
    (tmp_path / "full.zip").mkdir()
    assert with_demo.refused("export", "1", "--one", "full.zip")[0] == 1
    assert [path.name for path in tmp_path.glob(".*.new")] == []
