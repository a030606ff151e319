"""Whatever becomes of an order by the rules, its pack holds: nobody honest is accused."""

from pathlib import Path

import pytest

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.errors import Unavailable
from fettle.domain.evidence import NewAttachment, NewPhoto, Type
from fettle.domain.late_photos import LateState
from fettle.domain.people import Role, Scope
from fettle.domain.verdict import Steps
from fettle.domain.work_orders import Status
from fettle.services.files import Upload
from fettle.settings import Settings
from fettle.verifier.packs import Trusted, verify
from tests.media import samples
from tests.services.conftest import Company
from tests.services.papers import add_photo
from tests.services.photos import register, send
from tests.services.test_evidence_packs import attach, content_of, lose
from tests.verifier import by_the_book


async def require_held(company: Company, order_id: str, tmp_path: Path) -> None:
    (tmp_path / "pack.zip").write_bytes(await content_of(company, order_id))
    found = verify(tmp_path / "pack.zip", Trusted(), Steps())
    assert found.problems == []
    assert by_the_book.verify(str(tmp_path / "pack.zip")) == found.entries


async def fill(company: Company, order_id: str) -> None:
    """Attachments in every state, photos by name and by link, approvals given, rejected, withdrawn and asked anew."""
    services, intent = company.parts.services, company.intent(Scope.EVIDENCE)
    await services.evidence.attach(intent, order_id, NewAttachment(Type.FILE, "Plan", file_name="plan.txt"), None)
    await services.evidence.attach(intent, order_id, NewAttachment(Type.FILE, "Awaited", file_name="b.txt"), None)
    async with services.blobs.spool() as spool:
        await spool.write(b"the plan")
        await services.evidence.attach(intent, order_id, NewAttachment(Type.FILE, "Plan"), Upload(spool, "plan.txt"))
    await services.evidence.attach(intent, order_id, NewAttachment(Type.TEXT, "Note", "Deburr all edges."), None)
    await services.evidence.attach(
        intent, order_id, NewAttachment(Type.FILE, "Named", "as sent", await send(company)), None
    )
    await services.evidence.delete(intent, order_id, await attach(company, order_id, "Old", b"old", "o.txt"), "old")
    await register(company, order_id, await send(company))
    for link in ("https://cdn.example/1", "https://cdn.example/2"):
        photo = NewPhoto("site/1.jpg", link, 1_700_000_000_000_000, "2023-11-14T22:13:20Z", "before")
        await services.evidence.register_photo(intent, order_id, photo)
    first, first_caller = await company.add(Role.PLANNER, "pat@forge.example")
    second, _ = await company.add(Role.PLANNER, "sam@forge.example")
    await services.work_orders.move(company.intent(Scope.STATUS), order_id, Status.REVIEW)
    approvals = services.approvals
    for approver in (first, second):
        await approvals.ask(company.intent(Scope.APPROVALS), order_id, approver)
    await approvals.withdraw(company.intent(Scope.APPROVALS), order_id, second)
    given = company.intent(Scope.APPROVALS, first_caller)
    await approvals.decide(given, order_id, first, ApprovalStatus.REJECTED, "the radius")
    await services.work_orders.move(company.intent(Scope.STATUS), order_id, Status.DRAFT, "the radius")
    await services.work_orders.edit(company.intent(Scope.WORK_ORDERS), order_id, {"description": "R 3"})
    await services.work_orders.move(company.intent(Scope.STATUS), order_id, Status.REVIEW)
    await approvals.decide(given, order_id, first, ApprovalStatus.APPROVED, "now it fits")
    await services.work_orders.move(company.intent(Scope.STATUS), order_id, Status.PRODUCTION)


async def test_an_order_with_everything(company: Company, tmp_path: Path) -> None:
    order_id, services = await company.order(), company.parts.services
    await fill(company, order_id)
    await add_photo(company, order_id, samples.photo(), "after")
    await require_held(company, order_id, tmp_path)
    await services.work_orders.move(company.intent(Scope.STATUS), order_id, Status.COMPLETE)
    late = await add_photo(company, order_id, samples.photo("PNG"), "weld", "late.png")
    await require_held(company, order_id, tmp_path)
    await services.late_photos.decide(company.intent(Scope.WORK_ORDERS), order_id, late, LateState.REJECTED, "Blurred.")
    await require_held(company, order_id, tmp_path)


@pytest.mark.parametrize("what", [what for what in Erasable if what is not Erasable.BYTES])
async def test_what_was_erased_of_it(company: Company, tmp_path: Path, what: Erasable) -> None:
    order_id, services = await company.order(), company.parts.services
    await fill(company, order_id)
    await services.erasures.of_order(company.intent(Scope.USERS), order_id, Wanted(frozenset({what}), "asked for"))
    await require_held(company, order_id, tmp_path)


async def test_bytes_that_were_erased_or_damaged(company: Company, settings: Settings, tmp_path: Path) -> None:
    order_id, services = await company.order(), company.parts.services
    await fill(company, order_id)
    erased, lost = await add_photo(company, order_id, samples.photo(), "weld"), samples.photo("WEBP")
    deleted = await add_photo(company, order_id, lost, "seam")
    await services.evidence.delete(company.intent(Scope.EVIDENCE), order_id, deleted, "old")
    wanted = Wanted(frozenset({Erasable.BYTES}), "asked for", evidence_ids=frozenset({erased}))
    await services.erasures.of_order(company.intent(Scope.USERS), order_id, wanted)
    await require_held(company, order_id, tmp_path)
    await lose(company, settings, lost)
    with pytest.raises(Unavailable):
        await content_of(company, order_id)
    await require_held(company, order_id, tmp_path)
