"""Whatever is changed behind the server's back, the work order no longer verifies, and the place is named."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from fettle.db.sqlite_module import sqlite3
from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.evidence import NewAttachment, NewPhoto, Type
from fettle.domain.people import Scope
from fettle.domain.verification import Finding, Problem
from fettle.domain.work_orders import Status
from fettle.services.completions import Wish
from fettle.services.files import Upload
from fettle.services.ports import BlobNotFound
from fettle.settings import Settings
from tests.media import samples
from tests.services.conftest import PASSWORD, Company

Run = Callable[..., None]


@pytest.fixture
def run(settings: Settings) -> Iterator[Run]:
    """Statements of somebody who has the database, and took its guards away."""
    with closing(sqlite3.connect(settings.data / "fettle.db", isolation_level=None)) as connection:

        def statement(text: str, *values: object) -> None:
            triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("PRAGMA foreign_keys = 0")
            assert connection.execute(text, values).rowcount == 1

        yield statement


@pytest.fixture
async def order_id(company: Company) -> str:
    """An order with five entries, all in a signed log: made, a file, two remarks, an edit."""
    services, made = company.parts.services, await company.order()
    async with company.parts.blobs.spool() as spool:
        await spool.write(b"drawing")
        new = NewAttachment(Type.FILE, "Drawing")
        await services.evidence.attach(company.intent(Scope.EVIDENCE), made, new, Upload(spool, "a.txt"))
    for text in ("first", "second"):
        await services.work_orders.comment(company.intent(Scope.COMMENTS), made, text)
    await services.work_orders.edit(company.intent(Scope.WORK_ORDERS), made, {"name": "New", "quantity": 3})
    await services.log.check_in(company.id)
    return made


async def found(company: Company, order_id: str) -> set[Problem]:
    return set((await company.parts.services.verification.of_order(company.admin, order_id)).problems)


async def test_nothing_is_wrong_at_first(company: Company, order_id: str) -> None:
    assert await found(company, order_id) == set()


@pytest.mark.parametrize(
    ("statement", "finding", "where"),
    [
        ("UPDATE activity SET data = '{}' WHERE seq = 3", Finding.ENTRY_CHANGED, "entry 3"),
        ("UPDATE activity SET added_at = added_at - 1 WHERE seq = 4", Finding.ENTRY_CHANGED, "entry 4"),
        ("UPDATE activity SET type = 'EDITED' WHERE seq = 3", Finding.ENTRY_CHANGED, "entry 3"),
        ("UPDATE activity SET sha256 = sha256 || 'x' WHERE seq = 2", Finding.ENTRY_CHANGED, "entry 2"),
        (
            "UPDATE activity SET texts = replace(texts, 'first', 'never') WHERE seq = 3",
            Finding.TEXTS_CHANGED,
            "entry 3",
        ),
        ("DELETE FROM activity WHERE seq = 3", Finding.ENTRY_MISSING, "entry 3"),
        ("DELETE FROM activity WHERE seq = 5", Finding.ENTRY_MISSING, "entry 5"),
        ("UPDATE work_orders SET name = 'Better'", Finding.RECORD_DIFFERS, "name"),
        ("UPDATE work_orders SET quantity = 4", Finding.RECORD_DIFFERS, "quantity"),
        ("UPDATE work_orders SET status = 'COMPLETE'", Finding.RECORD_DIFFERS, "status"),
        ("UPDATE work_orders SET deadline = 1", Finding.RECORD_DIFFERS, "deadline"),
        ("UPDATE activity SET leaf_index = 99 WHERE seq = 3", Finding.NOT_IN_LOG, "entry 3"),
        ("UPDATE checkpoints SET note = replace(note, 'fettle', 'kettle')", Finding.SIGNATURE_WRONG, "checkpoint 5"),
    ],
)
async def test_a_change_is_found_with_its_place(
    company: Company, order_id: str, run: Run, statement: str, finding: Finding, where: str
) -> None:
    run(statement)
    assert (finding, where) in await found(company, order_id)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE evidence SET state = 'missing'", Finding.RECORD_DIFFERS),
        ("UPDATE evidence SET deleted_at = 1", Finding.RECORD_DIFFERS),
        ("DELETE FROM evidence", Finding.RECORD_DIFFERS),
        ("UPDATE files SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x')", Finding.RECORD_DIFFERS),
        ("UPDATE files SET damaged_at = 1", Finding.BYTES_DAMAGED),
        ("DELETE FROM files", Finding.BYTES_MISSING),
    ],
)
async def test_a_change_of_evidence_is_found(
    company: Company, order_id: str, run: Run, statement: str, finding: Finding
) -> None:
    run(statement)
    assert finding in {problem for problem, _ in await found(company, order_id)}


async def test_an_erased_text_is_no_change(company: Company, order_id: str) -> None:
    wanted = Wanted(frozenset({Erasable.COMMENTS}), "asked for")
    await company.parts.services.erasures.of_order(company.intent(Scope.USERS), order_id, wanted)
    assert await found(company, order_id) == set()


@pytest.fixture
async def signed_order_id(company: Company) -> str:
    """An order with a plan, a photo and a drawn signature, completed with a signature, opened and signed again."""
    services, order_id = company.parts.services, await company.order()
    async with company.parts.blobs.spool() as spool:
        await spool.write(b"drawing")
        new = NewAttachment(Type.FILE, "Drawing")
        await services.evidence.attach(company.intent(Scope.EVIDENCE), order_id, new, Upload(spool, "a.txt"))
    async with company.parts.blobs.spool() as spool:
        await spool.write(samples.photo("PNG"))
        drawn = (await services.files.store(company.intent(Scope.EVIDENCE), Upload(spool, "me.png"))).id
    intent = company.intent(Scope.STATUS)
    for to in (Status.REVIEW, Status.PRODUCTION):
        await services.work_orders.move(intent, order_id, to)
    photo = NewPhoto("photos/1.jpg", "https://cdn.example/1.jpg", 0, "1970-01-01T00:00:00Z")
    await services.evidence.register_photo(company.intent(Scope.EVIDENCE), order_id, photo)
    proof = await services.proofs.password(company.admin, PASSWORD)
    await services.completions.complete(intent, order_id, Wish("done", drawn=drawn), proof)
    await services.work_orders.move(intent, order_id, Status.PRODUCTION, "more")
    await services.completions.complete(intent, order_id, Wish("done again"), proof)
    await services.log.check_in(company.id)
    return order_id


async def test_nothing_is_wrong_with_signatures_at_first(company: Company, signed_order_id: str) -> None:
    assert await found(company, signed_order_id) == set()


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE signatures SET statement_sha256 = 'x' WHERE version = 6", Finding.RECORD_DIFFERS),
        ("UPDATE signatures SET evidence_sha256 = 'x' WHERE version = 6", Finding.RECORD_DIFFERS),
        ("UPDATE signatures SET signed_at = signed_at - 1 WHERE version = 6", Finding.RECORD_DIFFERS),
        ("UPDATE signatures SET method = 'passkey' WHERE version = 6", Finding.RECORD_DIFFERS),
        ("UPDATE signatures SET assertion = '{}' WHERE version = 6", Finding.RECORD_DIFFERS),
        ("UPDATE signatures SET drawn_file_name = NULL WHERE version = 6", Finding.BYTES_MISSING),
        ("DELETE FROM signatures WHERE version = 6", Finding.RECORD_DIFFERS),
        ("UPDATE signatures SET version = 4 WHERE version = 6", Finding.RECORD_DIFFERS),
        (
            "UPDATE activity SET texts = replace(texts, 'done', 'seen') WHERE seq = 6",
            Finding.STATEMENT_DIFFERS,
        ),
        (
            "UPDATE activity SET data = replace(data, 'referenced', 'stored') WHERE seq = 5",
            Finding.STATEMENT_DIFFERS,
        ),
        ("DELETE FROM activity WHERE seq = 2", Finding.STATEMENT_DIFFERS),
    ],
)
async def test_a_change_of_what_was_signed_is_found(
    company: Company, signed_order_id: str, run: Run, statement: str, finding: Finding
) -> None:
    run(statement)
    assert Problem(finding, "signature 6") in await found(company, signed_order_id)


async def test_erased_words_leave_a_signature_that_holds(company: Company, signed_order_id: str) -> None:
    before = (await company.parts.services.reading.work_order(company.admin, signed_order_id)).signatures[0].signature
    drawn = await company.parts.services.files.get(company.admin, before.drawn_file_name or "")
    wanted = Wanted(frozenset({Erasable.COMMENTS}), "asked for", versions=frozenset({6}))
    await company.parts.services.erasures.of_order(company.intent(Scope.USERS), signed_order_id, wanted)
    assert await found(company, signed_order_id) == set()
    with pytest.raises(BlobNotFound):
        await company.parts.blobs.open(drawn.storage_key)
    summary = await company.parts.services.reading.work_order(company.admin, signed_order_id)
    assert [(each.signer_name, each.meaning) for each in summary.signatures] == [
        (None, None),
        ("Ada Admin", "done again"),
    ]


async def test_a_text_that_went_without_an_entry_is_told(company: Company, order_id: str, run: Run) -> None:
    run("UPDATE activity SET texts = NULL WHERE seq = 3")
    assert await found(company, order_id) == {Problem(Finding.TEXTS_CHANGED, "entry 3")}
