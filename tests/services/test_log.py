"""The log of a company: every entry gets a place, checkpoints are signed, and proofs hold."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import pytest

from fettle.build import open_parts
from fettle.clock import SystemClock
from fettle.db.sqlite_module import sqlite3
from fettle.domain.checkpoints import read_note, read_verifier_key
from fettle.domain.errors import Invalid, NotFound, Unavailable, WorkOrderNotFound
from fettle.domain.merkle import EMPTY_ROOT, extends, includes, leaf_hash, root_of
from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.passkeys import WebAuthn
from fettle.services.log import Log, in_turn
from fettle.services.log_tree import StoredTree
from fettle.services.rows import Transaction
from fettle.services.verification import Verification
from fettle.settings import Settings
from fettle.signing import is_signed_by, open_signer
from tests.services.conftest import Company, make_company

LONG = 600


async def comment(company: Company, order_id: str, times: int) -> None:
    work_orders, intent = company.parts.services.work_orders, company.intent(Scope.COMMENTS)
    await asyncio.gather(*(work_orders.comment(intent, order_id, f"remark {number}") for number in range(times)))


async def test_a_checkpoint_covers_what_is_in_the_record(company: Company) -> None:
    log = company.parts.services.log
    with pytest.raises(NotFound):
        await log.newest(company.admin)
    empty = await log.check_in(company.id)
    assert (empty.size, empty.root) == (0, EMPTY_ROOT.hex())
    order_id = await company.order()
    await comment(company, order_id, 2)
    made = await log.check_in(company.id)
    assert made.size == 3
    assert await log.check_in(company.id) == made == await log.newest(company.admin)
    note = read_note(made.note)
    assert (note.size, note.root.hex(), note.origin) == (3, made.root, f"fettle/{company.id}")
    name, key = read_verifier_key(log.key_of(company.id))
    assert name == note.origin
    assert is_signed_by(key, note)
    assert not is_signed_by(key, note._replace(text=note.text.replace("\n3\n", "\n4\n")))
    assert not is_signed_by(bytes(32), note)


async def test_every_entry_is_proven_and_the_log_only_grows(company: Company) -> None:
    log, order_id = company.parts.services.log, await company.order()
    first = await log.check_in(company.id)
    await comment(company, order_id, LONG)
    found = await log.proofs(company.admin, order_id, 1, 2 * LONG)
    note = read_note(found.checkpoint.note)
    assert [proof.entry.seq for proof in found.proofs] == list(range(1, LONG + 2))
    for proof in found.proofs:
        assert leaf_hash(proof.leaf).hex() == proof.entry.sha256
        assert includes(note.root, note.size, proof.entry.leaf_index or 0, leaf_hash(proof.leaf), proof.path)
    later = await log.proofs(company.admin, order_id, 300, 5)
    assert later.proofs == found.proofs[299:304]
    for old in (1, 255, 256, 257, 512, LONG):
        path = (await log.consistency(company.admin, old, note.size)).path
        root = bytes.fromhex(first.root) if old == 1 else await stored_root(company, old)
        assert extends(root, old, note.root, note.size, path)
    with pytest.raises(Invalid):
        await log.consistency(company.admin, 1, note.size + 1)
    with pytest.raises(Invalid):
        await log.consistency(company.admin, 5, 4)


async def stored_root(company: Company, size: int) -> bytes:
    return await company.parts.database.read(lambda tx: root_of(size, StoredTree(tx, company.id).complete))


async def test_companies_have_logs_of_their_own(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "ada@mill.example")
    order_id = await company.order()
    await other.order()
    assert (await company.parts.services.log.place_all(), await company.parts.services.log.place_all()) == (2, 0)
    assert (await company.parts.services.log.check_in(other.id)).size == 1
    with pytest.raises(WorkOrderNotFound):
        await company.parts.services.log.proofs(other.admin, order_id, 1, 1)


@pytest.fixture
async def around_a_broken_log(company: Company, settings: Settings) -> list[Company]:
    """Three companies; of the first but one, in whatever order they come, an entry is gone and more have no place."""
    names = ("Mill", "Works")
    companies = [company, *[await make_company(company.parts, name, f"ada@{name}.example") for name in names]]
    orders = [await each.order() for each in companies]
    log = company.parts.services.log
    broken = sorted(companies, key=lambda each: each.id)[1]
    await comment(broken, orders[companies.index(broken)], 200)
    await log.place(broken.id)
    with closing(sqlite3.connect(settings.data / "fettle.db", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER activity_keeps_delete")
        connection.execute("DELETE FROM activity WHERE company_id = ? AND leaf_index = 9", [broken.id])
    await comment(broken, orders[companies.index(broken)], 100)
    return [each for each in companies if each is not broken]


async def test_a_broken_log_stops_no_other(around_a_broken_log: list[Company]) -> None:
    log = around_a_broken_log[0].parts.services.log
    for work in (log.place_all, log.check_in_all):
        with pytest.raises(ExceptionGroup, match="1 of the logs") as failed:
            await work()
        (failure,) = failed.value.exceptions
        assert "company" in failure.__notes__[0]
        assert {await placed(each) for each in around_a_broken_log} == {1}
    for each in around_a_broken_log:
        assert (await log.newest(each.admin)).size == 1
    assert await log.unsigned_since() is not None


async def test_a_database_that_is_away_is_told_at_once() -> None:
    """It is away for all of them, and each might wait for as long."""
    tried: list[str] = []

    async def work(company_id: str) -> None:
        tried.append(company_id)
        raise Unavailable

    with pytest.raises(Unavailable):
        await in_turn(["a", "b"], work)
    assert tried == ["a"]


async def test_it_is_known_since_when_an_entry_waits_for_a_checkpoint(company: Company) -> None:
    log, other = company.parts.services.log, await make_company(company.parts, "Mill", "ada@mill.example")
    assert await log.unsigned_since() is None
    order_id = await company.order()
    await other.order()
    await comment(company, order_id, 2)
    entries = await company.parts.database.read(lambda tx: tx.activity.of_orders([order_id]))
    assert await log.unsigned_since() == entries[0].added_at
    await log.place(company.id)
    assert await log.unsigned_since() == entries[0].added_at
    await log.check_in(company.id)
    assert (await log.unsigned_since() or 0) > entries[0].added_at
    await log.check_in(other.id)
    assert await log.unsigned_since() is None


async def placed(company: Company) -> int:
    return await company.parts.database.read(lambda tx: tx.log.size(company.id))


async def test_signing_on_a_schedule_waits_for_growth(company: Company) -> None:
    log = company.parts.services.log
    assert await log.check_in_all() == []
    await company.order()
    assert [made.size for made in await log.check_in_all()] == [1]
    assert await log.check_in_all() == []


async def test_writers_side_by_side_leave_no_gap(company: Company) -> None:
    orders = [await company.order() for _ in range(8)]
    log = company.parts.services.log

    async def write(order_id: str) -> None:
        for number in range(8):
            await company.parts.services.work_orders.comment(company.intent(Scope.COMMENTS), order_id, str(number))
            await log.place(company.id)

    await asyncio.gather(*(write(order_id) for order_id in orders for _ in range(8)))
    made = await log.check_in(company.id)
    placed = await company.parts.database.read(lambda tx: tx.log.entries(company.id, 0, 10_000))
    assert [entry.leaf_index for entry in placed] == list(range(made.size))
    assert made.size == 8 + 8 * 8 * 8
    for order_id in orders:
        assert [entry.seq for entry in placed if entry.work_order_id == order_id] == list(range(1, 66))


async def test_places_against_the_order_of_versions_are_no_fault(company: Company, settings: Settings) -> None:
    """Given so by an older release, for ever: the chain says what came first, and every proof holds."""
    log, order_id = company.parts.services.log, await company.order()
    await comment(company, order_id, 2)
    with closing(sqlite3.connect(settings.data / "fettle.db", isolation_level=None)) as connection:
        connection.execute("INSERT INTO logs VALUES (?, 3)", [company.id])
        for seq, place in ((1, 0), (3, 1), (2, 2)):
            connection.execute("UPDATE activity SET leaf_index = ? WHERE seq = ?", [place, seq])
    await comment(company, order_id, 1)
    note = read_note((await log.check_in(company.id)).note)
    for proof in (await log.proofs(company.admin, order_id, 1, 10)).proofs:
        assert includes(note.root, note.size, proof.entry.leaf_index or 0, leaf_hash(proof.leaf), proof.path)
    verified = await company.parts.services.verification.of_order(company.admin, order_id)
    assert (verified.problems, verified.covered) == ([], 4)
    report = await company.parts.log_check.of_company(company.id, note)
    assert (report.problems, report.size) == ([], 4)


@dataclass
class BusyDatabase:
    """The company's own, but before each look at it somebody remarks on a work order."""

    company: Company
    order_id: str

    async def read(self, query: Callable[[Transaction], Any]) -> Any:
        await comment(self.company, self.order_id, 1)
        return await self.company.parts.database.read(query)

    async def write(self, command: Callable[[Transaction], Any]) -> Any:
        return await self.company.parts.database.write(command)


