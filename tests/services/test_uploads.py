"""Uploads over time: they expire, and the sweep takes what nobody waits for and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fettle.domain.errors import NotFound, TooLarge, TooMany
from fettle.domain.instants import SECOND
from fettle.domain.people import Scope
from fettle.domain.upload_limits import EVERYBODY
from fettle.domain.uploads import Upload, UploadExpired, read_metadata
from fettle.services.gate import Intent
from tests.blobs.test_growing import unclaimed
from tests.services.conftest import Company


async def chunks(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def create(company: Company, length: int) -> str:
    """The id of a fresh upload."""
    wanted = read_metadata({"workOrderId": await company.order(), "kind": "file", "filename": "a.txt"})
    return (await company.parts.services.uploads.create(intent(company), wanted, length, "metadata")).id


async def begin(company: Company, length: int = 10) -> Upload:
    upload_id = await create(company, length)
    return await company.parts.services.uploads.append(intent(company), upload_id, 0, chunks(b"12345"))


def intent(company: Company) -> Intent:
    return company.intent(Scope.EVIDENCE)


def growing(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("growing/*")}


async def age(company: Company, upload_id: str, by_s: int) -> None:
    """Let it have been left alone for so long."""

    def command(tx: object) -> None:
        change = "UPDATE uploads SET expires_at = expires_at - ? WHERE id = ?"
        tx.uploads._sql.run(change, by_s * SECOND, upload_id)  # type: ignore[attr-defined]  # noqa: SLF001 - time travel

    await company.parts.database.write(command)


async def expire_now(company: Company, upload: Upload) -> None:
    await age(company, upload.id, 7 * 24 * 3600)


async def test_an_upload_that_was_left_alone_expires_with_its_bytes(company: Company, tmp_path: Path) -> None:
    uploads = company.parts.services.uploads
    left, going_on = await begin(company), await begin(company)
    await expire_now(company, left)
    with pytest.raises(UploadExpired):
        await uploads.append(intent(company), left.id, 5, chunks(b"67890"))
    assert await uploads.expire() == 1
    with pytest.raises(NotFound):
        await uploads.find(company.admin, left.id)
    assert growing(tmp_path) == {going_on.id}
    assert (await uploads.append(intent(company), going_on.id, 5, chunks(b"67890"))).evidence_id


async def test_the_sweep_takes_what_nobody_waits_for(company: Company, tmp_path: Path) -> None:
    uploads, blobs = company.parts.services.uploads, company.parts.blobs
    waiting, finished = await begin(company), await begin(company)
    await uploads.append(intent(company), finished.id, 5, chunks(b"67890"))
    for orphan in ("nobody", finished.id):
        async with blobs.grow(orphan, 0, unclaimed) as growth:
            await growth.write(b"left behind")
            async with growth.settled():
                pass
    assert await uploads.sweep(3600) == 0
    assert growing(tmp_path) == {waiting.id, finished.id, "nobody"}
    assert await uploads.sweep(0) == 2
    assert growing(tmp_path) == {waiting.id}


async def test_what_nothing_came_to_for_a_while_is_not_under_way(company: Company) -> None:
    """Somebody whose network swallowed the answers, and with them the addresses, may begin anew."""
    limits = company.parts.services.limits
    await limits.set(company.intent(Scope.USERS), EVERYBODY, max_open_uploads=2)
    lost, slow = await create(company, 10), await begin(company)
    with pytest.raises(TooMany):
        await create(company, 10)
    for upload_id in (lost, slow.id):
        await age(company, upload_id, 601)
    await company.parts.services.uploads.append(intent(company), slow.id, 5, chunks(b"6"))
    await create(company, 10)
    with pytest.raises(TooMany):
        await create(company, 10)


async def test_going_on_puts_the_end_off(company: Company) -> None:
    upload = await begin(company)
    later = await company.parts.services.uploads.append(intent(company), upload.id, 5, chunks(b"6"))
    assert later.expires_at > upload.expires_at


async def test_a_finished_upload_takes_nothing_more(company: Company, tmp_path: Path) -> None:
    """Who did not hear of the end may ask for it with nothing, and learns what came of it."""
    uploads, upload = company.parts.services.uploads, await begin(company)
    finished = await uploads.append(intent(company), upload.id, 5, chunks(b"67890"))
    assert await uploads.append(intent(company), upload.id, 10, chunks()) == finished
    with pytest.raises(TooLarge):
        await uploads.append(intent(company), upload.id, 10, chunks(b"1"))
    assert growing(tmp_path) == set()


async def test_the_expiry_in_the_middle_of_a_request_takes_nothing_of_it(company: Company, tmp_path: Path) -> None:
    uploads = company.parts.services.uploads
    upload = await begin(company)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"678"
        await expire_now(company, upload)
        yield b"90"

    finished = await uploads.append(intent(company), upload.id, 5, slowly())
    assert finished.evidence_id is not None
    assert await uploads.expire() == 0
    assert (await uploads.find(company.admin, upload.id)).evidence_id == finished.evidence_id
    assert growing(tmp_path) == set()
