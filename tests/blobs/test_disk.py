"""Bytes in a folder: what is left behind, and what the operating system may refuse."""

import asyncio
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes

import pytest

from fettle.blobs.disk import DiskBlobs
from fettle.blobs.growing_file import GrowingFile
from fettle.domain.errors import FettleError, NoSpace, Unavailable
from fettle.services.ports import BlobNotFound
from tests.blobs.test_growing import unclaimed

BIG = token_bytes((3 << 20) + 5)


def temporary_files(blobs_folder: Path) -> list[Path]:
    return [path for path in blobs_folder.glob("tmp/**/*") if not path.is_dir()]


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def until(is_so: Callable[[], bool], within_s: float = 5) -> None:
    """Wait for what a thread still has in its hands."""
    async with asyncio.timeout(within_s):
        while not is_so():  # noqa: ASYNC110 - nothing tells when a file is gone
            await asyncio.sleep(0.01)


async def keep(blobs: DiskBlobs, key: str, content: bytes) -> None:
    async with blobs.spool() as spool:
        await spool.write(content)
        await spool.keep(key)


@pytest.mark.parametrize("content", [b"small", BIG], ids=["small", "big"])
async def test_a_kept_file_lies_under_its_key_and_nothing_is_left(
    disk: DiskBlobs, tmp_path: Path, content: bytes
) -> None:
    await keep(disk, "kept/aa/one", content)
    kept = tmp_path / "blobs/kept/aa/one"
    assert kept.read_bytes() == content
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert temporary_files(tmp_path / "blobs") == []


async def test_leaving_drops_what_was_written(disk: DiskBlobs, tmp_path: Path) -> None:
    async with disk.spool() as spool:
        await spool.write(BIG)
        await spool.write(BIG)
        assert temporary_files(tmp_path / "blobs")
    assert temporary_files(tmp_path / "blobs") == []


async def test_a_client_that_goes_away_leaves_nothing(disk: DiskBlobs, tmp_path: Path) -> None:
    async def upload() -> None:
        async with disk.spool() as spool:
            while True:
                await spool.write(BIG)

    before = open_descriptors()
    uploads = [asyncio.create_task(upload()) for _ in range(20)]
    await asyncio.sleep(0.1)
    for task in uploads:
        task.cancel()
    await asyncio.wait(uploads)
    await until(lambda: temporary_files(tmp_path / "blobs") == [])
    await until(lambda: open_descriptors() == before)


@pytest.mark.parametrize("grows", [False, True], ids=["at once", "in parts"])
async def test_the_disk_begins_while_more_comes(
    disk: DiskBlobs, monkeypatch: pytest.MonkeyPatch, *, grows: bool
) -> None:
    begun: list[tuple[int, int]] = []
    real_advise = os.posix_fadvise

    def advise(descriptor: int, start: int, size: int, advice: int) -> None:
        begun.append((start, size))
        real_advise(descriptor, start, size, advice)

    monkeypatch.setattr(os, "posix_fadvise", advise)
    async with disk.grow("one", 0, unclaimed) if grows else disk.spool() as file:
        for _ in range(3):
            await file.write(BIG)
        if isinstance(file, GrowingFile):
            async with file.settled():
                pass
        else:
            await file.keep("kept/aa/one")
    assert begun == [(0, len(BIG)), (len(BIG), len(BIG)), (2 * len(BIG), len(BIG))]


async def test_many_open_files_share_the_memory(disk: DiskBlobs) -> None:
    spools = [await disk.spool().__aenter__() for _ in range(100)]
    written = [0] * len(spools)
    for index, spool in enumerate(spools):
        while spool.is_in_memory:
            await spool.write(bytes(65_536))
            written[index] += 65_536
    for spool in spools:
        await spool.__aexit__(None, None, None)
    assert max(written) <= (16 << 20) // 100 + 65_536


