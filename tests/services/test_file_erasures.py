"""What is erased of a file is erased for all evidence that names it, on every work order, and each log says so."""

import pytest

from fettle.domain.activity import EntryType, said_in
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.erasures import Erasable
from fettle.domain.errors import Conflict
from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.settings import Settings
from tests.services.conftest import Company
from tests.services.photos import get_photo, kept_keys, register, send
from tests.services.test_erasures import erase, require_whole
from tests.services.test_removals import attach, delete, hold
from tests.services.test_sealed import close

OF_A_FILE = (Erasable.BYTES, Erasable.FILE_NAMES, Erasable.PLACES)


@pytest.fixture
def settings(settings_of_both: Settings) -> Settings:
    return settings_of_both


async def sharing(company: Company) -> tuple[list[str], list[str], str]:
    """Two orders, the second complete, that name one file, an attachment each; and the file."""
    name, orders = await send(company), [await company.order() for _ in range(2)]
    ids = [await attach(company, order_id, file_name=name) for order_id in orders]
    await close(company, orders[1], Status.COMPLETE)
    return orders, ids, name


async def last_erasure(company: Company, order_id: str) -> dict[str, object]:
    entry = (await company.parts.services.work_orders.get(company.admin, order_id)).activity[-1]
    assert entry.type is EntryType.ERASED
    return said_in(entry)


@pytest.mark.parametrize("what", OF_A_FILE)
async def test_each_order_that_names_the_file_says_that_it_was_erased(company: Company, what: Erasable) -> None:
    orders, ids, name = await sharing(company)
    assert await erase(company, orders[0], what, evidence_ids=frozenset({ids[0]}))
    for order_id, evidence_id in zip(orders, ids, strict=True):
        said = await last_erasure(company, order_id)
        assert (said["what"], said["evidence_ids"], said["reason"]) == ([what], [evidence_id], "asked for")
        assert (said.get("removed") is not None) is (what is Erasable.BYTES)
        await require_whole(company, order_id)
    noted = await company.parts.database.read(lambda tx: tx.erasures.count(company.id))
    assert noted == 2
    file = await company.parts.database.read(lambda tx: tx.files.find(company.id, name))
    assert file is not None
    erased = {
        Erasable.BYTES: file.removed_at is not None,
        Erasable.FILE_NAMES: file.original_file_name is None,
        Erasable.PLACES: file.place_erased_at is not None,
    }
    assert [each for each in OF_A_FILE if erased[each]] == [what]
    assert await kept_keys(company.parts) == [] or what is not Erasable.BYTES
    assert not await erase(company, orders[1], what, evidence_ids=frozenset({ids[1]})), "a repeat"


@pytest.mark.parametrize("what", OF_A_FILE)
async def test_a_hold_on_any_of_them_bars_it_and_is_named(company: Company, what: Erasable) -> None:
    orders, ids, name = await sharing(company)
    await hold(company, orders[1])
    with pytest.raises(Conflict) as raised:
        await erase(company, orders[0], what, evidence_ids=frozenset({ids[0]}))
    assert (raised.value.code, raised.value.details[0].params) == ("LEGAL_HOLD", {"number": 2})
    file = await company.parts.services.files.get(company.admin, name)
    assert (file.removed_at, file.original_file_name, file.place_erased_at) == (None, "camera.jpg", None)
    assert await erase(company, orders[0], Erasable.CAPTIONS), "what is the order's own is not held"
    for order_id in orders:
        await require_whole(company, order_id)


async def test_entries_of_one_order_that_share_a_file(company: Company) -> None:
    """What is erased of the one that was named and not of the other is told apart, in entries of their own."""
    order_id, name = await company.order(), await send(company)
    ids = [await attach(company, order_id, each, file_name=name) for each in ("First", "Second")]
    what = (Erasable.CAPTIONS, Erasable.FILE_NAMES)
    assert await erase(company, order_id, *what, evidence_ids=frozenset({ids[0]}))
    view = await company.parts.services.work_orders.get(company.admin, order_id)
    erasures = [said_in(entry) for entry in view.activity if entry.type is EntryType.ERASED]
    assert [(said["what"], said["evidence_ids"]) for said in erasures] == [
        (["captions", "fileNames"], [ids[0]]),
        (["fileNames"], [ids[1]]),
    ]
    assert [(await get_photo(company.parts, each)).name for each in ids] == ["erased", "Second"]
    await require_whole(company, order_id)


