"""The bytes of deleted evidence go when their time is over: never before, never under a hold, never what is needed."""

import msgspec
import pytest

from fettle.background import make_worker
from fettle.build import Parts
from fettle.domain.activity import EntryType, said_in
from fettle.domain.company_rules import CompanyRules
from fettle.domain.errors import NotFound, Unavailable
from fettle.domain.evidence import NewAttachment, Type
from fettle.domain.instants import DAY
from fettle.domain.people import Scope
from fettle.domain.verification import Problem
from fettle.domain.work_orders import Status
from fettle.services.files import Upload
from fettle.settings import Settings
from tests.services.conftest import Company
from tests.services.photos import get_photo, kept_keys, register, send
from tests.services.test_sealed import close


@pytest.fixture
def settings(settings_of_both: Settings) -> Settings:
    return settings_of_both


async def attach(company: Company, order_id: str, name: str = "Drawing", *, file_name: str | None = None) -> str:
    """A file of its own, or the one that was sent before."""
    evidence, intent = company.parts.services.evidence, company.intent(Scope.EVIDENCE)
    if file_name is not None:
        return (await evidence.attach(intent, order_id, NewAttachment(Type.FILE, name, None, file_name), None)).id
    async with company.parts.blobs.spool() as spool:
        await spool.write(b"drawing")
        upload = Upload(spool, "a.txt")
        return (await evidence.attach(intent, order_id, NewAttachment(Type.FILE, name), upload)).id


async def delete(company: Company, order_id: str, evidence_id: str, days_ago: int = 0) -> None:
    await company.parts.services.evidence.delete(company.intent(Scope.EVIDENCE), order_id, evidence_id, "a mistake")
    deleted_at = company.parts.clock.now() - days_ago * DAY
    await company.parts.database.write(lambda tx: tx.evidence.change(evidence_id, deleted_at=deleted_at))


def moved_alone(problems: list[Problem]) -> bool:
    """Nothing is wrong but the time of the deletion, which `delete` put into the past behind the log's back."""
    return {problem.where.rpartition(".")[2] for problem in problems} == {"deleted_at"}


async def keep_for(company: Company, days: int) -> None:
    await company.parts.services.rules.set(company.intent(Scope.USERS), retention_days=days)


async def hold(company: Company, order_id: str) -> None:
    await company.parts.services.legal_holds.set(company.intent(Scope.USERS), order_id, "Claim 114")


async def log_of(company: Company, order_id: str) -> list[EntryType]:
    view = await company.parts.services.work_orders.get(company.admin, order_id)
    assert [entry.seq for entry in view.activity] == list(range(1, view.order.version + 1))
    return [entry.type for entry in view.activity]


async def test_bytes_go_when_their_time_is_over_and_the_log_says_which(company: Company) -> None:
    order_id = await company.order()
    evidence_id = await attach(company, order_id)
    entry = await get_photo(company.parts, evidence_id)
    file = await company.parts.services.files.get(company.admin, entry.file_name)
    await delete(company, order_id, evidence_id, days_ago=31)
    await close(company, order_id, Status.ARCHIVED)
    assert await company.parts.removals.retire() == 0, "ten years, unless told otherwise"
    await keep_for(company, 30)
    assert await company.parts.removals.retire() == 1
    assert await company.parts.removals.retire() == 0
    assert await kept_keys(company.parts) == []
    view = await company.parts.services.work_orders.get(company.admin, order_id)
    last = view.activity[-1]
    assert last.type is EntryType.EVIDENCE_BYTES_REMOVED
    said = said_in(last)
    assert (said["evidence_id"], said["sha256"], said["size"]) == (evidence_id, file.sha256, file.size)
    with pytest.raises(NotFound) as raised:
        await company.parts.services.files.get(company.admin, entry.file_name)
    assert raised.value.code == "BYTES_REMOVED"
    found = await company.parts.services.verification.of_order(company.admin, order_id)
    assert moved_alone(found.problems)
    assert [checked.removed_at is not None for checked in found.files] == [True]
    assert [finding async for finding in company.parts.check.run()] == []
    assert await company.parts.database.read(lambda tx: tx.files.totals()) == (0, 0)


@pytest.mark.parametrize(("days", "ago"), [(30, 29), (0, 100_000), (3650, 3649)])
async def test_bytes_stay_as_long_as_the_company_keeps_them(company: Company, days: int, ago: int) -> None:
    order_id = await company.order()
    await delete(company, order_id, await attach(company, order_id), days_ago=ago)
    await keep_for(company, days)
    assert await company.parts.removals.retire() == 0
    assert len(await kept_keys(company.parts)) == 1


