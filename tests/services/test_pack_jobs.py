"""Evidence packs of many work orders, as the worker makes them: whole, once, anew after a death, gone after a week."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec
import pytest

from fettle.background import make_worker
from fettle.build import Parts
from fettle.domain.errors import Conflict, Invalid, NotFound, TooMany, Unavailable
from fettle.domain.jobs import Job, JobKind
from fettle.domain.originals import MAX_ORDERS
from fettle.domain.pack_jobs import KEPT_FOR, MOST_PACKS, PackState
from fettle.domain.people import Role, Scope
from fettle.domain.reports import Wanted
from fettle.domain.work_orders import Status
from fettle.services.files import PACKS_PREFIX
from fettle.services.pack_jobs import Asked
from fettle.services.rows import WorkOrderFilter
from fettle.services.work_orders import NewWorkOrder
from fettle.settings import Settings
from tests.services.conftest import Company, make_company
from tests.services.packs import Pack
from tests.services.papers import Paper
from tests.services.test_evidence_packs import attach, lose

_LEASE = 60_000_000


async def ask(company: Company, language: str = "en", zone: str | None = None, **conditions: object) -> str:
    asked = Asked(WorkOrderFilter()._replace(**conditions), Wanted(language, None, zone))  # type: ignore[arg-type]  # conditions by name
    return (await company.parts.services.pack_jobs.add(company.intent(Scope.READ), asked)).id


async def claim(parts: Parts) -> Job:
    now = parts.clock.now()
    # As far ahead as a lease may be: a job that was claimed is claimed again.
    job = await parts.database.write(lambda tx: tx.jobs.claim(JobKind.MAKE_PACK, now + 2 * _LEASE, now + _LEASE))
    assert job is not None
    return job


async def make(company: Company) -> None:
    """As the worker does, whose hands are not those of a test."""
    job = await claim(company.parts)
    await company.parts.services.pack_jobs.make(job, 0)
    await company.parts.database.write(lambda tx: tx.jobs.delete(job.id))


async def content_of(company: Company, pack_id: str) -> bytes:
    services = company.parts.services
    file = await services.pack_jobs.file_of(company.admin, pack_id)
    return b"".join([chunk async for chunk in await services.files.open(file)])


async def stored(company: Company) -> list[str]:
    return [stat.key async for stat in company.parts.blobs.list(PACKS_PREFIX)]


async def until(company: Company, pack_id: str, state: PackState) -> None:
    for _ in range(3000):
        if (await company.parts.services.pack_jobs.get(company.admin, pack_id)).state is state:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(state)


async def orders(company: Company, count: int) -> None:
    await company.order()
    component_id = (await company.parts.database.read(lambda tx: tx.catalogue.components(company.id)))[0].id
    create = company.parts.services.work_orders.create
    new = (NewWorkOrder(f"Order {number}", component_id, 1) for number in range(count - 1))
    await asyncio.gather(*(create(company.intent(Scope.WORK_ORDERS), each) for each in new))


async def test_it_waits_is_made_and_is_ready(company: Company) -> None:
    for number in range(3):
        await attach(company, await company.order(), "Plan", f"{number}".encode(), "plan.txt")
    packs = company.parts.services.pack_jobs
    pack_id = await ask(company, "fr", "Europe/Paris", statuses=(Status.DRAFT,))
    waiting = await packs.get(company.admin, pack_id)
    assert (waiting.state, waiting.orders) == (PackState.WAITING, None)
    with pytest.raises(Conflict) as refused:
        await packs.file_of(company.admin, pack_id)
    assert refused.value.code == "PACK_NOT_READY"
    await make(company)
    ready = await packs.get(company.admin, pack_id)
    assert (ready.state, ready.orders_done, ready.orders) == (PackState.READY, 3, 3)
    content = await content_of(company, pack_id)
    assert ready.bytes == len(content)
    pack = Pack(content, company.parts.services.log.key_of(company.id))
    assert [order["number"] for order in pack.manifest["orders"]] == [1, 2, 3]
    paper = Paper(pack.read("2/report.pdf"))
    assert paper.says("Ordre de travail 2")
    assert paper.says("Europe/Paris")


async def test_a_damaged_file_does_not_stop_it(company: Company, settings: Settings) -> None:
    for number in range(2):
        await attach(company, await company.order(), "Plan", f"plan {number}".encode(), "plan.txt")
    await lose(company, settings, b"plan 1")
    pack_id = await ask(company)
    await make(company)
    pack = Pack(await content_of(company, pack_id))
    assert [order["evidence"][0]["state"] for order in pack.manifest["orders"]] == ["stored", "damaged"]


async def test_what_may_be_over_is_tried_again_and_then_told(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is the real one; that it cannot be written is what is put in its way."""
    await company.order()
    pack_id = await ask(company)

    async def refuse(*_: object) -> None:
        raise Unavailable

    packs = company.parts.services.pack_jobs
    for attempt in range(1, 6):
        job = await claim(company.parts)
        assert job.attempts == attempt
        with monkeypatch.context() as patched:
            patched.setattr(packs, "_keep", refuse)
            if attempt < 5:
                with pytest.raises(Unavailable):
                    await packs.make(job, 0)
            else:
                await packs.make(job, 0)
    failed = await packs.get(company.admin, pack_id)
    assert (failed.state, failed.problem) == (PackState.FAILED, "UNAVAILABLE")
    assert await stored(company) == []


async def test_who_died_over_it_again_and_again_is_not_sent_there_for_ever(company: Company) -> None:
    await company.order()
    pack_id = await ask(company)
    for _ in range(5):
        await claim(company.parts)
    await company.parts.services.pack_jobs.make(await claim(company.parts), 0)
    failed = await company.parts.services.pack_jobs.get(company.admin, pack_id)
    assert (failed.state, failed.problem) == (PackState.FAILED, "INTERNAL")


