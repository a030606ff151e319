"""What every store promises (`ports.BlobStore`), shown on each of them."""

import hashlib
import time
from secrets import token_bytes

import pytest

from fettle.services.ports import BlobNotFound, BlobStat, BlobStore

SMALL = b"a small object"
BIG = token_bytes((5 << 20) + 17)


async def put(blobs: BlobStore, key: str, content: bytes, piece: int = 65_536) -> None:
    async with blobs.spool() as spool:
        for start in range(0, len(content), piece):
            await spool.write(content[start : start + piece])
        await spool.keep(key)


async def read(blobs: BlobStore, key: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join([piece async for piece in await blobs.open(key, start, length)])


async def keys(blobs: BlobStore, prefix: str) -> set[str]:
    return {stat.key async for stat in blobs.list(prefix)}


@pytest.mark.parametrize("content", [SMALL, BIG, b""], ids=["small", "big", "empty"])
async def test_gives_back_what_was_kept(blobs: BlobStore, content: bytes) -> None:
    await put(blobs, "kept/aa/one", content)
    assert await read(blobs, "kept/aa/one") == content


@pytest.mark.parametrize("content", [SMALL, BIG], ids=["small", "big"])
async def test_counts_hashes_and_shows_the_head(blobs: BlobStore, content: bytes) -> None:
    async with blobs.spool() as spool:
        await spool.write(content[:10])
        assert (spool.size, spool.sha256) == (10, hashlib.sha256(content[:10]).hexdigest())
        await spool.write(bytearray(content[10:5000]))
        await spool.write(memoryview(content[5000:]))
        before = spool.sha256
        await spool.keep("kept/aa/counted")
        assert spool.size == len(content)
        assert spool.head == content[:4096]
        assert before == spool.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("content", [SMALL, BIG, b""], ids=["small", "big", "empty"])
async def test_bytes_on_their_way_are_read_as_a_file_that_goes_with_them(blobs: BlobStore, content: bytes) -> None:
    async with blobs.spool() as spool:
        await spool.write(content[:1000])
        await spool.write(content[1000:])
        path, found = await spool.with_file(lambda path: (path, path.read_bytes()))
    assert found == content
    assert not path.exists()
    assert await keys(blobs, "") == set()


@pytest.mark.parametrize(("start", "length"), [(0, 5), (100, 5), (5 << 20, 17), (3 << 20, None), (7, 0)])
async def test_gives_a_range(blobs: BlobStore, start: int, length: int | None) -> None:
    await put(blobs, "kept/aa/range", BIG)
    expected = BIG[start:] if length is None else BIG[start : start + length]
    assert await read(blobs, "kept/aa/range", start, length) == expected


async def test_what_was_not_kept_is_nowhere(blobs: BlobStore) -> None:
    async with blobs.spool() as spool:
        await spool.write(BIG)
    assert await keys(blobs, "kept/") == set()


async def test_knows_what_is_there(blobs: BlobStore) -> None:
    before = int(time.time())
    await put(blobs, "kept/aa/stat", SMALL)
    stat = await blobs.stat("kept/aa/stat")
    assert stat is not None
    assert (stat.key, stat.size) == ("kept/aa/stat", len(SMALL))
    assert before - 2 <= stat.modified_at / 1_000_000 <= time.time() + 2


async def test_a_missing_object_is_told(blobs: BlobStore) -> None:
    assert await blobs.stat("kept/aa/missing") is None
    with pytest.raises(BlobNotFound):
        await blobs.open("kept/aa/missing")
    with pytest.raises(BlobNotFound):
        await blobs.open("kept/aa/missing", 5, 5)


@pytest.mark.parametrize("content", [BIG, SMALL, b""], ids=["big", "small", "empty"])
async def test_looks_at_what_is_there_and_how_it_begins(blobs: BlobStore, content: bytes) -> None:
    await put(blobs, "kept/aa/seen", content)
    seen = await blobs.look("kept/aa/seen")
    assert seen is not None
    stat, head = seen
    assert (stat.key, stat.size, head) == ("kept/aa/seen", len(content), content[:4096])
    assert await blobs.look("kept/aa/missing") is None


async def test_deletes_and_deletes_again(blobs: BlobStore) -> None:
    await put(blobs, "kept/aa/deleted", SMALL)
    await blobs.delete("kept/aa/deleted")
    assert await blobs.stat("kept/aa/deleted") is None
    await blobs.delete("kept/aa/deleted")


async def test_the_same_key_takes_the_same_bytes_again(blobs: BlobStore) -> None:
    await put(blobs, "kept/aa/again", SMALL)
    await put(blobs, "kept/aa/again", SMALL)
    assert await read(blobs, "kept/aa/again") == SMALL


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("kept/", {"kept/aa/1", "kept/aa/2", "kept/ab/3"}),
        ("kept/a", {"kept/aa/1", "kept/aa/2", "kept/ab/3"}),
        ("kept/aa/", {"kept/aa/1", "kept/aa/2"}),
        ("kept/ab/3", {"kept/ab/3"}),
        ("kept/b", set()),
        ("other/", {"other/4"}),
        ("", {"kept/aa/1", "kept/aa/2", "kept/ab/3", "other/4"}),
    ],
)
async def test_lists_by_prefix(blobs: BlobStore, prefix: str, expected: set[str]) -> None:
    for key in ("kept/aa/1", "kept/aa/2", "kept/ab/3", "other/4"):
        await put(blobs, key, SMALL)
    assert await keys(blobs, prefix) == expected


async def test_a_listed_object_is_described_as_by_stat(blobs: BlobStore) -> None:
    await put(blobs, "kept/aa/described", SMALL)
    listed = [stat async for stat in blobs.list("kept/")]
    stat = await blobs.stat("kept/aa/described")
    assert stat is not None
    # S3 tells whole seconds in one place and fractions in the other.
    assert listed == [BlobStat(stat.key, stat.size, pytest.approx(stat.modified_at, abs=1_000_000))]  # type: ignore[arg-type]  # equal is enough


@pytest.mark.parametrize(
    "key", ["", "plain", "/etc/passwd", "../out", "kept/../../out", "kept//x", "kept/.hidden", "kept/a b", "kept/\0"]
)
async def test_a_key_that_is_not_ours_is_refused(blobs: BlobStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await put(blobs, key, SMALL)


async def test_is_ready(blobs: BlobStore) -> None:
    await blobs.check()
    assert await keys(blobs, "kept/") == set()
