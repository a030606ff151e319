"""What must be there before an order is completed, on both engines, and however many ask at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from fettle.build import Parts, migrate, open_parts
from fettle.domain.activity import EntryType
from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.errors import Conflict
from fettle.domain.evidence import NewPhoto, State
from fettle.domain.people import Scope
from fettle.domain.required_photos import PhotoProgress, PhotoStep
from fettle.domain.work_orders import Status
from fettle.services.gate import Done
from fettle.settings import Settings
from tests.servers.postgres import PostgresServer
from tests.services.conftest import Company
from tests.services.photos import JPEG, get_photo, send

_AT_ONCE = 50
_STEPS = (PhotoStep("before", "Before the work", 1), PhotoStep("after", "After the work", 2))


@pytest.fixture(params=["sqlite", "postgres"])
async def parts(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> AsyncIterator[Parts]:
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        settings = Settings(data=tmp_path / "data", database_url=server.create_database())
        await asyncio.to_thread(migrate, settings)
    async with open_parts(settings, is_server=False) as opened:
        yield opened


async def _in_production(company: Company, *steps: PhotoStep) -> str:
    order_id = await company.order()
    await company.parts.services.required_photos.set(company.intent(Scope.WORK_ORDERS), order_id, steps)
    for status in (Status.REVIEW, Status.PRODUCTION):
        await _move(company, order_id, status)
    return order_id


async def _move(company: Company, order_id: str, to: Status) -> Done:
    return await company.parts.services.work_orders.move(company.intent(Scope.STATUS), order_id, to)


async def _register(company: Company, order_id: str, step: str, object_key: str | None = None) -> str:
    """A photo whose bytes are awaited; the id."""
    key = object_key or f"photos/{uuid4()}.jpg"
    new = NewPhoto(key, "https://cdn.example.com/1", 1_700_000_000_000_000, "2023-11-14T22:13:20Z", step)
    intent = company.intent(Scope.EVIDENCE)
    return (await company.parts.services.evidence.register_photo(intent, order_id, new)).id


async def _store(company: Company, order_id: str, step: str) -> str:
    photo_id = await _register(company, order_id, step, await send(company, JPEG + uuid4().bytes))
    await company.parts.watch.look(photo_id, 1, company.parts.clock.now())
    assert (await get_photo(company.parts, photo_id)).state is State.STORED
    return photo_id


async def _missing(company: Company, order_id: str) -> tuple[int, int, list[str]]:
    """How many photos the refusal says are missing, how many of them awaited, and of which steps."""
    with pytest.raises(Conflict) as refused:
        await _move(company, order_id, Status.COMPLETE)
    assert refused.value.code == "PHOTOS_MISSING"
    params = refused.value.params
    return params["missing"], params["awaited"], [detail.field for detail in refused.value.details]


async def _entries(company: Company, order_id: str, kind: EntryType) -> int:
    entries = await company.parts.database.read(lambda tx: tx.activity.of_orders([order_id]))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    return sum(entry.type is kind for entry in entries)


async def test_only_photos_whose_bytes_are_kept_complete_an_order(company: Company) -> None:
    order_id = await _in_production(company, *_STEPS)
    assert await _missing(company, order_id) == (3, 0, ["before", "after"])
    await _register(company, order_id, "after")
    await _store(company, order_id, "before")
    await _store(company, order_id, "Before")
    assert await _missing(company, order_id) == (2, 1, ["after"])
    first = await _store(company, order_id, "after")
    await _store(company, order_id, "after")
    await company.parts.services.evidence.delete(company.intent(Scope.EVIDENCE), order_id, first, "blurred")
    assert await _missing(company, order_id) == (1, 1, ["after"])
    await _store(company, order_id, "after")
    row = await company.parts.services.reading.get_row(company.admin, order_id)
    assert row.progress == PhotoProgress(required=3, stored=3, awaited=0)
    await _move(company, order_id, Status.COMPLETE)


async def test_a_photo_that_is_damaged_or_missing_does_not_count(company: Company) -> None:
    order_id = await _in_production(company, PhotoStep("after", "After", 1))
    photo = await get_photo(company.parts, await _store(company, order_id, "after"))
    file = await company.parts.services.files.get(company.admin, photo.file_name)
    await company.parts.blobs.delete(file.storage_key)
    assert [lost async for lost in company.parts.check.run()]
    assert (await get_photo(company.parts, photo.id)).state is State.DAMAGED
    assert await _missing(company, order_id) == (1, 0, ["after"])
    late = company.parts.clock.now() + 400 * 86_400_000_000
    awaited = await _register(company, order_id, "after")
    await company.parts.watch.look(awaited, 99, late)
    assert (await get_photo(company.parts, awaited)).state is State.MISSING
    assert await _missing(company, order_id) == (1, 0, ["after"])


async def test_fifty_completions_at_once_are_one(company: Company) -> None:
    order_id = await _in_production(company, PhotoStep("after", "After", 1))
    await _store(company, order_id, "after")
    before = await _entries(company, order_id, EntryType.STATUS_CHANGED)
    done = await asyncio.gather(*(_move(company, order_id, Status.COMPLETE) for _ in range(_AT_ONCE)))
    assert [each.replayed for each in done].count(False) == 1
    assert await _entries(company, order_id, EntryType.STATUS_CHANGED) == before + 1


async def test_a_photo_that_arrives_while_the_order_is_completed(company: Company) -> None:
    """Whoever is refused was asked before the photo was there; the log tells which came first."""
    order_id = await _in_production(company, PhotoStep("after", "After", 1))
    photo_id = await _register(company, order_id, "after", await send(company))

    async def arrive() -> None:
        await company.parts.watch.look(photo_id, 1, company.parts.clock.now())

    attempts = [_move(company, order_id, Status.COMPLETE) for _ in range(_AT_ONCE)]
    halves = (*attempts[: _AT_ONCE // 2], arrive(), *attempts[_AT_ONCE // 2 :])
    answers = await asyncio.gather(*halves, return_exceptions=True)
    assert not [each for each in answers if isinstance(each, BaseException) and not isinstance(each, Conflict)]
    await _move(company, order_id, Status.COMPLETE)
    entries = await company.parts.database.read(lambda tx: tx.activity.of_orders([order_id]))
    kinds = [entry.type for entry in entries]
    completed = max(place for place, kind in enumerate(kinds) if kind is EntryType.STATUS_CHANGED)
    assert kinds.count(EntryType.STATUS_CHANGED) == 3
    assert kinds.index(EntryType.EVIDENCE_STATE_CHANGED) < completed


async def test_a_deletion_and_a_completion_at_once_never_both_happen(company: Company) -> None:
    for _ in range(10):
        order_id = await _in_production(company, PhotoStep("after", "After", 1))
        photo_id = await _store(company, order_id, "after")
        evidence, intent = company.parts.services.evidence, company.intent(Scope.EVIDENCE)
        both = (_move(company, order_id, Status.COMPLETE), evidence.delete(intent, order_id, photo_id, "blurred"))
        answers = await asyncio.gather(*both, return_exceptions=True)
        codes = [each.code for each in answers if isinstance(each, Conflict)]
        assert codes in (["PHOTOS_MISSING"], ["WORK_ORDER_CLOSED"])


async def test_what_is_required_is_logged_as_it_was_and_is(company: Company) -> None:
    order_id = await company.order()
    service, intent = company.parts.services.required_photos, company.intent(Scope.WORK_ORDERS)
    assert (await service.set(intent, order_id, _STEPS)).version == 2
    assert (await service.set(intent, order_id, _STEPS)).replayed
    await service.set(intent, order_id, _STEPS[:1])
    assert await _entries(company, order_id, EntryType.REQUIRED_PHOTOS_CHANGED) == 2
    await _move(company, order_id, Status.REVIEW)
    assert (await service.set(intent, order_id, _STEPS[:1])).replayed
    with pytest.raises(Conflict, match="WORK_ORDER_NOT_DRAFT"):
        await service.set(intent, order_id, ())


async def test_erasing_captions_leaves_the_steps_that_are_required(company: Company) -> None:
    """They are the plan's words, and what the order is completed by; those of other photos go."""
    order_id = await _in_production(company, *_STEPS)
    photos = [await _store(company, order_id, step) for step in ("before", "after", "after", "at Kim's")]
    wanted = Wanted(frozenset({Erasable.CAPTIONS}), "asked for")
    await company.parts.services.erasures.of_order(company.intent(Scope.USERS), order_id, wanted)
    found = [await get_photo(company.parts, photo_id) for photo_id in photos]
    assert [(photo.step, photo.name) for photo in found[2:]] == [("after", "after"), (None, "photo")]
    await _move(company, order_id, Status.COMPLETE)
    await company.parts.services.log.check_in(company.id)
    assert (await company.parts.services.verification.of_order(company.admin, order_id)).problems == []
