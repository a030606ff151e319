"""Unfinished objects: what is settled stays, what is not is dropped, and the whole is kept under a key of its own."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from secrets import token_bytes

import pytest

from fettle.blobs.disk import DiskBlobs
from fettle.domain.errors import Unavailable
from fettle.domain.uploads import UploadBusy
from fettle.services.ports import BlobStore, Part
from tests.blobs.test_stores import keys, put, read

FIRST, SECOND, THIRD = token_bytes(3 << 20), token_bytes(17), token_bytes(5 << 20)


async def grow(blobs: BlobStore, start: int, *contents: bytes) -> list[Part]:
    parts = []
    async with blobs.grow("one", start) as growth:
        for content in contents:
            for at in range(0, len(content), 100_000):
                await growth.write(content[at : at + 100_000])
            parts.append(await growth.settle())
    return parts


async def kept(blobs: BlobStore, parts: Sequence[Part]) -> bytes:
    async with blobs.grown("one", parts) as arrived:
        await arrived.keep("kept/aa/whole")
        content = await read(blobs, "kept/aa/whole")
        assert (arrived.size, arrived.head) == (len(content), content[:4096])
        assert arrived.sha256 == hashlib.sha256(content).hexdigest()
    return content


async def test_parts_become_one_object(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST, SECOND)
    assert [(part.start, part.size) for part in parts] == [(0, len(FIRST)), (len(FIRST), len(SECOND))]
    parts += await grow(blobs, len(FIRST + SECOND), THIRD)
    assert await kept(blobs, parts) == FIRST + SECOND + THIRD


async def test_what_was_not_settled_is_dropped(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST)
    async with blobs.grow("one", len(FIRST)) as growth:
        await growth.write(THIRD)
    parts += await grow(blobs, len(FIRST), SECOND)
    assert await kept(blobs, parts) == FIRST + SECOND


async def test_what_was_settled_but_not_told_of_is_dropped(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST)
    await grow(blobs, len(FIRST), THIRD)
    parts += await grow(blobs, len(FIRST), SECOND)
    assert await kept(blobs, parts) == FIRST + SECOND


async def test_the_end_may_come_again_as_long_as_the_object_is_not_dropped(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST)
    assert await kept(blobs, parts) == FIRST
    await blobs.delete("kept/aa/whole")
    parts += await grow(blobs, len(FIRST), SECOND)
    assert await kept(blobs, parts) == FIRST + SECOND


async def test_a_dropped_object_leaves_nothing_and_harms_no_copy(blobs: BlobStore) -> None:
    await kept(blobs, await grow(blobs, 0, FIRST, SECOND))
    await blobs.drop_grown("one")
    await blobs.drop_grown("one")
    assert await keys(blobs, "growing/") == set()
    assert await read(blobs, "kept/aa/whole") == FIRST + SECOND


async def test_another_process_goes_on(tmp_path: Path) -> None:
    one, other = DiskBlobs(tmp_path), DiskBlobs(tmp_path)
    parts = await grow(one, 0, FIRST)
    parts += await grow(other, len(FIRST), SECOND)
    parts += await grow(one, len(FIRST + SECOND), THIRD)
    assert await kept(one, parts) == FIRST + SECOND + THIRD
    one.close()
    other.close()


async def test_two_do_not_add_to_one_file_at_once(tmp_path: Path) -> None:
    one, other = DiskBlobs(tmp_path), DiskBlobs(tmp_path)
    async with one.grow("one", 0) as growth:
        await growth.write(SECOND)
        with pytest.raises(UploadBusy):
            await grow(other, 0, THIRD)
        parts = [await growth.settle()]
    parts += await grow(other, len(SECOND), THIRD)
    assert await kept(other, parts) == SECOND + THIRD
    one.close()
    other.close()


async def test_bytes_that_are_gone_are_told(blobs: BlobStore) -> None:
    parts = await grow(blobs, 0, FIRST, SECOND)
    await blobs.drop_grown("one")
    with pytest.raises((Unavailable, KeyError)):
        await kept(blobs, parts)
    if isinstance(blobs, DiskBlobs):
        with pytest.raises(Unavailable):
            await grow(blobs, len(FIRST), SECOND)


async def test_objects_beside_each_other_do_not_mix(blobs: BlobStore) -> None:
    async with blobs.grow("one", 0) as one, blobs.grow("other", 0) as other:
        for _ in range(20):
            await asyncio.gather(one.write(b"1" * 100_000), other.write(b"2" * 100_000))
        parts = await asyncio.gather(one.settle(), other.settle())
    assert await kept(blobs, parts[:1]) == b"1" * 2_000_000
    await blobs.drop_grown("one")
    await put(blobs, "kept/aa/beside", b"x")
    async with blobs.grown("other", parts[1:]) as arrived:
        assert arrived.sha256 == hashlib.sha256(b"2" * 2_000_000).hexdigest()
