"""Unfinished objects: what is settled stays, what is not is dropped, and the whole is kept under a key of its own."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from secrets import token_bytes

import pytest

from fettle.blobs.disk import DiskBlobs
from fettle.blobs.memory import MemoryBlobs
from fettle.blobs.s3 import S3Blobs
from fettle.domain.errors import Unavailable
from fettle.domain.uploads import UploadBusy, WrongOffset
from fettle.services.ports import BlobStore, Growth, Part
from tests.blobs.test_stores import keys, put, read

FIRST, SECOND, THIRD = token_bytes(3 << 20), token_bytes(17), token_bytes(5 << 20)
OTHER = token_bytes(len(SECOND))


async def fill(growth: Growth, content: bytes) -> None:
    for at in range(0, len(content), 100_000):
        await growth.write(content[at : at + 100_000])


async def unclaimed() -> None:
    """What is beyond the start may go."""


async def grow(blobs: BlobStore, start: int, *contents: bytes) -> list[Part]:
    parts = []
    async with blobs.grow("one", start, unclaimed) as growth:
        for content in contents:
            await fill(growth, content)
            async with growth.settled() as part:
                parts.append(part)
    return parts


async def ended(blobs: BlobStore, before: Sequence[Part], last: bytes) -> bytes:
    """The whole, as it is kept when its last bytes have come."""
    async with blobs.grow("one", sum(part.size for part in before), unclaimed) as growth:
        await fill(growth, last)
        async with growth.whole(before) as arrived:
            await arrived.keep("kept/aa/whole")
            content = await read(blobs, "kept/aa/whole")
            assert (arrived.size, arrived.head) == (len(content), content[:4096])
            assert arrived.sha256 == hashlib.sha256(content).hexdigest()
    return content


async def test_parts_become_one_object(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST, SECOND)
    assert [(part.start, part.size) for part in parts] == [(0, len(FIRST)), (len(FIRST), len(SECOND))]
    assert await ended(blobs, parts, THIRD) == FIRST + SECOND + THIRD


@pytest.mark.parametrize("content", [SECOND, THIRD], ids=["small", "big"])
async def test_one_piece_is_a_whole(blobs: BlobStore, content: bytes) -> None:
    assert await ended(blobs, [], content) == content


async def test_one_piece_goes_to_a_bucket_once(s3: S3Blobs, tmp_path: Path) -> None:
    assert await ended(s3, [], THIRD) == THIRD
    assert await keys(s3, "") == {"kept/aa/whole"}
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


async def test_what_was_not_settled_is_dropped(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST)
    async with blobs.grow("one", len(FIRST), unclaimed) as growth:
        await growth.write(THIRD)
    assert await ended(blobs, parts, SECOND) == FIRST + SECOND


async def test_what_was_settled_but_not_told_of_is_dropped(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST)
    await grow(blobs, len(FIRST), THIRD)
    assert await ended(blobs, parts, SECOND) == FIRST + SECOND


async def test_the_end_may_come_again_as_long_as_the_object_is_not_dropped(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST)
    for _ in range(2):
        assert await ended(blobs, parts, SECOND) == FIRST + SECOND
        await blobs.delete("kept/aa/whole")
    parts += await grow(blobs, len(FIRST), SECOND)
    assert await ended(blobs, parts, THIRD) == FIRST + SECOND + THIRD


async def test_the_end_may_come_again_with_other_bytes(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST)
    for last in (SECOND, OTHER):
        assert await ended(blobs, parts, last) == FIRST + last
        await blobs.delete("kept/aa/whole")


async def test_other_bytes_may_come_for_those_that_the_record_did_not_take(blobs: BlobStore) -> None:
    """By way of another process, as it may be; the first knew the hash of its own."""
    other = DiskBlobs(blobs._root) if isinstance(blobs, DiskBlobs) else blobs  # noqa: SLF001 - the same folder
    parts = await grow(blobs, 0, FIRST)

    async def refused() -> None:
        async with blobs.grow("one", len(FIRST), unclaimed) as growth:
            await growth.write(SECOND)
            async with growth.settled():
                raise Unavailable

    with pytest.raises(Unavailable):
        await refused()
    parts += await grow(other, len(FIRST), OTHER)
    assert await ended(blobs, parts, THIRD) == FIRST + OTHER + THIRD
    if isinstance(other, DiskBlobs):
        other.close()


async def test_a_dropped_object_leaves_nothing_and_harms_no_copy(blobs: BlobStore) -> None:
    await ended(blobs, await grow(blobs, 0, FIRST), SECOND)
    await blobs.drop_grown("one")
    await blobs.drop_grown("one")
    assert await keys(blobs, "growing/") == set()
    assert await read(blobs, "kept/aa/whole") == FIRST + SECOND


async def test_another_process_goes_on_and_ends(tmp_path: Path) -> None:
    one, other = DiskBlobs(tmp_path), DiskBlobs(tmp_path)
    parts = await grow(one, 0, FIRST)
    parts += await grow(other, len(FIRST), SECOND)
    assert await ended(one, parts, THIRD) == FIRST + SECOND + THIRD
    one.close()
    other.close()


async def test_two_do_not_add_to_one_file_at_once(tmp_path: Path) -> None:
    one, other = DiskBlobs(tmp_path), DiskBlobs(tmp_path)
    async with one.grow("one", 0, unclaimed) as growth:
        await growth.write(SECOND)
        with pytest.raises(UploadBusy):
            await grow(other, 0, THIRD)
        async with growth.settled() as part:
            parts = [part]
    assert await ended(other, parts, THIRD) == SECOND + THIRD
    one.close()
    other.close()


async def test_what_somebody_knows_of_is_not_cut_off(tmp_path: Path) -> None:
    """Nor is an object that is kept already: the one that grew, and is not dropped yet, shares its bytes."""
    blobs = DiskBlobs(tmp_path)
    parts = await grow(blobs, 0, FIRST)
    assert await ended(blobs, parts, SECOND) == FIRST + SECOND

    async def claimed() -> None:
        raise WrongOffset

    with pytest.raises(WrongOffset):
        await blobs.grow("one", len(FIRST), claimed).__aenter__()
    assert await read(blobs, "kept/aa/whole") == FIRST + SECOND
    await blobs.delete("kept/aa/whole")
    assert await ended(blobs, parts, OTHER) == FIRST + OTHER, "nobody holds it any more"
    blobs.close()


async def test_bytes_that_are_gone_are_told(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST)
    await blobs.drop_grown("one")
    if isinstance(blobs, MemoryBlobs):
        assert await ended(blobs, parts, SECOND) == SECOND  # it does not look
        return
    with pytest.raises(Unavailable):
        await ended(blobs, parts, SECOND)
    assert await keys(blobs, "kept/") == set()


async def test_objects_beside_each_other_do_not_mix(blobs: BlobStore) -> None:
    async with blobs.grow("one", 0, unclaimed) as one, blobs.grow("other", 0, unclaimed) as other:
        for _ in range(20):
            await asyncio.gather(one.write(b"1" * 100_000), other.write(b"2" * 100_000))
        async with one.whole([]) as arrived:
            await arrived.keep("kept/aa/one")
        await blobs.drop_grown("one")
        await put(blobs, "kept/aa/beside", b"x")
        async with other.whole([]) as arrived:
            assert arrived.sha256 == hashlib.sha256(b"2" * 2_000_000).hexdigest()
    assert await read(blobs, "kept/aa/one") == b"1" * 2_000_000