@pytest.mark.parametrize("is_signed", [False, True])
async def test_an_order_that_is_written_to_is_proven_as_far_as_it_was_there(
    company: Company, settings: Settings, *, is_signed: bool
) -> None:
    order_id, signer = await company.order(), open_signer(settings.data / "signing-key.pem")
    if is_signed:
        await company.parts.services.log.check_in(company.id)
    busy = BusyDatabase(company, order_id)
    log = Log(busy, SystemClock(), signer)  # type: ignore[arg-type]  # it has what is asked of it here
    found = await log.proofs(company.admin, order_id, 1, 100)
    assert [proof.entry.seq for proof in found.proofs] == [1, 2]
    note = read_note(found.checkpoint.note)
    for proof in found.proofs:
        assert includes(note.root, note.size, proof.entry.leaf_index or 0, leaf_hash(proof.leaf), proof.path)
    verification = Verification(busy, log, SystemClock(), signer, WebAuthn())  # type: ignore[arg-type]  # as above
    verified = await verification.of_order(company.admin, order_id)
    assert verified.problems == []
    assert verified.entries > verified.covered >= len(found.proofs)


async def test_another_key_signs_anew(settings: Settings) -> None:
    async with open_parts(settings, is_server=False) as parts:
        company = await make_company(parts)
        await company.order()
        first = await parts.services.log.check_in(company.id)
    changed = replace(settings, signing_key_file=settings.data / "other.pem")
    async with open_parts(changed, is_server=False) as parts:
        second = await parts.services.log.check_in(company.id)
    assert (second.size, second.root) == (first.size, first.root)
    assert second.note != first.note


async def test_an_order_is_found_to_be_what_its_log_says(company: Company) -> None:
    order_id = await company.order()
    await comment(company, order_id, 3)
    work_orders, verification = company.parts.services.work_orders, company.parts.services.verification
    fresh = await verification.of_order(company.admin, order_id)
    assert (fresh.problems, fresh.entries, fresh.covered, fresh.checkpoint) == ([], 4, 0, None)
    await company.parts.services.log.check_in(company.id)
    await work_orders.edit(
        company.intent(Scope.WORK_ORDERS), order_id, {"name": "Other", "deadline": 1_795_000_000_000_000}
    )
    await work_orders.move(company.intent(Scope.STATUS), order_id, Status.REVIEW)
    later = await verification.of_order(company.admin, order_id)
    assert (later.problems, later.entries, later.covered) == ([], 6, 4)
    with pytest.raises(WorkOrderNotFound):
        await verification.of_order(company.admin, company.id)
