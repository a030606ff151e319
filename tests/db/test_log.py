"""The log as rows: places are given once, and the databases refuse to rewrite it."""

from collections.abc import Iterator
from contextlib import closing

import msgspec
import psycopg
import pytest
from psycopg import sql

from fettle.clock import SystemClock
from fettle.db import schema
from fettle.db.append_only import LATER_POSTGRES, LATER_SQLITE, POSTGRES, SQLITE
from fettle.db.migrations import run
from fettle.db.urls import sqlite_path
from fettle.domain.activity import Entry
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.completions import Method, Signature
from fettle.domain.files import Origin, StoredFile
from fettle.domain.merkle import leaf_hash
from fettle.domain.verification import chain_problems
from fettle.services.rows import Transaction
from tests.db.connections import Connection, connect
from tests.db.records import Records, new_id

REFUSED = "only ever added to"
GUARDED = ("activity", "log_nodes", "checkpoints", "signatures")
UPSERT = (
    "INSERT INTO signatures SELECT * FROM signatures WHERE version = 1"
    " ON CONFLICT (work_order_id, version) DO UPDATE SET assertion = 'x'"
)
REPLACE_OF_A_PLACE = (
    "INSERT OR REPLACE INTO activity SELECT id, company_id, work_order_id, 9, type, added_at, added_by_user_id,"
    " data, sha256, texts, leaf_index FROM activity WHERE seq = 1"
)


def add_entries(tx: Transaction, records: Records, orders: int = 2, each: int = 3) -> list[Entry]:
    made = [records.add_order(tx) for _ in range(orders)]
    new_id = SystemClock().new_id
    entries = [
        msgspec.structs.replace(records.new_entry(order, seq), id=new_id())
        for seq in range(1, each + 1)
        for order in made
    ]
    for entry in entries:
        tx.activity.add(entry)
    return entries


def test_entries_get_the_next_places(tx: Transaction, records: Records, strangers: Records) -> None:
    company, theirs = records.company.id, add_entries(tx, strangers)
    add_entries(tx, records)
    assert {company, strangers.company.id} <= set(tx.log.growing())
    assert (tx.log.lock(company), tx.log.size(company)) == (0, 0)
    assert [tx.log.place(company, 0, 4), tx.log.place(company, 4, 4), tx.log.place(company, 6, 4)] == [4, 2, 0]
    assert (tx.log.size(company), tx.log.size(strangers.company.id)) == (6, 0)
    placed = tx.log.entries(company, 0, 10)
    assert [entry.leaf_index for entry in placed] == list(range(6))
    for order in {entry.work_order_id for entry in placed}:
        of_order = [entry.seq for entry in placed if entry.work_order_id == order]
        assert of_order == sorted(of_order)
    assert tx.log.entries(strangers.company.id, 0, 10) == []
    assert theirs[0].leaf_index is None
    assert company not in tx.log.growing()


@pytest.mark.parametrize("at_most", [1, 2, 3, 100])
def test_an_entry_gets_no_place_before_the_one_it_follows(tx: Transaction, records: Records, at_most: int) -> None:
    """Made by servers whose clocks differ: ids that do not go up with the versions."""
    company, size = records.company.id, 0
    tx.log.lock(company)
    for hastes in ([0, 0, 9, 9, 5], [9, 1, 8, 0, 7]):
        order = records.add_order(tx)
        for seq, haste in enumerate(hastes, 1):
            tx.activity.add(msgspec.structs.replace(records.new_entry(order, seq), id=f"{haste}-{new_id()}"))
    while placed := tx.log.place(company, size, at_most):
        assert placed <= at_most
        size += placed
    found = tx.log.entries(company, 0, 10)
    assert [entry.leaf_index for entry in found] == list(range(10))
    for order_id in {entry.work_order_id for entry in found}:
        assert [entry.seq for entry in found if entry.work_order_id == order_id] == [1, 2, 3, 4, 5]


