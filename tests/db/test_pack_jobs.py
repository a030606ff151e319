from contextlib import closing

import msgspec

from fettle.db import schema
from fettle.db.migrations import run
from fettle.db.urls import sqlite_path
from fettle.domain.pack_jobs import PackJob, PackState
from fettle.services.rows import Transaction
from tests.db.connections import connect
from tests.db.records import Records, new_id


def add_pack(tx: Transaction, records: Records, created_at: int = 1, expires_at: int = 100) -> PackJob:
    about = (records.company.id, records.user.id, created_at, expires_at, "[]", "en", PackState.WAITING)
    pack = PackJob(new_id(), *about)
    tx.pack_jobs.add(pack)
    return pack


def test_they_are_the_companys_the_newest_first(tx: Transaction, records: Records) -> None:
    older, newer = add_pack(tx, records, 1), add_pack(tx, records, 2)
    other = Records().add_to(tx)
    foreign = add_pack(tx, other)
    assert tx.pack_jobs.of_company(records.company.id) == [newer, older]
    assert (tx.pack_jobs.count(records.company.id), tx.pack_jobs.count(new_id())) == (2, 0)
    assert tx.pack_jobs.find(records.company.id, older.id) == older
    assert tx.pack_jobs.find(records.company.id, foreign.id) is None
    assert not tx.pack_jobs.delete(records.company.id, foreign.id)
    assert tx.pack_jobs.delete(other.company.id, foreign.id)


def test_only_the_newest_attempt_changes_it_and_none_what_has_ended(tx: Transaction, records: Records) -> None:
    pack = add_pack(tx, records)
    assert not tx.pack_jobs.change(pack.id, 0, orders_done=1)
    working = msgspec.structs.replace(pack, state=PackState.WORKING, attempt=1)
    assert tx.pack_jobs.begin(pack.id, 1) == working
    assert tx.pack_jobs.begin(pack.id, 1) is None
    assert tx.pack_jobs.change(pack.id, 1, orders_done=3, orders=9, bytes=1 << 40)
    assert tx.pack_jobs.begin(pack.id, 2) == msgspec.structs.replace(working, attempt=2, orders=9)
    assert not tx.pack_jobs.change(pack.id, 1, orders_done=4)
    assert tx.pack_jobs.change(pack.id, 2, state=PackState.READY, storage_key="packs/1", sha256="ab")
    assert tx.pack_jobs.begin(pack.id, 3) is None
    assert not tx.pack_jobs.change(pack.id, 2, problem="INTERNAL")
    assert (tx.pack_jobs.is_result("packs/1"), tx.pack_jobs.is_result("packs/2")) == (True, False)


def test_those_whose_time_is_over(tx: Transaction, records: Records) -> None:
    later, sooner = add_pack(tx, records, expires_at=20), add_pack(tx, records, expires_at=10)
    add_pack(tx, records, expires_at=30)
    assert tx.pack_jobs.expired(9, 5) == []
    assert tx.pack_jobs.expired(20, 5) == [sooner, later]
    assert tx.pack_jobs.expired(20, 1) == [sooner]


def test_those_that_are_ready_are_found_by_their_orders(tx: Transaction, records: Records) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    packs = [add_pack(tx, records) for _ in range(3)]
    for number, pack in enumerate(packs):
        tx.pack_jobs.begin(pack.id, 1)
        tx.pack_jobs.note_orders(records.company.id, pack.id, [other.id, order.id][: number + 1])
    for pack in packs[:2]:
        tx.pack_jobs.change(pack.id, 1, state=PackState.READY)
    company_id = records.company.id
    assert {pack.id for pack in tx.pack_jobs.ready_with(company_id, None)} == {pack.id for pack in packs[:2]}
    assert [pack.id for pack in tx.pack_jobs.ready_with(company_id, order.id)] == [packs[1].id]
    assert tx.pack_jobs.ready_with(new_id(), None) == []
    assert tx.pack_jobs.delete(company_id, packs[1].id)
    assert tx.pack_jobs.ready_with(company_id, order.id) == []


def test_those_from_before_count_as_holding_all_orders(empty_url: str) -> None:
    path = sqlite_path(empty_url)
    if path is not None:
        path.parent.mkdir()
    run.run_migrations(empty_url, "0016")
    with closing(connect(empty_url)) as old:
        old.run("BEGIN")
        records = Records().add_to(old.nouns)
        order, ready, waiting = records.add_order(old.nouns), add_pack(old.nouns, records), add_pack(old.nouns, records)
        old.run("UPDATE pack_jobs SET state = 'ready' WHERE id = ?", ready.id)
        old.run("COMMIT")
    assert schema.upgrade(empty_url)
    with closing(connect(empty_url)) as new:
        assert [pack.id for pack in new.nouns.pack_jobs.ready_with(records.company.id, order.id)] == [ready.id]
        assert new.one("SELECT count(*) FROM pack_orders WHERE pack_id = ?", waiting.id) == (0,)
