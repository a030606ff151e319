"""The check finds every difference and deletes nothing; the sweep takes what nothing names, and nothing else."""

from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import msgspec
import pytest

from fettle.build import Parts, open_parts
from fettle.domain.catalogue import DataType
from fettle.domain.errors import Unavailable
from fettle.domain.evidence import State
from fettle.domain.instants import SECOND
from fettle.domain.people import Scope
from fettle.domain.repeats import KEPT_FOR, Idempotency
from fettle.services.checking import Difference
from fettle.services.datasets import NewDataset
from fettle.services.gate import Intent
from fettle.settings import Settings
from tests.blobs.test_s3 import begin_parts
from tests.servers.seaweed import SeaweedServer
from tests.services.conftest import Company
from tests.services.photos import JPEG, get_photo, kept_keys, register, send


async def stored_photo(company: Company) -> tuple[str, str]:
    """The id of a photo whose bytes are stored, and the key they are under."""
    photo_id = await register(company, await company.order(), await send(company))
    await company.parts.watch.look(photo_id, 1, company.parts.clock.now())
    photo = await get_photo(company.parts, photo_id)
    return photo_id, (await company.parts.services.files.get(company.admin, photo.file_name)).storage_key


async def found(parts: Parts) -> list[tuple[Difference, str]]:
    return [(finding.difference, finding.storage_key) async for finding in parts.check.run()]


def path_of(settings: Settings, key: str) -> Path:
    return settings.data / "files" / key


async def test_nothing_is_found_where_nothing_is_wrong(company: Company) -> None:
    photo_id, key = await stored_photo(company)
    assert await found(company.parts) == []
    file = await company.parts.database.read(lambda tx: tx.files.find_by_storage_key(key))
    assert file is not None
    assert file.checked_at is not None
    assert (await get_photo(company.parts, photo_id)).state is State.STORED


async def test_a_flipped_bit_is_found_and_marked_and_unmarked_when_it_is_back(
    company: Company, settings: Settings
) -> None:
    photo_id, key = await stored_photo(company)
    flipped = bytearray(JPEG)
    flipped[5000] ^= 1
    path_of(settings, key).write_bytes(flipped)
    for _ in range(2):
        assert await found(company.parts) == [(Difference.DAMAGED, key)]
        assert (await get_photo(company.parts, photo_id)).state is State.DAMAGED
    path_of(settings, key).write_bytes(JPEG)
    assert await found(company.parts) == [(Difference.REPAIRED, key)]
    assert (await get_photo(company.parts, photo_id)).state is State.STORED
    assert await found(company.parts) == []


async def test_lost_bytes_are_found(company: Company, settings: Settings) -> None:
    photo_id, key = await stored_photo(company)
    path_of(settings, key).unlink()
    assert await found(company.parts) == [(Difference.MISSING, key)]
    assert (await get_photo(company.parts, photo_id)).state is State.DAMAGED


async def test_every_mark_is_one_version_and_one_entry(company: Company, settings: Settings) -> None:
    photo_id, key = await stored_photo(company)
    order_id = (await get_photo(company.parts, photo_id)).work_order_id
    path_of(settings, key).unlink()
    await found(company.parts)
    await found(company.parts)
    view = await company.parts.services.work_orders.get(company.admin, order_id)
    assert [entry.seq for entry in view.activity] == list(range(1, view.order.version + 1))
    assert '["stored","damaged"]' in view.activity[-1].data
    assert [entry.type for entry in view.activity].count(view.activity[-1].type) == 2


async def test_bytes_without_a_row_are_listed_and_left(company: Company, settings: Settings) -> None:
    orphan = path_of(settings, "kept/00/left")
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    assert await found(company.parts) == [(Difference.ORPHANED, "kept/00/left")]
    assert orphan.exists()


async def test_a_reader_that_finds_the_damage_marks_it(company: Company, settings: Settings) -> None:
    photo_id, key = await stored_photo(company)
    files = company.parts.services.files
    path_of(settings, key).write_bytes(b"other bytes")
    file = await files.get(company.admin, (await get_photo(company.parts, photo_id)).file_name)
    with pytest.raises(Unavailable) as raised:
        b"".join([chunk async for chunk in await files.open(file)])
    assert raised.value.code == "BYTES_DAMAGED"
    assert (await get_photo(company.parts, photo_id)).state is State.DAMAGED


async def test_a_damaged_source_is_not_copied(company: Company, settings: Settings) -> None:
    name = await send(company)
    file = await company.parts.services.files.get(company.admin, name)
    path_of(settings, file.storage_key).write_bytes(b"other bytes")
    photo_id = await register(company, await company.order(), name)
    assert await company.parts.watch.look(photo_id, 1, company.parts.clock.now()) is not None
    assert (await get_photo(company.parts, photo_id)).state is State.REFERENCED
    assert await kept_keys(company.parts) == [file.storage_key]


async def test_the_sweep_takes_old_orphans_only(company: Company, settings: Settings) -> None:
    _, key = await stored_photo(company)
    orphan = path_of(settings, "kept/00/left")
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    assert await company.parts.sweep.orphans(3600) == 0
    assert orphan.exists()
    assert await company.parts.sweep.orphans(0) == 1
    assert not orphan.exists()
    assert path_of(settings, key).exists()
    assert await found(company.parts) == []


async def test_what_a_crash_left_in_parts_is_given_up_below_every_key_of_ours(
    settings: Settings, s3_server: SeaweedServer
) -> None:
    prefix = token_hex(6)
    on_s3 = replace(
        settings,
        blobs_url=s3_server.url(prefix),
        s3_access_key_id=s3_server.access_key,
        s3_secret_access_key=s3_server.secret_key,
    )
    async with open_parts(on_s3, is_server=False) as parts:
        for key in ("kept/aa/cut", "made/aa/cut", "packs/aa/cut", "growing/an-upload/0", "incoming/company/theirs"):
            begin_parts(s3_server, prefix, key)
        assert await parts.sweep.unfinished(3600) == 0
        assert await parts.sweep.unfinished(-2) == 4
        assert await parts.blobs.end_unfinished("incoming/", parts.clock.now() + 2 * SECOND) == 1


async def test_the_sweep_looks_again_at_the_moment_of_deletion(company: Company) -> None:
    """Many objects are compared at a time; a row may have come since."""
    _, key = await stored_photo(company)
    assert not await company.parts.sweep._is_orphan(key)  # noqa: SLF001 - the moment between comparing and deleting
    assert await company.parts.sweep._is_orphan("kept/00/left")  # noqa: SLF001 - as above


async def test_what_was_done_under_a_key_is_forgotten_after_a_week(company: Company) -> None:
    parts = company.parts
    intent = Intent(company.admin, Scope.CATALOGUE, idempotency=Idempotency("abc", "fingerprint"))
    await parts.services.datasets.put(intent, NewDataset("Length", DataType.CHECKBOX))
    effect = await parts.database.read(lambda tx: tx.effects.find(company.id, company.admin_id, "abc"))
    assert effect is not None
    assert await parts.sweep.effects() == 0
    old = effect.created_at - KEPT_FOR - 1
    await parts.database.write(lambda tx: tx.effects.delete_before(effect.created_at + 1))
    await parts.database.write(lambda tx: tx.effects.add(msgspec.structs.replace(effect, created_at=old)))
    assert await parts.sweep.effects() == 1