async def test_bytes_go_with_every_copy_and_with_what_was_deleted(company: Company) -> None:
    name, orders = await send(company), [await company.order() for _ in range(4)]
    attachment = await attach(company, orders[0], file_name=name)
    copied, awaited = [await register(company, order_id, name) for order_id in orders[1:3]]
    await company.parts.watch.look(copied, 1, company.parts.clock.now())
    gone = await attach(company, orders[3], file_name=name)
    await delete(company, orders[3], gone)
    assert len(await kept_keys(company.parts)) == 2
    assert await erase(company, orders[2], Erasable.BYTES, evidence_ids=frozenset({awaited}))
    assert await kept_keys(company.parts) == []
    for evidence_id in (attachment, copied, awaited, gone):
        assert (await get_photo(company.parts, evidence_id)).bytes_removed_at is not None
    for order_id in orders[:3]:
        await require_whole(company, order_id)


async def test_a_copy_that_is_made_later_has_nothing_that_was_erased(company: Company) -> None:
    name, orders = await send(company), [await company.order() for _ in range(2)]
    await attach(company, orders[0], file_name=name)
    photo_id = await register(company, orders[1], name)
    assert await erase(company, orders[0], Erasable.FILE_NAMES, Erasable.PLACES)
    await company.parts.watch.look(photo_id, 1, company.parts.clock.now())
    copy = (await get_photo(company.parts, photo_id)).file_name
    found = await company.parts.database.read(lambda tx: tx.files.of_names(company.id, [name, copy]))
    assert len({file.place_erased_at for file in found} - {None}) == 1
    assert [(file.original_file_name, file.place_erased_at is None) for file in found] == [(None, False)] * 2
    await require_whole(company, orders[1])


async def test_a_template_that_needs_the_bytes_bars_it_until_it_is_deleted(company: Company) -> None:
    order_id, name = await company.order(), await send(company)
    evidence_id = await attach(company, order_id, file_name=name)
    templates, intent = company.parts.services.templates, company.intent(Scope.WORK_ORDERS)
    template_id = (await templates.create_from(intent, order_id, {"name": "Brackets"}, with_attachments=True)).id
    made = (await templates.make_order(intent, template_id, {"name": "Made"})).id
    named = {"evidence_ids": frozenset({evidence_id})}
    with pytest.raises(Conflict) as raised:
        await erase(company, order_id, Erasable.BYTES, **named)
    assert raised.value.code == "FILE_IN_USE"
    assert (await get_photo(company.parts, evidence_id)).bytes_removed_at is None
    await templates.delete(intent, template_id)
    assert await erase(company, order_id, Erasable.BYTES, **named)
    assert await kept_keys(company.parts) == []
    for each in (order_id, made):
        await require_whole(company, each)


async def test_approvers_are_not_asked_anew_for_the_name_of_a_file(company: Company) -> None:
    name, orders = await send(company), [await company.order() for _ in range(2)]
    ids = [await attach(company, order_id, file_name=name) for order_id in orders]
    services, intent = company.parts.services, company.intent(Scope.WORK_ORDERS)
    await services.rules.set(company.intent(Scope.USERS), four_eyes=False)
    for order_id in orders:
        await services.approvals.ask(intent, order_id, company.admin_id)
        await services.approvals.decide(intent, order_id, company.admin_id, ApprovalStatus.APPROVED, None)
    asked = {Erasable.FILE_NAMES: ApprovalStatus.APPROVED, Erasable.BYTES: ApprovalStatus.PENDING}
    for what, status in asked.items():
        assert await erase(company, orders[0], what, evidence_ids=frozenset({ids[0]}))
        for order_id in orders:
            view = await services.work_orders.get(company.admin, order_id)
            assert [approval.status for approval in view.approvals] == [status]
            await require_whole(company, order_id)
