"""Copies in a folder: there once, never overwritten, and nothing is taken for a disk that is away."""

import os
from pathlib import Path

import pytest

from fettle.domain.checkpoint_copies import Fault
from fettle.domain.checkpoints import Checkpoint
from fettle.outside.folder import FolderTaker
from fettle.services.copy_ports import NotCopied
from tests.outside.conftest import make_checkpoint


async def test_a_file_for_each_checkpoint(tmp_path: Path, checkpoint: Checkpoint) -> None:
    taker, others = FolderTaker(tmp_path), [make_checkpoint(8), make_checkpoint(7, b"\1" * 32)]
    names = [await taker.take(each) for each in (checkpoint, *others)]
    assert names[0].startswith(f"{checkpoint.company_id}/7-0707070707070707-")
    assert len(set(names)) == 3
    assert [(tmp_path / name).read_bytes() for name in names] == [each.note.encode() for each in (checkpoint, *others)]
    assert sorted(tmp_path.rglob("*.*")) == sorted(tmp_path / name for name in names)


async def test_the_same_again_changes_nothing(tmp_path: Path, checkpoint: Checkpoint) -> None:
    name = await FolderTaker(tmp_path).take(checkpoint)
    before = (tmp_path / name).stat()
    assert await FolderTaker(tmp_path).take(checkpoint) == name
    after = (tmp_path / name).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


async def test_what_is_there_is_never_overwritten(tmp_path: Path, checkpoint: Checkpoint) -> None:
    path = tmp_path / await FolderTaker(tmp_path).take(checkpoint)
    path.write_text("something else")
    with pytest.raises(NotCopied) as raised:
        await FolderTaker(tmp_path).take(checkpoint)
    assert raised.value.fault is Fault.OTHER_CONTENT
    assert path.read_text() == "something else"


async def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, checkpoint: Checkpoint) -> None:
    taker = FolderTaker(tmp_path / "disk" / "fettle")
    with pytest.raises(NotCopied) as raised:
        await taker.take(checkpoint)
    assert raised.value.fault is Fault.UNREACHABLE
    assert not (tmp_path / "disk").exists()
    (tmp_path / "disk" / "fettle").mkdir(parents=True)
    await taker.take(checkpoint)


async def test_bytes_and_both_names_are_flushed(
    tmp_path: Path, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    name = await FolderTaker(tmp_path).take(checkpoint)
    folder = str(tmp_path / checkpoint.company_id)
    unfinished = f"{folder}/.{Path(name).name}.{os.getpid()}"
    assert flushed == [str(tmp_path), unfinished, folder]
