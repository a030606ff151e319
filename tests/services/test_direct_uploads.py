"""What is swept of direct uploads, and what is not; and when their addresses stop to work."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex

import pytest

from fettle.build import Parts, migrate, open_parts
from fettle.domain.activity import EntryType
from fettle.domain.direct_uploads import LASTS_S, announce
from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.errors import FettleError
from fettle.domain.evidence import NewPhoto, State
from fettle.domain.people import Scope
from fettle.domain.uploads import UploadExpired
from fettle.settings import Settings
from tests.servers.postgres import PostgresServer
from tests.servers.seaweed import SeaweedServer
from tests.services.conftest import Company, make_company
from tests.services.photos import JPEG, get_photo, kept_keys, register
from tests.services.test_removals import delete, hold, keep_for, log_of, moved_alone

_RACES = 40
_DAY_S = 24 * 3600


async def _chunks(content: bytes = JPEG) -> AsyncIterator[bytes]:
    yield content


async def _announced(company: Company, order_id: str) -> str:
    direct = company.parts.services.direct_uploads
    new = announce("a.jpg", "image/jpeg", len(JPEG), None)
    return (await direct.begin(company.intent(Scope.EVIDENCE), order_id, new)).id


async def _sent(company: Company, order_id: str) -> str:
    key = await _announced(company, order_id)
    direct = company.parts.services.direct_uploads
    await direct.take(await direct.find(key), _chunks())
    return key


async def _age(parts: Parts, seconds: int) -> None:
    """As if so many seconds had passed."""
    await parts.database.write(
        lambda tx: tx.direct_uploads._sql.run(  # type: ignore[attr-defined]  # noqa: SLF001 - tests travel in time
            "UPDATE direct_uploads SET expires_at = expires_at - ?", seconds * 1_000_000
        )
    )


async def test_what_was_sent_and_never_registered_is_swept(company: Company) -> None:
    parts, order = company.parts, await company.order()
    await _announced(company, order)
    key = await _sent(company, order)
    assert len(await kept_keys(parts)) == 1
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 0
    await _age(parts, LASTS_S + _DAY_S)
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 2
    assert await kept_keys(parts) == []
    assert await parts.database.read(lambda tx: tx.files.find(company.id, key)) is None


@pytest.mark.parametrize("is_registered", [False, True], ids=["never registered", "registered before"])
async def test_after_the_sweep_a_key_is_still_no_other_object_s(company: Company, *, is_registered: bool) -> None:
    """Else it would count as a photo by reference whose bytes are on their way, for ever."""
    parts, order = company.parts, await company.order()
    key = await _sent(company, order)
    if is_registered:
        await register(company, order, key)
    await _age(parts, LASTS_S + _DAY_S)
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 1
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 0
    new = NewPhoto(key, "https://cdn.example.com/another", 0, "1970-01-01T00:00:00Z", step="after")
    with pytest.raises(FettleError) as refused:
        await parts.services.evidence.register_photo(company.intent(Scope.EVIDENCE), order, new)
    assert refused.value.code == "OBJECT_NOT_FOUND"
    with pytest.raises(FettleError):
        await parts.services.direct_uploads.take(
            await parts.services.direct_uploads.find(key), _chunks(b"\xff\xd8\xff\xe1" + JPEG[4:])
        )
    assert len(await parts.database.read(lambda tx: tx.evidence.of_orders([order]))) == is_registered


async def test_what_was_registered_stays_after_the_sweep(company: Company) -> None:
    parts, order = company.parts, await company.order()
    key = await _sent(company, order)
    new = NewPhoto(key, "https://cdn.example.com/1", 0, "1970-01-01T00:00:00Z")
    await parts.services.evidence.register_photo(company.intent(Scope.EVIDENCE), order, new)
    await _age(parts, LASTS_S + _DAY_S)
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 1
    assert await parts.sweep.orphans(0) == 0
    file = await parts.services.files.get(company.admin, key)
    assert b"".join([chunk async for chunk in await parts.services.files.open(file)]) == JPEG


async def test_an_address_expires(company: Company) -> None:
    direct, order = company.parts.services.direct_uploads, await company.order()
    key = await _announced(company, order)
    request = await direct.signed_request(await direct.find(key))
    assert (await direct.admit(key, request.signature)).id == key
    await company.parts.database.write(
        lambda tx: tx.direct_uploads._sql.run(  # type: ignore[attr-defined]  # noqa: SLF001 - tests travel in time
            "UPDATE direct_uploads SET created_at = created_at - 1"
        )
    )
    assert (await direct.admit(key, request.signature)).id == key
    await _age(company.parts, LASTS_S)
    with pytest.raises(FettleError) as other:
        await direct.admit(key, request.signature)  # signed for another end
    assert other.value.code == "NOT_FOUND"
    renewed = await direct.signed_request(await direct.find(key))
    with pytest.raises(UploadExpired):
        await direct.admit(key, renewed.signature)


@pytest.fixture(params=["sqlite-disk", "postgres-s3"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Parts, Parts]]:
    """A server, and one more that sweeps."""
    settings = Settings(data=tmp_path)
    if request.param == "postgres-s3":
        postgres: PostgresServer = request.getfixturevalue("postgres_server")
        s3: SeaweedServer = request.getfixturevalue("s3_server")
        settings = Settings(
            data=tmp_path,
            database_url=postgres.create_database(),
            blobs_url=s3.url(token_hex(6)),
            s3_access_key_id=s3.access_key,
            s3_secret_access_key=s3.secret_key,
        )
    await asyncio.to_thread(migrate, settings)
    async with open_parts(settings, is_server=False) as first, open_parts(settings, is_server=False) as second:
        yield first, second


async def _put(company: Company, order: str, *, with_hash: bool) -> str:
    """Announced, and sent to where the client would send it; the key."""
    parts, direct = company.parts, company.parts.services.direct_uploads
    new = announce("a.jpg", "image/jpeg", len(JPEG), hashlib.sha256(JPEG).hexdigest() if with_hash else None)
    key = (await direct.begin(company.intent(Scope.EVIDENCE), order, new)).id
    incoming = parts.blobs.incoming_key(company.id, key)
    if incoming is None:
        await direct.take(await direct.find(key), _chunks())
        return key
    async with parts.blobs.spool() as spool:
        await spool.write(JPEG)
        await spool.keep(incoming)
    return key


async def _overwrite(company: Company, key: str, content: bytes) -> None:
    """As whoever has the signed request may until it expires."""
    incoming = company.parts.blobs.incoming_key(company.id, key)
    assert incoming is not None
    async with company.parts.blobs.spool() as spool:
        await spool.write(content)
        await spool.keep(incoming)


_IN_A_BUCKET = pytest.mark.parametrize("pair", ["postgres-s3"], indirect=True)


@_IN_A_BUCKET
@pytest.mark.parametrize(
    "other",
    [b"<html>".ljust(len(JPEG)), JPEG + b"x", b"\x89PNG\r\n\x1a\n".ljust(len(JPEG))],
    ids=["html", "longer", "png"],
)
async def test_what_is_no_more_as_announced_when_it_is_copied_is_not_taken(
    pair: tuple[Parts, Parts], other: bytes
) -> None:
    company = await make_company(pair[0])
    key = await _put(company, await company.order(), with_hash=False)
    photo_id = await register(company, await _order_of(company, key), key)
    await _overwrite(company, key, other)
    look = company.parts.watch.look
    assert await look(photo_id, 1, company.parts.clock.now()) is not None, "looked for again"
    assert (await get_photo(company.parts, photo_id)).state is State.REFERENCED
    assert await kept_keys(company.parts) == []
    await _overwrite(company, key, JPEG)
    assert await look(photo_id, 2, company.parts.clock.now()) is None
    photo = await get_photo(company.parts, photo_id)
    file = await company.parts.services.files.get(company.admin, photo.file_name)
    assert (photo.state, file.original_file_name, file.content_type) == (State.STORED, "a.jpg", "image/jpeg")


async def _incoming(company: Company) -> int:
    return len([stat async for stat in company.parts.blobs.list("incoming/")])


@_IN_A_BUCKET
@pytest.mark.parametrize("is_copied", [True, False], ids=["copied", "never copied"])
async def test_what_is_deleted_before_it_was_copied_stays_as_long_as_it_is_kept(
    pair: tuple[Parts, Parts], *, is_copied: bool
) -> None:
    parts = pair[0]
    company = await make_company(parts)
    order = await company.order()
    key = await _put(company, order, with_hash=False)
    photo_id = await register(company, order, key)
    await hold(company, order)
    await delete(company, order, photo_id, days_ago=100)
    if is_copied:
        assert await parts.watch.look(photo_id, 1, parts.clock.now()) is None
        assert (await get_photo(parts, photo_id)).state is State.STORED
        assert len(await kept_keys(parts)) == 1
    await _age(parts, LASTS_S + _DAY_S)
    assert await parts.services.direct_uploads.sweep(_DAY_S) == is_copied
    await keep_for(company, 30)
    assert await parts.removals.retire() == 0, "held"
    assert len(await kept_keys(parts)) + await _incoming(company) == 1
    await parts.services.legal_holds.lift(company.intent(Scope.USERS), order, "settled")
    assert await parts.removals.retire() == 1
    assert await parts.removals.retire() == 0
    assert await parts.services.direct_uploads.sweep(_DAY_S) == (not is_copied)
    assert (await kept_keys(parts), await _incoming(company)) == ([], 0)
    assert (await log_of(company, order))[-1] is EntryType.EVIDENCE_BYTES_REMOVED
    assert moved_alone((await parts.services.verification.of_order(company.admin, order)).problems)


@_IN_A_BUCKET
async def test_what_is_erased_before_it_was_copied_goes_with_the_sweep(pair: tuple[Parts, Parts]) -> None:
    parts = pair[0]
    company = await make_company(parts)
    order = await company.order()
    key = await _put(company, order, with_hash=False)
    photo_id = await register(company, order, key)
    wanted = Wanted(frozenset({Erasable.BYTES}), "Asked for", evidence_ids=frozenset({photo_id}))
    await parts.services.erasures.of_order(company.intent(Scope.USERS), order, wanted)
    assert await parts.watch.look(photo_id, 1, parts.clock.now()) is None
    await _age(parts, LASTS_S + _DAY_S)
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 1
    assert (await kept_keys(parts), await _incoming(company)) == ([], 0)


async def _order_of(company: Company, key: str) -> str:
    return (await company.parts.services.direct_uploads.find(key)).work_order_id


async def test_a_sweep_beside_registrations_takes_nothing_that_a_photo_names(pair: tuple[Parts, Parts]) -> None:
    """All uploads are over since long: each is registered or swept, and never half of both."""
    parts, sweeping = pair
    company = await make_company(parts)
    order = await company.order()
    keys = [await _put(company, order, with_hash=number % 2 == 0) for number in range(_RACES)]
    await _age(parts, LASTS_S + _DAY_S)

    async def register_one(key: str) -> str:
        new = NewPhoto(key, f"https://cdn.example.com/{key}", 0, "1970-01-01T00:00:00Z")
        return (await parts.services.evidence.register_photo(company.intent(Scope.EVIDENCE), order, new)).id

    async def register_all() -> list[str | BaseException]:
        """From the last to the first, two at a time: the sweep comes from the other end. The first are left to it."""
        photos: list[str | BaseException] = []
        for start in range(0, _RACES, 2):
            if start >= _RACES - 4:
                await swept
            some = [register_one(key) for key in keys[::-1][start : start + 2]]
            photos += await asyncio.gather(*some, return_exceptions=True)
        return photos

    swept = asyncio.create_task(sweeping.services.direct_uploads.sweep(_DAY_S))
    photos = await register_all()
    await sweeping.services.direct_uploads.sweep(_DAY_S)
    await sweeping.sweep.orphans(0)
    registered = [photo for photo in photos if isinstance(photo, str)]
    refused = [photo for photo in photos if isinstance(photo, FettleError) and photo.code == "OBJECT_NOT_FOUND"]
    assert len(registered) + len(refused) == _RACES, photos
    assert registered, "the sweep was alone"
    assert refused, "the sweep came too late"
    for photo_id in registered:
        await parts.watch.look(photo_id, 1, parts.clock.now())
        photo = await get_photo(parts, photo_id)
        assert photo.state is State.STORED
        file = await parts.services.files.get(company.admin, photo.file_name)
        assert b"".join([chunk async for chunk in await parts.services.files.open(file)]) == JPEG
    assert len(await parts.database.read(lambda tx: tx.evidence.of_orders([order]))) == len(registered)


async def test_a_registration_after_the_sweep_finds_nothing(company: Company) -> None:
    parts, order = company.parts, await company.order()
    key = await _sent(company, order)
    direct = parts.services.direct_uploads
    async with direct.deposit(company.id, order, key) as deposit:
        assert deposit is not None
        await _age(parts, LASTS_S + _DAY_S)
        assert await direct.sweep(_DAY_S) == 1
        with pytest.raises(FettleError) as refused:
            await parts.services.evidence._register(  # noqa: SLF001 - the sweep in the middle of a registration
                company.intent(Scope.EVIDENCE), order, NewPhoto(key, "https://a.example", 1, "1970"), deposit
            )
    assert refused.value.code == "OBJECT_NOT_FOUND"
    photos = await parts.database.read(lambda tx: tx.evidence.of_orders([order]))
    assert photos == []
