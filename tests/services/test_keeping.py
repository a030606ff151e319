"""What becomes of a photo by reference: stored, missing, or nothing that anybody could use against another company."""

import hashlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import msgspec
import pytest
from obstore.store import S3Store

from fettle.build import Parts, open_parts
from fettle.domain.activity import Entry, EntryType
from fettle.domain.errors import Unavailable
from fettle.domain.evidence import State
from fettle.domain.instants import SECOND
from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.settings import Settings
from tests.servers.seaweed import SeaweedServer
from tests.services.conftest import Company, make_company
from tests.services.photos import JPEG, get_photo, kept_keys, register, send

DAY = 24 * 3600 * SECOND


class Bucket:
    """The bucket as clients write into it, behind the back of the server."""

    def __init__(self, store: S3Store, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    async def put(self, company_id: str, object_key: str, content: bytes) -> None:
        await self._store.put_async(f"{self._prefix}/incoming/{company_id}/{object_key}", content)


@pytest.fixture
def prefix() -> str:
    return f"keeping-{token_hex(4)}"


@pytest.fixture
def bucket(s3_server: SeaweedServer, prefix: str) -> Bucket:
    return Bucket(s3_server.store(), prefix)


@pytest.fixture
def settings(empty_data: Path, tmp_path: Path, s3_server: SeaweedServer, prefix: str) -> Settings:
    shutil.copytree(empty_data, tmp_path / "data")
    return Settings(
        data=tmp_path / "data",
        blobs_url=s3_server.url(prefix),
        s3_access_key_id=s3_server.access_key,
        s3_secret_access_key=s3_server.secret_key,
        max_upload_bytes=100_000,
    )


async def log_of(parts: Parts, order_id: str) -> list[Entry]:
    return await parts.database.read(lambda tx: tx.activity.of_orders([order_id]))


async def test_an_object_in_the_bucket_is_copied_to_a_key_of_ours(company: Company, bucket: Bucket) -> None:
    parts = company.parts
    order_id = await company.order()
    photo_id = await register(company, order_id, "shift 1/camera é.jpg")
    await bucket.put(company.id, "shift 1/camera é.jpg", JPEG)
    assert await parts.watch.look(photo_id, 1, parts.clock.now()) is None
    photo = await get_photo(parts, photo_id)
    file = await parts.services.files.get(company.admin, photo.file_name)
    assert photo.state is State.STORED
    assert (file.size, file.content_type) == (len(JPEG), "image/jpeg")
    assert (file.sha256, file.original_file_name) == (hashlib.sha256(JPEG).hexdigest(), "camera é.jpg")
    await bucket.put(company.id, "shift 1/camera é.jpg", b"something else")
    read = b"".join([chunk async for chunk in await parts.services.files.open(file)])
    assert read == JPEG


async def test_the_change_is_in_the_log_under_the_servers_own_name(company: Company, bucket: Bucket) -> None:
    parts = company.parts
    order_id = await company.order()
    photo_id = await register(company, order_id, "a.jpg")
    await bucket.put(company.id, "a.jpg", JPEG)
    await parts.watch.look(photo_id, 1, parts.clock.now())
    entry = (await log_of(parts, order_id))[-1]
    system_id = await parts.database.read(lambda tx: tx.people.system_user_id(company.id))
    assert (entry.type, entry.added_by_user_id) == (EntryType.EVIDENCE_STATE_CHANGED, system_id)
    changes = msgspec.json.decode(entry.data)["changes"]
    assert changes == {f"evidence.{photo_id}.state": ["referenced", "stored"]}


async def test_a_file_that_was_sent_is_found_by_its_name(company: Company) -> None:
    photo_id = await register(company, await company.order(), (await send(company)).upper())
    await company.parts.watch.look(photo_id, 1, company.parts.clock.now())
    photo = await get_photo(company.parts, photo_id)
    file = await company.parts.services.files.get(company.admin, photo.file_name)
    assert (photo.state, file.original_file_name) == (State.STORED, "camera.jpg")
    assert len(await kept_keys(company.parts)) == 2


async def test_what_is_another_companys_is_not_there(company: Company, bucket: Bucket) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    await bucket.put(other.id, "a.jpg", JPEG)
    for key in ("a.jpg", await send(other), f"../{other.id}/a.jpg"[3:]):
        assert not await company.parts.watch.exists(company.id, key)
    assert await company.parts.watch.exists(other.id, "a.jpg")


async def test_the_name_of_evidence_is_not_there(company: Company) -> None:
    photo_id = await register(company, await company.order(), await send(company))
    await company.parts.watch.look(photo_id, 1, company.parts.clock.now())
    name = (await get_photo(company.parts, photo_id)).file_name
    assert not await company.parts.watch.exists(company.id, name)


async def test_an_object_over_the_limit_is_not_there(company: Company, bucket: Bucket) -> None:
    await bucket.put(company.id, "large.jpg", b"x" * 100_001)
    assert not await company.parts.watch.exists(company.id, "large.jpg")


async def test_looks_grow_rarer_until_the_grace_period_ends(company: Company) -> None:
    parts = company.parts
    photo_id = await register(company, await company.order(), "late.jpg")
    added_at = (await get_photo(parts, photo_id)).added_at
    waits = []
    for look in range(1, 10):
        again = await parts.watch.look(photo_id, look, added_at)
        assert again is not None
        waits.append((again - added_at) // SECOND)
    assert waits == [1, 5, 30, 120, 600, 1800, 3600, 3600, 3600]
    almost = added_at + DAY - 10 * SECOND
    assert await parts.watch.look(photo_id, 30, almost) == added_at + DAY
    assert (await get_photo(parts, photo_id)).state is State.REFERENCED


async def test_what_never_comes_is_missing_once_and_looked_for_a_month(company: Company, bucket: Bucket) -> None:
    parts = company.parts
    order_id = await company.order()
    photo_id = await register(company, order_id, "late.jpg")
    added_at = (await get_photo(parts, photo_id)).added_at
    for day in (1, 2):
        assert await parts.watch.look(photo_id, 40, added_at + day * DAY) == added_at + (day + 1) * DAY
    assert (await get_photo(parts, photo_id)).state is State.MISSING
    types = [entry.type for entry in await log_of(parts, order_id)]
    assert types.count(EntryType.EVIDENCE_STATE_CHANGED) == 1
    assert await parts.watch.look(photo_id, 70, added_at + 30 * DAY) is None
    await bucket.put(company.id, "late.jpg", JPEG)
    assert await parts.watch.look(photo_id, 71, added_at + 29 * DAY) is None
    assert (await get_photo(parts, photo_id)).state is State.STORED


async def test_a_closed_order_still_gets_its_bytes(company: Company, bucket: Bucket) -> None:
    parts = company.parts
    order_id = await company.order()
    photo_id = await register(company, order_id, "a.jpg")
    await parts.services.work_orders.move(company.intent(Scope.STATUS), order_id, Status.CANCELED, "not needed")
    await bucket.put(company.id, "a.jpg", JPEG)
    await parts.watch.look(photo_id, 1, parts.clock.now())
    assert (await get_photo(parts, photo_id)).state is State.STORED


async def test_a_deleted_photo_is_not_looked_for(company: Company, bucket: Bucket) -> None:
    parts = company.parts
    order_id = await company.order()
    photo_id = await register(company, order_id, "a.jpg")
    await parts.services.evidence.delete(company.intent(Scope.EVIDENCE), order_id, photo_id, "wrong order")
    await bucket.put(company.id, "a.jpg", JPEG)
    assert await parts.watch.look(photo_id, 1, parts.clock.now()) is None
    assert (await get_photo(parts, photo_id)).state is State.REFERENCED
    assert await kept_keys(parts) == []


async def test_two_looks_at_once_keep_one_copy(company: Company, bucket: Bucket) -> None:
    parts = company.parts
    photo_id = await register(company, await company.order(), "a.jpg")
    await bucket.put(company.id, "a.jpg", JPEG)
    now = parts.clock.now()
    first = await parts.watch._find(company.id, "a.jpg")  # noqa: SLF001 - the moment between finding and storing
    assert first is not None
    photo = await get_photo(parts, photo_id)
    await parts.watch.look(photo_id, 1, now)
    await parts.watch._copy(photo, first)  # noqa: SLF001 - as above
    assert len(await kept_keys(parts)) == 1


@pytest.fixture
async def unreachable(settings: Settings) -> AsyncIterator[Parts]:
    """The same record over a store that does not answer."""
    nowhere = replace(settings, blobs_url="s3://nothing?endpoint=http://127.0.0.1:9")
    async with open_parts(nowhere, is_server=False) as parts:
        yield parts


async def test_a_store_that_does_not_answer_decides_nothing(company: Company, unreachable: Parts) -> None:
    photo_id = await register(company, await company.order(), "late.jpg")
    added_at = (await get_photo(company.parts, photo_id)).added_at
    with pytest.raises(Unavailable):
        await unreachable.watch.look(photo_id, 1, added_at + 2 * DAY)
    assert (await get_photo(company.parts, photo_id)).state is State.REFERENCED
