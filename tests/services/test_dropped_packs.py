"""Evidence packs hold nothing that was erased or removed: those that are ready go, those in the making begin anew."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from fettle.domain.erasures import Erasable
from fettle.domain.errors import NotFound
from fettle.domain.people import Role, Scope
from fettle.domain.work_orders import Status
from fettle.services.evidence_packs import Packed
from fettle.settings import Settings
from tests.services.conftest import Company
from tests.services.packs import Pack
from tests.services.test_erasures import erase, forget
from tests.services.test_evidence_packs import attach, comment
from tests.services.test_pack_jobs import ask, content_of, make, stored
from tests.services.test_removals import delete, keep_for


@pytest.fixture
def settings(settings_of_both: Settings) -> Settings:
    return settings_of_both


async def _gone(company: Company, pack_id: str) -> bool:
    try:
        await company.parts.services.pack_jobs.get(company.admin, pack_id)
    except NotFound:
        return True
    return False


async def _pack_of_each(company: Company) -> tuple[list[str], list[str]]:
    """Two work orders with a comment each, and the packs, one of the first and one of both."""
    ids = [await company.order() for _ in range(2)]
    for order_id in ids:
        await comment(company, order_id, "Marguerite called")
    await company.parts.services.work_orders.move(company.intent(Scope.STATUS), ids[0], Status.REVIEW)
    packs = []
    for status in (Status.DRAFT, Status.REVIEW):
        packs.append(await ask(company, statuses=(status,)))
        await make(company)
    return ids, packs


async def test_an_erasure_removes_the_packs_that_hold_the_work_order(company: Company) -> None:
    """Also those whose conditions do not fit it any more."""
    ids, packs = await _pack_of_each(company)
    await company.parts.services.work_orders.move(company.intent(Scope.STATUS), ids[1], Status.CANCELED, "no more")
    assert await erase(company, ids[1], Erasable.COMMENTS)
    assert [await _gone(company, pack_id) for pack_id in packs] == [True, False]
    assert len(await stored(company)) == 1
    assert await company.parts.database.read(lambda tx: tx.pack_jobs.count(company.id)) == 1


async def test_the_erasure_of_a_person_removes_them_all(company: Company) -> None:
    _, packs = await _pack_of_each(company)
    other_id, _ = await company.add(Role.OPERATOR, "kim@forge.example")
    await forget(company, other_id, "kim@forge.example")
    assert [await _gone(company, pack_id) for pack_id in packs] == [True, True]
    assert await stored(company) == []


async def test_bytes_whose_time_is_over_go_with_the_packs_that_hold_them(company: Company) -> None:
    order_id = await company.order()
    evidence_id = await attach(company, order_id, "Plan", b"plan", "plan.txt")
    await delete(company, order_id, evidence_id, days_ago=31)
    _, packs = await _pack_of_each(company)
    await keep_for(company, 30)
    assert await company.parts.removals.retire() == 1
    assert [await _gone(company, pack_id) for pack_id in packs] == [True, False]
    assert len(await stored(company)) == 1


@pytest.mark.parametrize("what", ["fileNames", "bytes", "person", "retention"])
async def test_what_is_erased_while_one_is_made_is_not_in_it(
    company: Company, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """At its very end, when all has been read."""
    order_id = await company.order()
    evidence_id = await attach(company, order_id, "Plan", b"plan", "plan.txt")
    await delete(company, order_id, evidence_id, days_ago=31)
    user_id, _ = await company.add(Role.OPERATOR, "kim@forge.example")
    pack_id, packs = await ask(company), company.parts.services.evidence_packs
    of_many, made = packs.of_many, list[str]()

    async def erase_once() -> None:
        made.append(what)
        if len(made) > 1:
            return
        if what == "person":
            await forget(company, user_id, "kim@forge.example")
        elif what == "retention":
            await keep_for(company, 30)
            assert await company.parts.removals.retire() == 1
        else:
            assert await erase(company, order_id, Erasable(what), evidence_ids=frozenset({evidence_id}))

    async def and_then_erase(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            yield chunk
        await erase_once()

    async def pack(*wanted: Any) -> Packed:
        packed = await of_many(*wanted)
        return packed._replace(chunks=and_then_erase(packed.chunks))

    monkeypatch.setattr(packs, "of_many", pack)
    await make(company)
    assert made == [what, what]
    held = Pack(await content_of(company, pack_id))
    assert (b"plan.txt" in held.read("1/log.jsonl")) is (what != "fileNames")
    assert any("/deleted/" in name for name in held.archive.namelist()) is (what in {"fileNames", "person"})
    assert len(await stored(company)) == 1