def test_hashes_come_by_place_and_level(tx: Transaction, records: Records) -> None:
    company = records.company.id
    add_entries(tx, records)
    tx.log.place(company, tx.log.lock(company), 100)
    leaves = tx.log.hashes(company, 0, 0, 6)
    assert leaves == [bytes.fromhex(entry.sha256) for entry in tx.log.entries(company, 0, 6)]
    assert tx.log.hashes(company, 0, 2, 4) == leaves[2:4]
    tx.log.add_node(company, 8, 0, leaf_hash(b"a"))
    tx.log.add_node(company, 8, 1, leaf_hash(b"b"))
    assert tx.log.hashes(company, 8, 1, 9) == [leaf_hash(b"b")]
    assert tx.log.hashes(company, 16, 0, 9) == []


def test_checkpoints_come_largest_first(tx: Transaction, records: Records, strangers: Records) -> None:
    company = records.company.id
    made = [Checkpoint(company, size, "00" * 32, size, f"note {size}") for size in (1, 5, 3)]
    for checkpoint in made:
        tx.log.add_checkpoint(checkpoint)
    assert tx.log.newest_checkpoint(company) == made[1]
    assert tx.log.checkpoints(company, 5, 10) == [made[2], made[0]]
    assert tx.log.checkpoints(company, 99, 1) == [made[1]]
    assert tx.log.newest_checkpoint(strangers.company.id) is None


@pytest.fixture
def guarded(engine: str, shared_urls: dict[str, str]) -> Iterator[Connection]:
    connection = connect(shared_urls[engine])
    connection.run("BEGIN")
    yield connection
    connection.roll_back()
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activity SET data = '{}' WHERE seq = 1",
        "UPDATE activity SET sha256 = 'x' WHERE seq = 1",
        "UPDATE activity SET added_at = 0 WHERE seq = 1",
        "UPDATE activity SET texts = 'other' WHERE seq = 1",
        "UPDATE activity SET leaf_index = 9 WHERE seq = 1",
        "UPDATE activity SET leaf_index = NULL WHERE seq = 1",
        "DELETE FROM activity WHERE seq = 1",
        "UPDATE log_nodes SET sha256 = 'x'",
        "DELETE FROM log_nodes",
        "UPDATE checkpoints SET note = 'x'",
        "DELETE FROM checkpoints",
        "UPDATE signatures SET assertion = 'x'",
        "UPDATE signatures SET signed_at = 0, drawn_file_name = NULL",
        "UPDATE signatures SET drawn_file_name = 'x'",
        "DELETE FROM signatures",
        UPSERT,
    ],
)
def test_the_database_refuses_to_rewrite_the_log(guarded: Connection, statement: str) -> None:
    add_all_kinds(guarded.nouns, Records().add_to(guarded.nouns))
    with pytest.raises(Exception, match=REFUSED):
        guarded.count(statement)


@pytest.mark.parametrize(
    "statement",
    [
        *(f"REPLACE INTO {table} SELECT * FROM {table}" for table in GUARDED),  # noqa: S608 - our tables
        REPLACE_OF_A_PLACE,
        "UPDATE OR REPLACE activity SET leaf_index = 0 WHERE seq = 2",
        "UPDATE OR REPLACE activity SET leaf_index = 7 WHERE leaf_index IS NULL",
    ],
)
def test_sqlite_replaces_nothing_of_the_log(shared_urls: dict[str, str], statement: str) -> None:
    with closing(connect(shared_urls["sqlite"])) as connection:
        connection.run("BEGIN")
        add_all_kinds(connection.nouns, Records().add_to(connection.nouns))
        with pytest.raises(Exception, match=REFUSED):
            connection.count(statement)
        connection.roll_back()


def test_a_drawing_may_be_forgotten(guarded: Connection) -> None:
    add_all_kinds(guarded.nouns, Records().add_to(guarded.nouns))
    guarded.run("UPDATE signatures SET drawn_file_name = NULL")
    assert guarded.one("SELECT count(drawn_file_name), count(*) FROM signatures") == (0, 1)