async def test_a_spool_folder_on_another_file_system_serves_as_well(tmp_path: Path, other_file_system: Path) -> None:
    assert other_file_system.stat().st_dev != tmp_path.stat().st_dev
    blobs = DiskBlobs(tmp_path / "blobs", other_file_system)
    await keep(blobs, "kept/aa/copied", BIG)
    assert (tmp_path / "blobs/kept/aa/copied").read_bytes() == BIG
    assert temporary_files(tmp_path / "blobs") == []
    blobs.close()
    assert list(other_file_system.iterdir()) == []


@pytest.mark.parametrize("prefix", ["../", "/", "kept/../../"])
async def test_lists_nothing_outside_of_the_root(disk: DiskBlobs, prefix: str) -> None:
    with pytest.raises(ValueError, match="not a prefix"):
        await anext(disk.list(prefix))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, NoSpace),
        (errno.EDQUOT, NoSpace),
        (errno.EIO, Unavailable),
        (errno.EROFS, Unavailable),
        (errno.ENOENT, Unavailable),
        (errno.ENOTDIR, Unavailable),
        (errno.EACCES, Unavailable),
        (errno.ENOMEM, Unavailable),
        (errno.EINVAL, OSError),
    ],
)
@pytest.mark.parametrize("at", ["write", "fsync", "folder"])
async def test_what_the_disk_refuses_is_told_and_nothing_is_left(
    disk: DiskBlobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: str,
    number: int,
    expected: type[Exception],
) -> None:
    await keep(disk, "kept/aa/before", b"before")
    real_fsync = os.fsync

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode) == (at == "folder"):
            refuse()
        real_fsync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, *(("write", refuse) if at == "write" else ("fsync", fsync)))
        with pytest.raises(expected) as caught:
            await keep(disk, "kept/aa/refused", BIG)
    if isinstance(caught.value, Unavailable):
        assert caught.value.retry_after_s == 5
    assert await disk.stat("kept/aa/refused") is None
    assert temporary_files(tmp_path / "blobs") == []
    await keep(disk, "kept/aa/after", BIG)


async def test_a_full_disk_while_the_bytes_still_come_in(disk: DiskBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", refuse)

    async def upload() -> None:
        async with disk.spool() as spool:
            for _ in range(10):
                await spool.write(BIG)

    with pytest.raises(NoSpace):
        await upload()


async def test_a_store_that_cannot_be_written_is_not_ready(disk: DiskBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(FettleError) as caught:
        await disk.check()
    assert isinstance(caught.value, Unavailable)


async def test_a_link_out_of_the_root_is_not_followed(disk: DiskBlobs, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    await keep(disk, "kept/aa/one", b"one")
    (tmp_path / "blobs/kept/aa/link").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic links"):
        await disk.open("kept/aa/link")


async def test_temporary_files_are_no_objects(disk: DiskBlobs) -> None:
    async with disk.spool() as spool:
        await spool.write(BIG)
        with pytest.raises(ValueError, match="no objects"):
            await disk.open(f"tmp/{spool.path.parent.name}/{spool.path.name}")
        assert [found async for found in disk.list("")] == []
        assert [found async for found in disk.list("tmp/")] == []


async def test_a_reader_that_stops_or_never_begins_lets_go_of_the_file(disk: DiskBlobs) -> None:
    await keep(disk, "kept/aa/read", BIG)
    before = open_descriptors()
    never = await disk.open("kept/aa/read")
    stopped = await disk.open("kept/aa/read")
    assert await anext(stopped) == BIG[: 512 << 10]
    assert open_descriptors() == before + 2
    del never, stopped
    await until(lambda: open_descriptors() == before)


async def test_a_file_in_the_place_of_a_folder_is_no_object(disk: DiskBlobs) -> None:
    await keep(disk, "kept/aa", b"a file")
    assert await disk.stat("kept/aa/below") is None
    with pytest.raises(BlobNotFound):
        await disk.open("kept/aa/below")


async def test_clients_neither_write_here_nor_read_by_a_link(disk: DiskBlobs) -> None:
    assert disk.incoming_key("company", "key") is None
    assert await disk.link("kept/aa/one", expires_in_s=60, file_name="a", content_type="image/png") is None
