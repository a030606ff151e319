"""`fettle verify`: on any machine, with nothing but the pack."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Fettle
from tests.serving import FETTLE
from tests.verifier.pack_writer import signed, written, zipped
from tests.verifier.world import World


@pytest.fixture
def pack(world: World, tmp_path: Path) -> Path:
    (tmp_path / "pack.zip").write_bytes(written(world.made, world.signer))
    (tmp_path / "kept.txt").write_text(world.kept)
    (tmp_path / "log.key").write_text(world.key + "\n")
    return tmp_path / "pack.zip"


def run(folder: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """In a folder that stays as it is, with no settings."""
    before = sorted(folder.iterdir())
    done = subprocess.run(
        [FETTLE, "verify", *arguments],
        env={"PATH": os.defpath, **settings},
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
    )
    assert sorted(folder.iterdir()) == before
    assert "Traceback" not in done.stderr
    return done


def test_it_says_what_holds(world: World, pack: Path) -> None:
    done = run(pack.parent, "pack.zip", "--checkpoint", "kept.txt", "--key", "log.key")
    assert (done.returncode, done.stderr) == (0, "")
    first, *rest = done.stdout.splitlines()
    assert first == "pack.zip: holds"
    said = "\n".join(rest)
    for line in (
        f"for Forge ({world.company_id})",
        "2 work orders with 26 entries, each chained and in the log",
        "2 attachments and photos without their bytes; the manifest says why",
        f"signed by the key {world.key.split('+')[1]} that you gave",
        "since your checkpoint over 13 entries, nothing that it covers was changed or dropped",
        "13 entries here are newer than your checkpoint: not yet provable by it",
    ):
        assert line in said
    assert run(pack.parent, "pack.zip", "--key", world.key).returncode == 0


def test_what_was_kept_may_be_the_server_s_answer_as_it_came(world: World, pack: Path) -> None:
    note = pack.with_name("kept.txt").read_text()
    pack.with_name("kept.json").write_text(json.dumps({"data": {"size": 13, "note": note}}))
    pack.with_name("key.json").write_text(json.dumps({"data": {"verifierKey": world.key}}))
    pack.with_name("other.json").write_text(json.dumps({"data": {"size": 13}}))
    said = run(pack.parent, "pack.zip", "--checkpoint", "kept.json", "--key", "key.json").stdout
    assert "since your checkpoint over 13 entries" in said
    assert run(pack.parent, "pack.zip", "--checkpoint", "other.json").returncode == 2


def test_without_a_key_and_a_checkpoint_it_says_that_less_is_proven(pack: Path) -> None:
    said = run(pack.parent, "pack.zip").stdout
    assert "of the pack itself: that proves little" in said
    assert "without an earlier checkpoint it is not proven" in said


def test_it_names_the_first_thing_that_does_not_hold(world: World, pack: Path) -> None:
    files = signed(world.made, world.signer)
    photo = next(path for path in files if path.startswith("1/attachments/"))
    pack.with_name("bad.zip").write_bytes(zipped({**files, photo: b"other", "1/more": b""}))
    done = run(pack.parent, "bad.zip")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "bad.zip: DOES NOT HOLD",
        "  1/more: the pack does not know this file",
        "  and 1 more",
    ]
    both = run(pack.parent, "bad.zip", "pack.zip", "--json")
    assert both.returncode == 1
    bad, good = json.loads(both.stdout)
    assert (bad["pack"], bad["holds"], good["holds"], good["problems"]) == ("bad.zip", False, True, [])
    assert bad["problems"][1] == {"finding": "FILE_CHANGED", "where": photo}
    french = run(pack.parent, "bad.zip", FETTLE_LANGUAGE="fr").stdout
    assert french.splitlines()[:2] == ["bad.zip : NON CONFORME", "  1/more : le dossier ne connaît pas ce fichier"]


def test_what_cannot_be_read_is_exit_code_2(pack: Path) -> None:
    (pack.parent / "folder").mkdir()
    for arguments in (
        ("absent.zip",),
        ("folder",),
        ("pack.zip", "--checkpoint", "absent.txt"),
        ("pack.zip", "--checkpoint", "log.key"),
        ("pack.zip", "--key", "kept.txt"),
        ("pack.zip", "--key", "a+b+c"),
    ):
        done = run(pack.parent, *arguments)
        assert done.returncode == 2, arguments
        assert len(done.stderr.splitlines()) == 1
    assert run(pack.parent, "absent.zip", "pack.zip").stdout.startswith("pack.zip: holds")


def test_what_is_no_pack_does_not_hold(pack: Path) -> None:
    done = run(pack.parent, "kept.txt")
    assert done.returncode == 1
    assert "it is not as packs are written" in done.stdout


def test_no_other_setting_is_in_its_way(pack: Path, fettle: Fettle) -> None:
    assert run(pack.parent, "pack.zip", FETTLE_DATA="/nowhere/at/all").returncode == 0
    assert not (fettle.folder / "data").exists()
