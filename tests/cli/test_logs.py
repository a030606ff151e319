"""`fettle check --log`: on the server's machine, beside a server or without one."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Fettle, in_folder
from tests.verifier.database_tampering import Tamperer
from tests.verifier.world import World


@pytest.fixture
def press(world: World, tmp_path: Path) -> Fettle:
    """The company of two work orders; `kept.txt` is its newest checkpoint, `old.txt` one from before."""
    shutil.copytree(world.settings.data, tmp_path / "data")
    (tmp_path / "kept.txt").write_text(world.newest)
    (tmp_path / "old.txt").write_text(world.kept)
    return in_folder(tmp_path)


def tampered(fettle: Fettle, world: World) -> Tamperer:
    with closing(sqlite3.connect(fettle.folder / "data" / "fettle.db", isolation_level=None)) as connection:
        tamperer = Tamperer(connection, 1, world.company_id, world.signer)
        tamperer.rewrite()
        return tamperer


def test_it_says_what_holds(press: Fettle) -> None:
    done = press.run("check", "--log", "--checkpoint", "old.txt")
    assert (done.returncode, done.stderr) == (0, "")
    first, *rest = done.stdout.splitlines()
    assert first == "Forge: the log holds"
    assert rest == [
        "  2 work orders are what their 26 entries say; 0 are too new to have a place",
        "  2 checkpoints are signed, and are what the entries add up to",
        "  since your checkpoint over 13 entries, nothing that it covers was changed or dropped",
        "  13 entries are newer than your checkpoint: not yet provable by it",
    ]
    said = press.run("check", "--log").stdout
    assert "without a checkpoint that was kept elsewhere" in said


def test_a_rewritten_log_is_found_by_the_checkpoint(press: Fettle, world: World) -> None:
    tampered(press, world)
    done = press.run("check", "--log", "--checkpoint", "kept.txt")
    assert done.returncode == 1
    assert "Forge: THE LOG DOES NOT HOLD" in done.stdout
    done = press.run("check", "--log", "--checkpoint", "kept.txt", "--json")
    assert done.returncode == 1
    assert '"where": "checkpoint 26"' in done.stdout
    french = press.run("check", "--log", "--checkpoint", "kept.txt", FETTLE_LANGUAGE="fr").stdout
    assert "LE JOURNAL N'EST PAS INTÈGRE" in french


def test_another_key_has_to_be_told(press: Fettle, world: World) -> None:
    (press.folder / "data" / "signing-key.pem").rename(press.folder / "old.pem")
    done = press.run("check", "--log")
    assert done.returncode == 1
    assert "checkpoint 13: the signature is not right" in done.stdout
    assert press.run("check", "--log", "--key", world.key).returncode == 0


def test_a_company_and_a_checkpoint_of_none(press: Fettle, world: World) -> None:
    assert press.run("check", "--log", "--company", "Forge").returncode == 0
    assert press.refused("check", "--log", "--company", "Mill")[0] == 2
    other = world.kept.replace(world.company_id, "01900000-0000-7000-8000-000000000000")
    (press.folder / "other.txt").write_text(other)
    done = press.run("check", "--log", "--checkpoint", "other.txt")
    assert done.returncode == 1
    assert "it belongs to another company's log" in done.stdout
    assert press.refused("check", "--log", "--checkpoint", "absent.txt")[0] == 2
