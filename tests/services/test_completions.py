"""Signatures below the dialects: a password that changes meanwhile, and what paper says."""

import pytest

from fettle.domain.completions import DEFAULT_MEANING
from fettle.domain.errors import Unauthenticated, Unavailable
from fettle.domain.evidence import NewAttachment, NewPhoto, Type
from fettle.domain.people import Scope
from fettle.domain.verification import Finding
from fettle.domain.work_orders import Status
from fettle.services.completions import Wish
from fettle.services.files import Upload
from tests.media import samples
from tests.services.conftest import PASSWORD, Company
from tests.services.papers import add_photo, paper
from tests.services.test_verification import found

_MEANING = "*bold* _it_ `raw` #panic()"


async def _begin(company: Company, order_id: str) -> None:
    for to in (Status.REVIEW, Status.PRODUCTION):
        await company.parts.services.work_orders.move(company.intent(Scope.STATUS), order_id, to)


async def test_a_password_that_was_changed_meanwhile_signs_nothing(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    await _begin(company, order_id)
    proof = await services.proofs.password(company.admin, PASSWORD)
    await services.sessions.change_password(company.intent(Scope.READ), PASSWORD, "another battery")
    with pytest.raises(Unauthenticated) as refused:
        await services.completions.complete(company.intent(Scope.STATUS), order_id, Wish("done"), proof)
    assert refused.value.code == "WRONG_PASSWORD"
    summary = await services.reading.work_order(company.admin, order_id)
    assert (summary.order.status, summary.signatures) == (Status.PRODUCTION, [])


async def test_signatures_are_printed_with_name_time_meaning_and_drawing(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    await _begin(company, order_id)
    async with services.blobs.spool() as spool:
        await spool.write(samples.photo("PNG"))
        drawn = (await services.files.store(company.intent(Scope.EVIDENCE), Upload(spool, "me.png"))).id
    proof = await services.proofs.password(company.admin, PASSWORD)
    for wish in (Wish(_MEANING, drawn=drawn), Wish(DEFAULT_MEANING.en)):
        await services.completions.complete(company.intent(Scope.STATUS), order_id, wish, proof)
        if wish.drawn is not None:
            await services.work_orders.move(company.intent(Scope.STATUS), order_id, Status.PRODUCTION, "one more bolt")
    printed = await paper(company, order_id)
    signed = (await services.reading.work_order(company.admin, order_id)).signatures
    said = [f"for the record with the fingerprint {each.signature.statement_sha256}" for each in signed]
    for text in ("Completion, signed", "Ada Admin", _MEANING, DEFAULT_MEANING.en, *said):
        assert printed.says(text), text
    assert printed.pictures == 1
    french = await paper(company, order_id, "fr")
    assert french.says("Clôture signée")
    assert french.says("Signé par mot de passe")


async def test_a_report_without_a_signature_has_no_such_part(company: Company) -> None:
    assert not (await paper(company, await company.order())).says("Completion, signed")


async def test_what_was_there_is_found_in_the_log_again_whatever_becomes_of_it(company: Company) -> None:
    """Attached by name, awaited, completed, deleted before and lost after: the fingerprint is that of the moment."""
    order_id, services = await company.order(), company.parts.services
    intent = company.intent(Scope.EVIDENCE)
    await services.evidence.attach(intent, order_id, NewAttachment(Type.TEXT, "Note", "Deburr."), None)
    await _attach(company, order_id, None)
    await _attach(company, order_id, b"drawing")
    await _begin(company, order_id)
    deleted = await add_photo(company, order_id, samples.photo(), "before")
    await services.evidence.delete(intent, order_id, deleted, "blurred")
    kept = await add_photo(company, order_id, samples.photo("WEBP"), "after")
    photo = NewPhoto("photos/1.jpg", "https://cdn.example/1.jpg", 0, "1970-01-01T00:00:00Z")
    await services.evidence.register_photo(intent, order_id, photo)
    proof = await services.proofs.password(company.admin, PASSWORD)
    await services.completions.complete(company.intent(Scope.STATUS), order_id, Wish("done"), proof)
    assert await found(company, order_id) == set()
    lost = await company.parts.database.read(lambda tx: tx.evidence.find_by_id(kept))
    assert lost is not None
    file = await services.files.get(company.admin, lost.file_name)
    await company.parts.blobs.delete(file.storage_key)
    with pytest.raises(Unavailable):
        await services.files.open(file)
    assert {problem.finding for problem in await found(company, order_id)} == {Finding.BYTES_DAMAGED}


async def _attach(company: Company, order_id: str, content: bytes | None) -> None:
    """An attachment of one name: awaited first, then with its bytes."""
    services, intent = company.parts.services, company.intent(Scope.EVIDENCE)
    new = NewAttachment(Type.FILE, "Drawing", file_name="a.txt" if content is None else None)
    if content is None:
        await services.evidence.attach(intent, order_id, new, None)
        return
    async with services.blobs.spool() as spool:
        await spool.write(content)
        await services.evidence.attach(intent, order_id, new, Upload(spool, "a.txt"))
