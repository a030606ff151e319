"""What an erasure has to reach beside the record itself: how evidence came, why something was erased, drawings."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from fettle.domain.direct_uploads import announce
from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.people import Scope
from fettle.domain.uploads import read_metadata
from fettle.domain.work_orders import Status
from fettle.services.completions import Wish
from fettle.services.files import Upload
from fettle.services.rows import Page
from fettle.settings import Settings
from tests.media import samples
from tests.services.conftest import PASSWORD, Company
from tests.services.photos import JPEG, register
from tests.services.test_erasures import SECRET, erase, everything, require_whole


@pytest.fixture
def settings(settings_of_both: Settings) -> Settings:
    return settings_of_both


async def _upload(company: Company, order_id: str) -> str:
    """A photo that came in parts; the id of the evidence."""
    uploads, intent = company.parts.services.uploads, company.intent(Scope.EVIDENCE)
    sent = {"workOrderId": order_id, "kind": "photo", "filename": f"{SECRET}.jpg", "step": f"{SECRET}'s"}
    upload_id = (await uploads.create(intent, read_metadata(sent), len(JPEG), f"as sent by {SECRET}")).id
    upload = await uploads.append(intent, upload_id, 0, _pieces())
    assert upload.evidence_id is not None
    return upload.evidence_id


async def _send_straight(company: Company, order_id: str) -> str:
    """A photo that was announced first; the id of the evidence."""
    direct, intent = company.parts.services.direct_uploads, company.intent(Scope.EVIDENCE)
    key = (await direct.begin(intent, order_id, announce(f"{SECRET}.jpg", "image/jpeg", len(JPEG), None))).id
    await direct.take(await direct.find(key), _pieces())
    return await register(company, order_id, key)


async def _pieces() -> AsyncIterator[bytes]:
    yield JPEG


@pytest.mark.parametrize("come", [_upload, _send_straight])
async def test_nothing_is_left_of_how_a_photo_came(
    company: Company, settings: Settings, come: Callable[[Company, str], Awaitable[str]]
) -> None:
    order_id = await company.order()
    photo_id = await come(company, order_id)
    await come(company, await company.order())
    once = everything(settings).count(SECRET) // 2
    assert once > 0
    what = (Erasable.CAPTIONS, Erasable.FILE_NAMES)
    assert await erase(company, order_id, *what, evidence_ids=frozenset({photo_id}))
    datasets = await company.parts.database.read(lambda tx: tx.catalogue.datasets(company.id))
    assert everything(settings).count(SECRET) == once + sum(SECRET in dataset.name for dataset in datasets)
    await require_whole(company, order_id)


async def test_the_reason_of_an_erasure_goes_where_its_version_is_named(company: Company, settings: Settings) -> None:
    order_id, erasures = await company.order(), company.parts.services.erasures
    intent = company.intent(Scope.USERS)
    await company.parts.services.work_orders.comment(company.intent(Scope.COMMENTS), order_id, "called")
    wanted = Wanted(frozenset({Erasable.COMMENTS}), f"{SECRET} asked")
    version = (await erasures.of_order(intent, order_id, wanted)).version
    assert version is not None
    assert everything(settings).count(SECRET) == 2
    assert (await erasures.of_order(intent, order_id, wanted)).replayed
    assert await erase(company, order_id, Erasable.COMMENTS, versions=frozenset({version}))
    assert everything(settings).count(SECRET) == 0
    reasons = (await erasures.page(company.admin, Page(10))).items
    assert [each.reason for each in reasons] == ["", "asked for"]
    await require_whole(company, order_id)


async def test_a_drawing_goes_with_its_name_and_place(company: Company, settings: Settings) -> None:
    services, order_id = company.parts.services, await company.order()
    for status in (Status.REVIEW, Status.PRODUCTION):
        await services.work_orders.move(company.intent(Scope.STATUS), order_id, status)
    async with services.blobs.spool() as spool:
        await spool.write(samples.photo("PNG"))
        drawn = (await services.files.store(company.intent(Scope.EVIDENCE), Upload(spool, f"{SECRET}.png"))).id
    proof = await services.proofs.password(company.admin, PASSWORD)
    await services.completions.complete(company.intent(Scope.STATUS), order_id, Wish(f"{SECRET}'s", drawn=drawn), proof)
    assert await erase(company, order_id, Erasable.COMMENTS)
    assert everything(settings).count(SECRET) == 0
    file = await company.parts.database.read(lambda tx: tx.files.find(company.id, drawn))
    assert file is not None
    assert file.place_erased_at == file.removed_at is not None
    await require_whole(company, order_id)
