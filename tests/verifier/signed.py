"""A work order that was signed by password with a drawing, and again by passkey; and packs of it, by the server."""

import asyncio
import io
import zipfile
from typing import NamedTuple

import msgspec
import pytest

from fettle.build import migrate, open_parts
from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.evidence import NewAttachment, Type
from fettle.domain.packs import MANIFEST, MANIFEST_NOTE, Manifest
from fettle.domain.passkeys import Purpose
from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.services.completions import Wish
from fettle.services.files import Upload
from fettle.settings import Settings
from fettle.signing import Ed25519Signer
from fettle.web.pms.passkey_shapes import registration, signing
from tests.contracts.pms.authenticator import Authenticator
from tests.media import samples
from tests.services.conftest import PASSWORD, Company, make_company
from tests.services.test_evidence_packs import content_of
from tests.verifier.pack_writer import Made, signer_of

ORIGIN = "http://localhost:8000"
DRAWING = samples.photo("PNG")


class SignedWorld(NamedTuple):
    """The pack as it was, that after what people wrote was erased, and what is needed to sign another."""

    pack: bytes
    erased: bytes
    signer: Ed25519Signer

    @property
    def made(self) -> Made:
        """What is in the pack."""
        return opened(self.pack)


def opened(content: bytes) -> Made:
    """The files of a pack, and its manifest."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    del files[MANIFEST_NOTE]
    return Made(files, msgspec.json.decode(files.pop(MANIFEST), type=Manifest))


async def sign_twice(company: Company) -> str:
    """The id of the order."""
    services, order_id = company.parts.services, await company.order()
    intent = company.intent(Scope.STATUS)
    async with services.blobs.spool() as spool:
        await spool.write(b"as built")
        await services.evidence.attach(
            company.intent(Scope.EVIDENCE), order_id, NewAttachment(Type.FILE, "Drawing"), Upload(spool, "d.txt")
        )
    async with services.blobs.spool() as spool:
        await spool.write(DRAWING)
        drawn = (await services.files.store(company.intent(Scope.EVIDENCE), Upload(spool, "me.png"))).id
    for to in (Status.REVIEW, Status.PRODUCTION):
        await services.work_orders.move(intent, order_id, to)
    proof = await services.proofs.password(company.admin, PASSWORD)
    await services.completions.complete(intent, order_id, Wish("as agreed", drawn=drawn), proof)
    await services.work_orders.move(intent, order_id, Status.PRODUCTION, "one more bolt")
    await sign_by_passkey(company, order_id)
    return order_id


async def sign_by_passkey(company: Company, order_id: str) -> None:
    services, intent, device = company.parts.services, company.intent(Scope.STATUS), Authenticator(ORIGIN)
    proof = await services.proofs.password(company.admin, PASSWORD)
    asked = msgspec.to_builtins(registration(await services.passkeys.begin(intent, proof)))
    await services.passkeys.register(intent, "Telephone", device.create(asked))
    await services.completions.ask(intent, order_id, Wish("as agreed"))
    question = msgspec.to_builtins(signing(await services.passkeys.asked(company.admin, Purpose.SIGN, order_id)))
    answered = await services.proofs.passkey(company.admin, order_id, device.get(question))
    await services.completions.complete(intent, order_id, Wish("as agreed"), answered)


async def make_signed(settings: Settings) -> SignedWorld:
    async with open_parts(settings, is_server=False) as parts:
        company = await make_company(parts)
        order_id = await sign_twice(company)
        pack = await content_of(company, order_id)
        wanted = Wanted(frozenset({Erasable.COMMENTS}), "asked for")
        await parts.services.erasures.of_order(company.intent(Scope.USERS), order_id, wanted)
        return SignedWorld(pack, await content_of(company, order_id), signer_of(settings))


@pytest.fixture(scope="session")
def signed_world(tmp_path_factory: pytest.TempPathFactory) -> SignedWorld:
    settings = Settings(data=tmp_path_factory.mktemp("signed"), public_url=ORIGIN)
    migrate(settings)
    return asyncio.run(make_signed(settings))