def test_texts_may_be_erased_and_nothing_else_with_them(guarded: Connection) -> None:
    add_all_kinds(guarded.nouns, Records().add_to(guarded.nouns))
    guarded.run("UPDATE activity SET texts = NULL WHERE seq = 1")
    guarded.run("UPDATE activity SET leaf_index = 5 WHERE leaf_index IS NULL AND seq = 2 AND type = 'COMMENTED'")
    assert guarded.one("SELECT count(*) FROM activity WHERE texts IS NOT NULL AND seq = 1") == (0,)


@pytest.mark.parametrize("table", GUARDED)
def test_a_table_of_the_log_is_not_emptied(postgres_url: str, table: str) -> None:
    with (
        psycopg.connect(postgres_url) as connection,
        pytest.raises(psycopg.IntegrityError, match=REFUSED),
    ):
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))


def test_both_engines_guard_the_same() -> None:
    assert SQLITE.keys() == POSTGRES.keys() == {"activity", "log_nodes", "checkpoints"}
    assert LATER_SQLITE.keys() == set(GUARDED)
    assert LATER_POSTGRES.keys() == set(GUARDED) - SQLITE.keys()


def add_all_kinds(tx: Transaction, records: Records) -> None:
    company, entries = records.company.id, add_entries(tx, records, orders=1, each=3)
    assert entries[0].texts
    tx.log.place(company, tx.log.lock(company), 1)
    tx.log.add_node(company, 8, 0, leaf_hash(b""))
    tx.log.add_checkpoint(Checkpoint(company, 1, "00" * 32, 1, "note"))
    file = StoredFile(*(new_id(), company, new_id(), 1, "a" * 64, "image/png", None), Origin.UPLOAD, 1, records.user.id)
    tx.files.add(file)
    said = (company, records.user.id, 1, Method.PASSKEY, "s", "c", "e", file.name, "{}")
    tx.signatures.add(Signature(entries[0].work_order_id, 1, *said))


def test_entries_from_before_are_chained_by_the_upgrade(empty_url: str) -> None:
    path = sqlite_path(empty_url)
    if path is not None:
        path.parent.mkdir()
    run.run_migrations(empty_url, "0008")
    old = connect(empty_url)
    old.run("INSERT INTO companies (id, name, created_at, last_wo_number) VALUES ('c', 'c', 1, 0)")
    old.run(
        "INSERT INTO users (id, company_id, email, first_name, last_name, role, created_at, is_system)"
        " VALUES ('u', 'c', 'u@x', 'U', 'X', 'ADMIN', 1, ?)",
        *[False],
    )
    old.run(
        "INSERT INTO components (id, company_id, name, component_type, is_active, created_at)"
        " VALUES ('k', 'c', 'k', 'SN', ?, 1)",
        *[True],
    )
    old.run(
        "INSERT INTO work_orders (id, company_id, wo_number, name, component_id, created_at, created_by_user_id,"
        " status, phase, quantity, updated_at, version) VALUES ('w', 'c', 1, 'w', 'k', 1, 'u', 'DRAFT', '', 1, 1, 3)"
    )
    said = [
        '{"changes":{"name":[null,"é"]}}',
        '{"comment":"x","a":1}',
        '{"changes":{"deadline":[null,253402214400000000]}}',
    ]
    for seq, data in enumerate(said, 1):
        old.run(
            "INSERT INTO activity (id, company_id, work_order_id, seq, type, added_at, added_by_user_id, data)"
            " VALUES (?, 'c', 'w', ?, 'COMMENTED', ?, 'u', ?)",
            *(f"e{seq}", seq, seq, data),
        )
    old.close()
    assert schema.upgrade(empty_url)
    with closing(connect(empty_url)) as new:
        check_chain(new.nouns)


def check_chain(tx: Transaction) -> None:
    entries = tx.activity.of_orders(["w"])
    assert len(entries) == 3
    assert list(chain_problems(entries)) == []
    order = tx.work_orders.find("c", "w")
    assert order is not None
    assert order.log_sha256 == entries[-1].sha256
    assert '"253402214400000000"' in entries[2].data
