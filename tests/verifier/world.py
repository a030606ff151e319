"""A company with two work orders of everything that a log tells, an old checkpoint, and their pack."""

import asyncio
from typing import NamedTuple

import pytest

from fettle.build import Parts, migrate, open_parts
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.evidence import NewAttachment, NewPhoto, Type
from fettle.domain.people import Role, Scope
from fettle.domain.work_orders import Status
from fettle.services.files import Upload
from fettle.settings import Settings
from fettle.signing import Ed25519Signer
from tests.services.conftest import Company, make_company, sign_in
from tests.verifier.pack_writer import Made, make_pack, signer_of

TAKEN_AT = 1_776_000_000_000_000
TAKEN_TEXT = "2026-04-12T13:20:00Z"


class World(NamedTuple):
    """What was made; `kept` is the note of a checkpoint from the middle, `newest` of the one in the pack."""

    settings: Settings
    company_id: str
    order_ids: list[str]
    made: Made
    signer: Ed25519Signer
    key: str
    kept: str
    newest: str


async def fill(company: Company, name: str) -> str:
    """A work order with attachments, a photo by reference, an approval, comments, an edit and a deletion."""
    services, order_id = company.parts.services, await company.order()
    evidence, intent = services.evidence, company.intent
    ids = []
    for number in range(3):
        async with company.parts.blobs.spool() as spool:
            await spool.write(f"{name} drawing {number}".encode() * 50)
            new = NewAttachment(Type.FILE, f"Drawing {number}", f"caption {number}")
            done = await evidence.attach(intent(Scope.EVIDENCE), order_id, new, Upload(spool, f"{number}.txt"))
            ids.append(done.id)
    await evidence.attach(intent(Scope.EVIDENCE), order_id, NewAttachment(Type.TEXT, "Torque", "12 Nm"), None)
    await evidence.delete(intent(Scope.EVIDENCE), order_id, ids[0], "taken twice")
    await services.work_orders.edit(intent(Scope.WORK_ORDERS), order_id, {"name": name, "description": "as drawn"})
    planner_id, planner = await company.add(Role.PLANNER, f"{order_id}@forge.example")
    await services.work_orders.move(intent(Scope.STATUS), order_id, Status.REVIEW)
    await services.approvals.ask(intent(Scope.APPROVALS), order_id, planner_id)
    decide = services.approvals.decide
    await decide(intent(Scope.APPROVALS, planner), order_id, planner_id, ApprovalStatus.APPROVED, "well done")
    await services.work_orders.move(intent(Scope.STATUS), order_id, Status.PRODUCTION)
    photo = NewPhoto("site/IMG_1.jpg", "https://cdn.example/IMG_1.jpg", TAKEN_AT, TAKEN_TEXT, "before")
    await evidence.register_photo(intent(Scope.EVIDENCE), order_id, photo)
    await services.work_orders.comment(intent(Scope.COMMENTS), order_id, "as planned")
    return order_id


async def make_world(settings: Settings) -> World:
    async with open_parts(settings, is_server=False) as parts:
        company = await make_company(parts)
        log = parts.services.log
        order_ids = [await fill(company, "Press")]
        kept = (await log.check_in(company.id)).note
        order_ids.append(await fill(company, "Pump"))
        made = await make_pack(company, order_ids)
        newest = (await log.newest(company.admin)).note
        signer, key = signer_of(settings), log.key_of(company.id)
        return World(settings, company.id, order_ids, made, signer, key, kept, newest)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    settings = Settings(data=tmp_path_factory.mktemp("world"))
    migrate(settings)
    return asyncio.run(make_world(settings))


async def sign_in_again(parts: Parts, world: World) -> Company:
    """The same company in another copy of its data."""
    admin = await sign_in(parts, "ada@forge.example")
    return Company(parts, world.company_id, admin.user_id, admin, "ada@forge.example")
