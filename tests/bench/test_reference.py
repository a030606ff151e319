"""The reference does what it is compared for: what it answered for is in its tables and on its disk."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pysqlite3 import dbapi2 as sqlite3  # type: ignore[import-untyped]  # ships no types

from bench.failure import MeasurementFailed
from bench.options import imagined_orders
from bench.plans import MIB
from bench.rounds import Load, run_load
from bench.servers import Target, bare_server


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Target]:
    with bare_server(tmp_path) as target:
        yield target.with_orders(imagined_orders()[:10])


def load(kind: str, requests: int, status: int, size_bytes: int = 0) -> Load:
    return Load(kind=kind, requests=requests, connections=4, status=status, rounds=1, warm_up=0, size_bytes=size_bytes)


def rows(bare: Target, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(bare.folder / "bare.db")
    try:
        found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
        return found
    finally:
        connection.close()


def test_every_photo_is_a_row_with_its_log_entry(bare: Target) -> None:
    outcome = run_load(load("photos", requests=100, status=201), bare)

    assert outcome.count == 100
    assert rows(bare, "SELECT count(DISTINCT object_key), count(DISTINCT work_order_id) FROM evidence") == [(100, 10)]
    assert rows(bare, "SELECT count(*) FROM activity") == [(100,)]
    body = msgspec.json.decode(outcome.last_answer.partition("\r\n\r\n")[2])
    assert set(body["data"]) == {"workOrderId", "status"}


@pytest.mark.parametrize(("kind", "size_bytes"), [("images", MIB), ("files", 5 * MIB)])
def test_every_file_is_on_the_disk_with_the_sum_in_its_row(bare: Target, kind: str, size_bytes: int) -> None:
    run_load(load(kind, requests=6, status=200, size_bytes=size_bytes), bare)

    stored = rows(bare, "SELECT object_key, sha256 FROM evidence")
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (bare.folder / "files").iterdir()}
    assert len(stored) == 6
    assert dict(stored) == found
    assert len(set(found.values())) == 6


def test_another_status_than_expected_ends_the_run(bare: Target) -> None:
    with pytest.raises(MeasurementFailed, match=r"expected b'200', got b'HTTP/1\.1 201"):
        run_load(load("photos", requests=10, status=200), bare)
