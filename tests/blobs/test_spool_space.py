"""Temporary space after a crash: the dead lose what they left, the living keep theirs."""

import subprocess
import sys
from pathlib import Path

import pytest

from fettle.blobs.disk import DiskBlobs
from fettle.blobs.spool_space import SpoolSpace

_WRITE_AND_WAIT = """
import sys, time
from pathlib import Path

import pytest
from fettle.blobs.spool_space import SpoolSpace
space = SpoolSpace(Path(sys.argv[1]))
space.new_path().write_bytes(b"half an upload")
print("ready", flush=True)
time.sleep(60)
"""


def start_writer(folder: Path) -> subprocess.Popen[str]:
    writer = subprocess.Popen([sys.executable, "-c", _WRITE_AND_WAIT, str(folder)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


def kill(writer: subprocess.Popen[str]) -> None:
    writer.kill()
    writer.communicate()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_start_removes_what_a_killed_process_left_and_nothing_of_a_living_one(tmp_path: Path) -> None:
    dead, alive = start_writer(tmp_path), start_writer(tmp_path)
    try:
        kill(dead)
        assert len(files(tmp_path)) == 2
        own = SpoolSpace(tmp_path)
        own.new_path().write_bytes(b"mine")
        own.clean()
        assert sorted(path.read_bytes() for path in files(tmp_path)) == [b"half an upload", b"mine"]
        own.close()
    finally:
        kill(alive)


def test_the_store_cleans_both_its_folders(tmp_path: Path) -> None:
    for folder in (tmp_path / "blobs/tmp", tmp_path / "spool"):
        folder.mkdir(parents=True)
        kill(start_writer(folder))
    blobs = DiskBlobs(tmp_path / "blobs", tmp_path / "spool")
    assert len(files(tmp_path)) == 2
    blobs.clean_spool()
    assert files(tmp_path) == []
    blobs.close()
    assert list((tmp_path / "spool").iterdir()) == []


async def test_a_folder_for_one_job_goes_with_the_job_however_it_ends(tmp_path: Path) -> None:
    space = SpoolSpace(tmp_path)
    async with space.folder() as folder:
        (folder / "page").write_bytes(b"content")
        space.clean()
        assert files(tmp_path) == [folder / "page"]
    assert not folder.exists()
    with pytest.raises(ZeroDivisionError):
        await _fail_in(space)
    assert files(tmp_path) == []
    space.close()


async def _fail_in(space: SpoolSpace) -> None:
    async with space.folder() as folder:
        (folder / "page").write_bytes(b"content")
        raise ZeroDivisionError


def test_a_folder_of_a_killed_process_is_removed_by_the_next(tmp_path: Path) -> None:
    writer = start_writer(tmp_path)
    (half,) = files(tmp_path)
    (half.parent / "job").mkdir()
    (half.parent / "job" / "page").write_bytes(b"content")
    kill(writer)
    own = SpoolSpace(tmp_path)
    own.clean()
    assert files(tmp_path) == []
    own.close()
