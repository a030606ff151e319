"""Archives as others read them: Python's zipfile, and Info-ZIP where it is installed."""

import io
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fettle.domain.instants import to_instant
from fettle.services.zip_writer import Entry, archive_size, write_archive

RECEIVED = to_instant(datetime(2026, 4, 15, 12, 30, 42, tzinfo=UTC))
_GIB = 1 << 30
_PIECE = bytes(16 << 20)


def entry(path: str, content: bytes, size: int | None = None) -> Entry:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 3):
            yield content[start : start + 3]

    async def open_bytes() -> AsyncIterator[bytes]:
        return pieces()

    return Entry(path, len(content) if size is None else size, RECEIVED, open_bytes)


async def written(entries: list[Entry]) -> bytes:
    content = b"".join([chunk async for chunk in write_archive(entries)])
    assert len(content) == archive_size(entries)
    return content


async def test_others_read_what_was_written(tmp_path: Path) -> None:
    contents = {"1/photos/before-a.jpg": b"picture", "1/photos/pièce é 長.png": b"x" * 1000, "2/attachments/empty": b""}
    archive = tmp_path / "a.zip"
    archive.write_bytes(await written([entry(path, content) for path, content in contents.items()]))
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        assert {each.filename: opened.read(each) for each in opened.infolist()} == contents
        assert {each.date_time for each in opened.infolist()} == {(2026, 4, 15, 12, 30, 42)}
        assert {each.compress_type for each in opened.infolist()} == {zipfile.ZIP_STORED}
    _require_read_by_info_zip(archive)


async def test_an_empty_archive_is_one() -> None:
    assert zipfile.ZipFile(io.BytesIO(await written([]))).namelist() == []


@pytest.mark.parametrize("size", [6, 8])
async def test_a_file_of_another_size_ends_the_archive(size: int) -> None:
    with pytest.raises(ValueError, match=f"7 bytes where {size} were announced"):
        _ = [chunk async for chunk in write_archive([entry("a", b"1234567", size)])]


async def test_a_file_of_five_gibibytes_and_what_lies_behind_it(tmp_path: Path) -> None:
    async def zeros() -> AsyncIterator[bytes]:
        for _ in range(5 * _GIB // len(_PIECE)):
            yield _PIECE

    async def open_zeros() -> AsyncIterator[bytes]:
        return zeros()

    entries = [Entry("big", 5 * _GIB, RECEIVED, open_zeros), entry("behind", b"small")]
    archive = tmp_path / "big.zip"
    with archive.open("wb") as file:
        async for chunk in write_archive(entries):
            if chunk is _PIECE:
                file.seek(len(chunk), io.SEEK_CUR)  # a hole: nothing of it is on the disk
            else:
                file.write(chunk)
        assert file.tell() == archive_size(entries)
    with zipfile.ZipFile(archive) as opened:
        assert opened.read("behind") == b"small"
        big = opened.getinfo("big")
        assert (big.file_size, big.CRC) == (5 * _GIB, _crc_of_zeros(5 * _GIB))


async def test_more_entries_than_sixteen_bits_count() -> None:
    entries = [entry(str(number), b"") for number in range(70_000)]
    assert len(zipfile.ZipFile(io.BytesIO(await written(entries))).namelist()) == 70_000


def _require_read_by_info_zip(archive: Path) -> None:
    if shutil.which("unzip") is None:
        pytest.skip("NOT RUN: needs unzip; .ci/run installs it")
    done = subprocess.run(["unzip", "-t", str(archive)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _crc_of_zeros(count: int) -> int:
    crc = 0
    for _ in range(count // len(_PIECE)):
        crc = zlib.crc32(_PIECE, crc)
    return crc