async def test_what_is_not_deleted_stays_however_old(company: Company) -> None:
    order_id = await company.order()
    evidence_id = await attach(company, order_id)
    await company.parts.database.write(lambda tx: tx.evidence.change(evidence_id, added_at=1))
    await keep_for(company, 1)
    assert await company.parts.removals.retire() == 0
    assert len(await kept_keys(company.parts)) == 1


async def test_a_hold_stops_it_until_it_is_lifted(company: Company) -> None:
    order_id = await company.order()
    await hold(company, order_id)
    await delete(company, order_id, await attach(company, order_id), days_ago=100)
    await keep_for(company, 30)
    assert await company.parts.removals.retire() == 0
    await company.parts.services.legal_holds.lift(company.intent(Scope.USERS), order_id, "settled")
    assert await company.parts.removals.retire() == 1
    log = await log_of(company, order_id)
    assert log[1] is EntryType.LEGAL_HOLD_SET
    assert log[-2:] == [EntryType.LEGAL_HOLD_LIFTED, EntryType.EVIDENCE_BYTES_REMOVED]


async def test_a_hold_that_comes_between_looking_and_removing_counts(company: Company) -> None:
    order_id = await company.order()
    evidence_id = await attach(company, order_id)
    await delete(company, order_id, evidence_id, days_ago=100)
    await keep_for(company, 30)
    seen = await get_photo(company.parts, evidence_id)
    await hold(company, order_id)
    assert not await company.parts.removals._retire_one(seen)  # noqa: SLF001 - the moment between the two
    assert len(await kept_keys(company.parts)) == 1


async def test_a_file_goes_with_the_last_that_names_it(company: Company) -> None:
    orders, name = [await company.order() for _ in range(2)], await send(company)
    ids = [await attach(company, order_id, file_name=name) for order_id in orders]
    await keep_for(company, 30)
    await delete(company, orders[0], ids[0], days_ago=100)
    assert await company.parts.removals.retire() == 0, "the other order needs it"
    await delete(company, orders[1], ids[1], days_ago=100)
    await hold(company, orders[1])
    assert await company.parts.removals.retire() == 0, "the other order is held"
    await company.parts.services.legal_holds.lift(company.intent(Scope.USERS), orders[1], "settled")
    assert await company.parts.removals.retire() == 2
    assert await kept_keys(company.parts) == []
    for order_id in orders:
        assert (await log_of(company, order_id)).count(EntryType.EVIDENCE_BYTES_REMOVED) == 1
        assert moved_alone((await company.parts.services.verification.of_order(company.admin, order_id)).problems)


async def test_a_template_keeps_its_files(company: Company) -> None:
    order_id, templates = await company.order(), company.parts.services.templates
    evidence_id = await attach(company, order_id)
    intent = company.intent(Scope.WORK_ORDERS)
    made = await templates.create_from(intent, order_id, {"name": "Plan"}, with_attachments=True)
    await delete(company, order_id, evidence_id, days_ago=100)
    await keep_for(company, 30)
    assert await company.parts.removals.retire() == 0
    await templates.delete(intent, made.id)
    assert await company.parts.removals.retire() == 1


async def test_a_copied_photo_takes_the_file_along_that_it_was_copied_from(company: Company) -> None:
    orders, source = [await company.order() for _ in range(2)], await send(company)
    names = (source, source.upper())  # capitals name the same file
    ids = [await register(company, order_id, name) for order_id, name in zip(orders, names, strict=True)]
    for photo_id in ids:
        await company.parts.watch.look(photo_id, 1, company.parts.clock.now())
    assert len(await kept_keys(company.parts)) == 3
    await keep_for(company, 30)
    await delete(company, orders[0], ids[0], days_ago=100)
    assert await company.parts.removals.retire() == 1
    assert len(await kept_keys(company.parts)) == 2, "the copy is gone; the other photo names the source"
    await delete(company, orders[1], ids[1], days_ago=100)
    assert await company.parts.removals.retire() == 1
    assert await kept_keys(company.parts) == []


