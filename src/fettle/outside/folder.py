"""Checkpoints as files in a folder, at best of another disk or machine."""

import asyncio
import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from fettle.blobs.folders import make_folders, sync_folder
from fettle.domain.checkpoint_copies import Fault, file_name
from fettle.domain.checkpoints import Checkpoint
from fettle.flushed import require_writable
from fettle.services.copy_ports import NotCopied

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class FolderTaker:
    """Fulfils `copy_ports.CheckpointTaker`: `<company>/<size>-<root>-<key>.txt`, never written twice.

    The folder itself has to be there: a disk that is not mounted is not taken for an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def take(self, checkpoint: Checkpoint) -> str:
        """The file's name below the folder."""
        return await asyncio.to_thread(self._keep, checkpoint)

    def _keep(self, checkpoint: Checkpoint) -> str:
        name = file_name(checkpoint)
        try:
            if not self._folder.is_dir():
                raise NotCopied(Fault.UNREACHABLE, f"{self._folder}: no such folder")
            make_folders(self._folder / checkpoint.company_id)
            _write_once(self._folder / checkpoint.company_id / name, checkpoint.note.encode())
        except OSError as error:
            raise NotCopied(Fault.NO_SPACE if error.errno in _FULL else Fault.UNREACHABLE, str(error)) from error
        return f"{checkpoint.company_id}/{name}"


def _write_once(path: Path, content: bytes) -> None:
    if not path.exists():
        _write(path, content)
    elif path.read_bytes() != content:
        raise NotCopied(Fault.OTHER_CONTENT, str(path))
    sync_folder(path.parent)
    require_writable(path.parent)


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
