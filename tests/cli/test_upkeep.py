"""`fettle migrate`, `fettle check` and `fettle sweep`."""

import re
from collections.abc import Mapping

import pytest

from tests.cli.conftest import Fettle
from tests.servers.postgres import PostgresServer
from tests.serving import FettleServer


def test_migrate_says_whether_anything_was_done(fettle: Fettle) -> None:
    code, said = fettle.refused("user", "list")
    assert code == 1
    assert "fettle migrate" in said
    assert not (fettle.folder / "data").exists()
    assert "were brought up to date" in fettle.run("migrate").stdout
    assert "are up to date" in fettle.run("migrate").stdout


def test_check_finds_what_was_damaged_or_lost_and_exits_with_1(with_demo: Fettle) -> None:
    assert with_demo.json("check")["findings"] == []
    files = sorted((with_demo.folder / "data" / "files" / "kept").rglob("*/*"))
    assert len(files) > 2
    sample = max(files, key=lambda file: file.stat().st_size)
    note = min(files, key=lambda file: file.stat().st_size)
    sample.write_bytes(sample.read_bytes()[:-1])
    note.unlink()
    done = with_demo.run("check")
    assert done.returncode == 1
    *findings, read, _ = done.stdout.splitlines()
    assert {line.split()[0] for line in findings} == {"damaged", "missing"}
    assert any(re.search(r"  work order \d+: \S", line) for line in findings if note.name in line)
    assert read.startswith(f"{len(files)} files, ")
    assert done.stdout.splitlines()[-1] == "missing: 1, damaged: 1, repaired: 0, orphaned: 0"


def test_sweep_keeps_what_may_still_be_wanted(with_demo: Fettle) -> None:
    orphan = with_demo.folder / "data" / "files" / "kept" / "00" / "left"
    orphan.parent.mkdir(exist_ok=True)
    orphan.touch()
    assert with_demo.run("sweep").stdout.startswith("Removed 0 ")
    assert with_demo.run("check").returncode == 0
    assert with_demo.run("sweep", "--grace-s", "0").stdout.startswith("Removed 1 ")
    assert not orphan.exists()


def test_sweeping_young_bytes_is_refused_beside_a_server(fettle: Fettle, database: Mapping[str, str]) -> None:
    fettle.run("migrate", **database)
    server = FettleServer(fettle.folder, database)
    server.start()
    try:
        code, said = fettle.refused("sweep", "--grace-s", "0", **database)
        assert fettle.run("sweep", **database).returncode == 0
    finally:
        server.stop()
    assert code == 1
    assert said.startswith("fettle: Another server")
    assert "\n" not in said
    assert fettle.run("sweep", "--grace-s", "0", **database).returncode == 0


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Mapping[str, str]:
    if request.param == "sqlite":
        return {}
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    return {"FETTLE_DATABASE_URL": postgres.create_database()}