async def test_an_earlier_attempt_changes_nothing_any_more(company: Company) -> None:
    await company.order()
    pack_id, packs = await ask(company), company.parts.services.pack_jobs
    first, second = await claim(company.parts), await claim(company.parts)
    await packs.make(second, 0)
    made = await packs.get(company.admin, pack_id)
    await packs.make(first, 0)
    assert await packs.get(company.admin, pack_id) == made
    assert await stored(company) == [made.storage_key]


async def test_one_that_was_given_up_meanwhile_leaves_nothing(company: Company) -> None:
    await orders(company, 8)
    pack_id, packs = await ask(company), company.parts.services.pack_jobs
    job = await claim(company.parts)
    making = asyncio.create_task(packs.make(job, 0))
    await until(company, pack_id, PackState.WORKING)
    await packs.remove(company.intent(Scope.READ), pack_id)
    await asyncio.wait_for(making, 60)
    assert await stored(company) == []
    with pytest.raises(NotFound):
        await packs.get(company.admin, pack_id)


async def test_its_lease_is_kept_and_its_progress_told(company: Company) -> None:
    await orders(company, 40)
    pack_id, packs = await ask(company), company.parts.services.pack_jobs
    job, seen = await claim(company.parts), set()
    making = asyncio.create_task(packs.make(job, 0))
    while not making.done():
        pack = await packs.get(company.admin, pack_id)
        seen.add((pack.state, pack.orders_done, pack.orders))
        await asyncio.sleep(0.1)
    await making
    between = {done for state, done, count in seen if state is PackState.WORKING and count == 40}
    assert between - {0, 40}
    next_run_at = await company.parts.database.read(lambda tx: tx.jobs.next_run_at(JobKind.MAKE_PACK))
    assert next_run_at is not None
    assert next_run_at != job.claimed_until
    assert next_run_at > company.parts.clock.now()


async def test_a_company_keeps_only_so_many(company: Company) -> None:
    for _ in range(MOST_PACKS):
        await ask(company)
    with pytest.raises(TooMany) as refused:
        await ask(company)
    assert refused.value.code == "TOO_MANY_PACKS"


async def test_more_orders_than_a_pack_holds_are_refused_at_once(company: Company) -> None:
    await orders(company, MAX_ORDERS + 1)
    with pytest.raises(Invalid) as refused:
        await ask(company)
    assert refused.value.code == "TOO_MANY_ORIGINALS"
    assert await company.parts.services.pack_jobs.of_company(company.admin) == []


async def test_it_is_gone_after_a_week_with_its_bytes(company: Company) -> None:
    await company.order()
    pack_id, packs = await ask(company), company.parts.services.pack_jobs
    await make(company)
    assert (await packs.expire(), len(await stored(company))) == (0, 1)
    pack = await packs.get(company.admin, pack_id)
    assert pack.ended_at is not None
    assert pack.expires_at == pack.ended_at + KEPT_FOR
    past = {"expires_at": company.parts.clock.now() - 1}
    # The table itself: what is ready is changed by nobody.
    await company.parts.database.write(lambda tx: tx.pack_jobs.delete(company.id, pack_id))
    await company.parts.database.write(lambda tx: tx.pack_jobs.add(msgspec.structs.replace(pack, **past)))
    assert (await packs.expire(), await stored(company)) == (1, [])
    with pytest.raises(NotFound):
        await packs.get(company.admin, pack_id)


async def test_the_sweep_knows_its_bytes(company: Company) -> None:
    await company.order()
    pack_id = await ask(company)
    await make(company)
    async with company.parts.blobs.spool() as spool:
        await spool.write(b"of a server that died")
        await spool.keep(f"{PACKS_PREFIX}00/orphan")
    assert await company.parts.sweep.orphans(0) == 1
    assert f"{PACKS_PREFIX}00/orphan" not in await stored(company)
    Pack(await content_of(company, pack_id))


async def test_another_company_sees_none_of_them(company: Company) -> None:
    await company.order()
    pack_id, packs = await ask(company), company.parts.services.pack_jobs
    other = await make_company(company.parts, "Mill", "max@mill.example")
    assert await packs.of_company(other.admin) == []
    for refused in (packs.get, packs.file_of):
        with pytest.raises(NotFound):
            await refused(other.admin, pack_id)
    with pytest.raises(NotFound):
        await packs.remove(other.intent(Scope.READ), pack_id)
    _, viewer = await company.add(Role.VIEWER, "vera@forge.example")
    assert [pack.id for pack in await packs.of_company(viewer)] == [pack_id]


@contextlib.asynccontextmanager
async def working(settings: Settings, parts: Parts) -> AsyncIterator[None]:
    worker = make_worker(settings, parts)
    worker.start()
    try:
        yield
    finally:
        await worker.stop(5)


async def test_the_worker_makes_it_and_a_polite_stop_cuts_it(company: Company, settings: Settings) -> None:
    await orders(company, 6)
    pack_id, packs = await ask(company), company.parts.services.pack_jobs
    async with working(settings, company.parts):
        await until(company, pack_id, PackState.WORKING)
    cut = await packs.get(company.admin, pack_id)
    assert cut.state is PackState.WORKING
    # The lease of a worker that is no more is over in a minute; here it is now.
    now = company.parts.clock.now()
    await company.parts.database.write(lambda tx: tx.jobs.change(pack_id, run_at=now, claimed_until=None))
    async with working(settings, company.parts):
        await until(company, pack_id, PackState.READY)
    ready = await packs.get(company.admin, pack_id)
    assert (ready.attempt, ready.orders_done) == (2, 6)
    Pack(await content_of(company, pack_id))
