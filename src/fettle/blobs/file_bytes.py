"""The bytes of a file, read by pieces beside the event loop."""

import os
from pathlib import Path
from typing import Final, Self

from fettle.blobs.disk_faults import disk_faults
from fettle.blobs.spool_space import SpoolSpace
from fettle.services.ports import BlobNotFound

_PIECE_BYTES: Final = 512 << 10


class FileBytes:
    """An asynchronous iterator over a range of a file, open from the start and closed with its last byte or owner."""

    def __init__(self, space: SpoolSpace, path: Path, start: int, length: int | None) -> None:
        """Blocks while the file is opened; raises BlobNotFound, Unavailable."""
        self._descriptor = _open(path)
        self._space = space
        self._offset = start
        self._end = os.fstat(self._descriptor).st_size if length is None else start + length

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece = await self._space.run(self._read) if self._offset < self._end else b""
        if not piece:
            raise StopAsyncIteration
        self._offset += len(piece)
        return piece

    def __del__(self) -> None:
        # A reader may stop in the middle, or never begin: an iterator of its own knows that best by being let go.
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)

    def _read(self) -> bytes:
        with disk_faults():
            return os.pread(self._descriptor, min(_PIECE_BYTES, self._end - self._offset), self._offset)


def _open(path: Path) -> int:
    with disk_faults():
        try:
            return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise BlobNotFound(path.name) from None
