"""The check on a schedule: resumed where it was, by one server, at a bounded rate, and told."""

import time
from pathlib import Path

import pytest

from fettle.build import Parts
from fettle.domain.errors import Unavailable
from fettle.domain.evidence import State
from fettle.domain.instants import SECOND
from fettle.domain.jobs import JobKind
from fettle.services.checking import Difference, Progress
from fettle.settings import Settings
from tests.services.conftest import Company, make_company
from tests.services.photos import JPEG, get_photo, register, send

_DAY_S = 24 * 3600
_FAST = 1 << 40


async def _age(parts: Parts, seconds: int) -> None:
    """As if everything had been stored and checked so much earlier."""
    await parts.database.write(
        lambda tx: tx.files._sql.run(  # type: ignore[attr-defined]  # noqa: SLF001 - tests travel in time
            "UPDATE files SET created_at = created_at - ?, checked_at = checked_at - ?", *[seconds * SECOND] * 2
        )
    )


async def _turn(company: Company, bytes_per_s: int = _FAST) -> int:
    return await company.parts.check.take_turn(company.id, _DAY_S, bytes_per_s, company.parts.clock.now())


def _read(parts: Parts) -> list[int]:
    sizes: list[int] = []
    parts.check.watch(sizes.append)
    return sizes


async def test_what_was_stored_lately_waits_for_its_turn(company: Company) -> None:
    sizes, now = _read(company.parts), company.parts.clock.now()
    await send(company)
    next_at = await _turn(company)
    assert sizes == []
    assert now + _DAY_S * SECOND <= next_at <= company.parts.clock.now() + _DAY_S * SECOND


async def test_each_file_is_read_once_in_its_interval(company: Company) -> None:
    sizes = _read(company.parts)
    for number in range(50):
        await send(company, JPEG + bytes([number]))
    await _age(company.parts, _DAY_S)
    next_at = await _turn(company)
    assert len(sizes) == 50
    assert next_at > company.parts.clock.now()
    await _turn(company)
    assert len(sizes) == 50
    await _age(company.parts, _DAY_S)
    await _turn(company)
    assert len(sizes) == 100


async def test_damage_is_found_told_once_and_untold(company: Company, settings: Settings) -> None:
    parts = company.parts
    photo_id = await register(company, await company.order(), await send(company))
    await parts.watch.look(photo_id, 1, parts.clock.now())
    photo = await get_photo(parts, photo_id)
    path = settings.data / "files" / (await parts.services.files.get(company.admin, photo.file_name)).storage_key
    path.write_bytes(b"other")
    for _ in range(2):
        await _age(parts, _DAY_S)
        await _turn(company)
    assert (await get_photo(parts, photo_id)).state is State.DAMAGED
    assert await parts.database.read(lambda tx: tx.files.count_damaged()) == 1
    path.write_bytes(JPEG)
    await _age(parts, _DAY_S)
    await _turn(company)
    assert await parts.database.read(lambda tx: tx.files.count_damaged()) == 0
    view = await parts.services.work_orders.get(company.admin, photo.work_order_id)
    changes = [entry.data for entry in view.activity if "damaged" in entry.data]
    assert len(changes) == 2
    assert [entry.seq for entry in view.activity] == list(range(1, view.order.version + 1))


async def test_a_store_that_does_not_answer_marks_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    await send(company)
    await _age(company.parts, _DAY_S)

    async def fails(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(company.parts.blobs, "open", fails)
    with pytest.raises(Unavailable):
        await _turn(company)
    assert await company.parts.database.read(lambda tx: tx.files.count_damaged()) == 0
    monkeypatch.undo()
    sizes = _read(company.parts)
    await _turn(company)
    assert len(sizes) == 1


async def test_the_rate_is_kept(company: Company) -> None:
    for number in range(3):
        await send(company, JPEG + bytes(1 << 20) + bytes([number]))
    await _age(company.parts, _DAY_S)
    began = time.monotonic()
    await _turn(company, 2 << 20)
    assert time.monotonic() - began >= 0.4
    progress = Progress()
    began = time.monotonic()
    assert [finding async for finding in company.parts.check.run(progress, 2 << 20)] == []
    assert time.monotonic() - began >= 1.2
    assert (progress.files, progress.all_files) == (3, 3)
    assert progress.bytes == progress.all_bytes


async def test_every_company_has_its_turn_by_one_server(company: Company) -> None:
    parts = company.parts
    other = await make_company(parts, "Other", "ada@other.example")
    assert await parts.check.schedule() == 2
    assert await parts.check.schedule() == 0
    now = parts.clock.now()
    jobs = [
        await parts.database.write(lambda tx: tx.jobs.claim(JobKind.CHECK_FILES, now, now + SECOND)) for _ in range(3)
    ]
    assert {job.company_id for job in jobs if job is not None} == {company.id, other.id}
    assert jobs[2] is None


async def test_what_is_swept_while_it_is_read_is_no_loss(
    company: Company, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await send(company)
    file = await company.parts.services.files.get(company.admin, name)
    Path(settings.data / "files" / file.storage_key).unlink()
    look = company.parts.check._look  # noqa: SLF001 - the real one, and the sweep in its middle

    async def swept(*given: object) -> Difference | None:
        found = await look(*given)  # type: ignore[arg-type]  # passed on as it came
        await company.parts.database.write(lambda tx: tx.files.delete(name))
        return found

    monkeypatch.setattr(company.parts.check, "_look", swept)
    assert [finding async for finding in company.parts.check.run()] == []