@pytest.mark.parametrize("is_copied", [True, False], ids=["copied", "never copied"])
async def test_a_file_goes_with_the_photo_that_was_deleted_before_it_was_copied(
    company: Company, *, is_copied: bool
) -> None:
    order_id, source = await company.order(), await send(company)
    file = await company.parts.services.files.get(company.admin, source)
    photo_id = await register(company, order_id, source)
    await delete(company, order_id, photo_id, days_ago=100)
    if is_copied:
        assert await company.parts.watch.look(photo_id, 1, company.parts.clock.now()) is None
    assert len(await kept_keys(company.parts)) == 1 + is_copied
    await keep_for(company, 30)
    await hold(company, order_id)
    assert await company.parts.removals.retire() == 0
    await company.parts.services.legal_holds.lift(company.intent(Scope.USERS), order_id, "settled")
    assert await company.parts.removals.retire() == 1
    assert await company.parts.removals.retire() == 0
    assert await kept_keys(company.parts) == []
    view = await company.parts.services.work_orders.get(company.admin, order_id)
    said = said_in(view.activity[-1])
    assert (said["evidence_id"], said["sha256"], said["size"]) == (photo_id, file.sha256, file.size)
    assert moved_alone((await company.parts.services.verification.of_order(company.admin, order_id)).problems)


async def test_what_a_client_has_not_sent_is_never_due(company: Company) -> None:
    order_id = await company.order()
    await delete(company, order_id, await register(company, order_id, "a.jpg"), days_ago=100)
    await keep_for(company, 30)
    assert await company.parts.removals.retire() == 0


async def test_a_removed_upload_can_no_longer_be_named(company: Company) -> None:
    order_id, name = await company.order(), await send(company)
    await delete(company, order_id, await attach(company, order_id, file_name=name), days_ago=100)
    await keep_for(company, 30)
    assert await company.parts.removals.retire() == 1
    again = await get_photo(company.parts, await attach(company, order_id, "Again", file_name=name))
    assert (again.state, again.file_name != name) == ("referenced", True)


async def test_what_a_crash_leaves_the_sweep_takes(company: Company) -> None:
    """The row first, the bytes later: between the two the sweep finds an orphan."""
    order_id = await company.order()
    evidence_id = await attach(company, order_id)
    await delete(company, order_id, evidence_id, days_ago=100)
    entry = await get_photo(company.parts, evidence_id)
    now = company.parts.clock.now()
    assert await company.parts.sweep.orphans(0) == 0
    await company.parts.database.write(lambda tx: tx.files.change(entry.file_name, removed_at=now))
    assert await company.parts.sweep.orphans(0) == 1
    assert await kept_keys(company.parts) == []


async def test_a_reader_that_comes_too_late_raises_no_alarm(company: Company) -> None:
    order_id = await company.order()
    evidence_id = await attach(company, order_id)
    entry = await get_photo(company.parts, evidence_id)
    file = await company.parts.services.files.get(company.admin, entry.file_name)
    await delete(company, order_id, evidence_id, days_ago=100)
    await keep_for(company, 30)
    assert await company.parts.removals.retire() == 1
    with pytest.raises(Unavailable):
        await company.parts.services.files.open(file)
    now = await company.parts.database.read(lambda tx: tx.files.find(company.id, file.name))
    assert now is not None
    assert now.damaged_at is None
    assert (await log_of(company, order_id))[-1] is EntryType.EVIDENCE_BYTES_REMOVED


async def test_bytes_that_are_gone_without_an_entry_are_told(company: Company) -> None:
    order_id = await company.order()
    evidence_id = await attach(company, order_id)
    entry = await get_photo(company.parts, evidence_id)
    await company.parts.database.write(lambda tx: tx.files.change(entry.file_name, removed_at=1))
    verification = company.parts.services.verification
    problems = (await verification.of_order(company.admin, order_id)).problems
    assert [problem.finding for problem in problems] == ["BYTES_MISSING"]
    await company.parts.database.write(lambda tx: tx.evidence.change(evidence_id, bytes_removed_at=1))
    problems = (await verification.of_order(company.admin, order_id)).problems
    assert {problem.finding for problem in problems} == {"RECORD_DIFFERS"}
    assert {problem.where.rpartition(".")[2] for problem in problems} == {"bytes_removed_at", "removed"}


def test_ten_years_are_kept_where_nobody_decided() -> None:
    rules = CompanyRules("c")
    assert rules.removable_before(0) == -3650 * DAY
    assert msgspec.structs.replace(rules, retention_days=0).removable_before(0) is None


async def test_the_worker_does_it_by_itself(settings: Settings, parts: Parts) -> None:
    chores = {chore.name: chore for chore in make_worker(settings, parts)._chores}  # noqa: SLF001 - there is no other way to see them
    assert chores["retire_bytes"].run == parts.removals.retire
    assert chores["retire_bytes"].every_s <= 3600
