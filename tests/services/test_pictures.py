"""Facts and renditions over the services: once, durable, healed, swept, and never in the way of the record."""

import asyncio
import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from fettle.build import Parts
from fettle.domain.errors import FettleError
from fettle.domain.jobs import JobKind
from fettle.domain.people import Role
from fettle.domain.pictures import Problem, RenditionKind
from fettle.services.pictures import Picture
from fettle.settings import Settings
from tests.media import samples
from tests.services.conftest import Company, make_company
from tests.services.photos import send


async def _made_keys(parts: Parts) -> list[str]:
    return [stat.key async for stat in parts.blobs.list("made/")]


async def _get(company: Company, name: str, kind: RenditionKind = RenditionKind.THUMBNAIL) -> Picture:
    return await company.parts.services.pictures.get(company.admin, name, kind)


async def _refused(company: Company, name: str) -> str:
    with pytest.raises(FettleError) as refused:
        await _get(company, name)
    return refused.value.code


async def test_a_file_that_arrives_has_a_job_that_reads_it(company: Company) -> None:
    parts, name = company.parts, await send(company, samples.photo(orientation=6))
    now = parts.clock.now()
    job = await parts.database.write(lambda tx: tx.jobs.claim(JobKind.READ_FACTS, now, now + 1))
    assert job is not None
    assert (job.subject_id, job.company_id) == (name, company.id)
    await parts.services.pictures.read_facts(job.company_id, job.subject_id)
    (facts,) = await parts.database.read(lambda tx: tx.pictures.facts(company.id, [name]))
    assert (facts.width, facts.height, facts.camera_model, facts.problem) == (480, 640, "Phone 1", None)
    assert len(await _made_keys(parts)) == 2


async def test_a_text_has_no_such_job(company: Company) -> None:
    await send(company, b"only a text")
    assert await company.parts.database.read(lambda tx: tx.jobs.next_run_at(JobKind.READ_FACTS)) is None


async def test_fifty_who_ask_together_get_one_that_was_made_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, name = company.parts, await send(company, samples.photo())
    reader, readings = parts.services.pictures._reader, []  # noqa: SLF001 - the real one, counted
    read = reader.read

    async def counted(*given: object) -> object:
        readings.append(given)
        return await read(*given)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(reader, "read", counted)
    pictures = await asyncio.gather(*(_get(company, name) for _ in range(50)))
    assert len(readings) == 1
    assert len({picture.rendition.storage_key for picture in pictures}) == 1
    assert len(await _made_keys(parts)) == 1
    await _get(company, name)
    assert len(readings) == 1


async def test_two_servers_that_make_the_same_keep_one(company: Company, settings: Settings) -> None:
    from fettle.build import open_parts  # noqa: PLC0415 - a second one beside the fixture's

    name = await send(company, samples.photo())
    async with open_parts(settings, is_server=False) as other:
        await asyncio.gather(
            company.parts.services.pictures.read_facts(company.id, name),
            other.services.pictures.read_facts(company.id, name),
        )
    assert len(await _made_keys(company.parts)) == 2


async def test_a_rendition_that_was_lost_or_changed_is_made_again(company: Company, settings: Settings) -> None:
    name = await send(company, samples.photo())
    for spoil in (Path.unlink, lambda path: path.write_bytes(b"other")):
        picture = await _get(company, name)
        spoil(settings.data / "files" / picture.rendition.storage_key)
        again = await _get(company, name)
        assert hashlib.sha256(again.content).hexdigest() == again.rendition.sha256
        with Image.open(io.BytesIO(again.content)) as shown:
            assert shown.size == (320, 240)


async def test_the_sweep_takes_what_no_row_names_and_nothing_else(company: Company) -> None:
    parts, name = company.parts, await send(company, samples.photo())
    await _get(company, name)
    async with parts.blobs.spool() as spool:
        await spool.write(b"made and never noted")
        await spool.keep("made/00/orphan")
    assert await parts.sweep.orphans(0) == 1
    assert len(await _made_keys(parts)) == 1


async def test_the_original_is_never_touched(company: Company) -> None:
    content = samples.photo(orientation=6)
    name = await send(company, content)
    for kind in RenditionKind:
        await _get(company, name, kind)
    services = company.parts.services
    chunks = await services.files.open(await services.files.get(company.admin, name))
    assert b"".join([chunk async for chunk in chunks]) == content


async def test_what_is_no_picture_has_no_rendition(company: Company) -> None:
    assert await _refused(company, await send(company, b"only a text")) == "NO_RENDITION"
    broken = await send(company, samples.photo()[:200])
    assert await _refused(company, broken) == "NO_RENDITION"
    assert await _refused(company, broken) == "NO_RENDITION"
    (facts,) = await company.parts.database.read(lambda tx: tx.pictures.facts(company.id, [broken]))
    assert facts.problem in {Problem.UNREADABLE, Problem.TRUNCATED}


async def test_another_company_finds_nothing(company: Company) -> None:
    name = await send(company, samples.photo())
    other = await make_company(company.parts, "Other", "ada@other.example")
    assert await _refused(other, name) == "NOT_FOUND"
    _, viewer = await company.add(Role.VIEWER, "vi@forge.example")
    assert (await company.parts.services.pictures.get(viewer, name, RenditionKind.THUMBNAIL)).content


async def test_lost_bytes_are_told_and_nothing_is_noted(company: Company, settings: Settings) -> None:
    name = await send(company, samples.photo())
    file = await company.parts.services.files.get(company.admin, name)
    (settings.data / "files" / file.storage_key).unlink()
    assert await _refused(company, name) == "BYTES_DAMAGED"
    assert await company.parts.database.read(lambda tx: tx.pictures.facts(company.id, [name])) == []
    await company.parts.services.pictures.read_facts(company.id, name)
    assert await company.parts.database.read(lambda tx: tx.pictures.facts(company.id, [name])) == []
