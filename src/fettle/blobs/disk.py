"""Bytes in a folder: temporary file, fsync, rename, fsync of the folder. Each step was measured to matter."""

import errno
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from fettle.blobs.disk_faults import disk_faults
from fettle.blobs.file_bytes import FileBytes
from fettle.blobs.folders import make_folders, sync_folder
from fettle.blobs.growing_file import Digests, GrowingFile
from fettle.blobs.keys import GROWING, check_key, folder_of
from fettle.blobs.spool_space import SpoolSpace
from fettle.blobs.spooled_file import SpooledFile
from fettle.domain.crash_points import crash_point
from fettle.domain.errors import FettleError, Unavailable
from fettle.domain.instants import Instant
from fettle.domain.limits import SNIFFED_BYTES
from fettle.flushed import require_writable
from fettle.services.ports import Announced, BlobNotFound, BlobStat, PutLink

_TEMPORARY: Final = "tmp"


class DiskBlobs:
    """Fulfils `ports.BlobStore` in `root`. Temporary files are in root/tmp, or in `spool_folder` when it is given.

    When that is on another file system, bytes are copied once more, to root/tmp, before they get their name.
    """

    def __init__(self, root: Path, spool_folder: Path | None = None) -> None:
        """Make what is missing; raises OSError when it cannot be made."""
        self._root = root
        self._staging = SpoolSpace(root / _TEMPORARY, is_to_stay=True)
        self._space = SpoolSpace(spool_folder) if spool_folder else self._staging
        self._digests = Digests()

    def spool(self) -> SpooledFile:
        """See `ports.BlobStore`."""
        return SpooledFile(self._space, self._keep)

    def grow(self, object_id: str, start: int, require_unclaimed: Callable[[], Awaitable[None]]) -> GrowingFile:
        """See `ports.BlobStore`."""
        path = self._path(f"{GROWING}/{object_id}")
        return GrowingFile(self._staging, path, start, require_unclaimed, self._path, self._digests)

    async def drop_grown(self, object_id: str) -> None:
        """See `ports.BlobStore`."""
        key = f"{GROWING}/{object_id}"
        self._digests.forget(self._path(key))
        await self.delete(key)

    async def open(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """See `ports.BlobStore`."""
        path = self._path(key)
        return await self._staging.run(lambda: FileBytes(self._staging, path, start, length))

    async def stat(self, key: str) -> BlobStat | None:
        """See `ports.BlobStore`."""
        path = self._path(key)
        return await self._staging.run(lambda: _find_stat(key, path))

    async def look(self, key: str) -> tuple[BlobStat, bytes] | None:
        """See `ports.BlobStore`."""
        stat = await self.stat(key)
        try:
            head = b"".join([piece async for piece in await self.open(key, 0, SNIFFED_BYTES)])
        except BlobNotFound:
            return None
        return None if stat is None else (stat, head)

    async def delete(self, key: str) -> None:
        """See `ports.BlobStore`."""
        path = self._path(key)

        def work() -> None:
            with disk_faults(), suppress(FileNotFoundError):
                path.unlink()

        await self._staging.run(work)

    async def list(self, prefix: str) -> AsyncIterator[BlobStat]:
        """See `ports.BlobStore`."""
        folders = [folder_of(prefix)]
        while folders:
            folder = folders.pop()
            below, found = await self._staging.run(partial(_entries, self._root, folder))
            folders += [name for name in below if name.startswith(prefix) or prefix.startswith(f"{name}/")]
            for stat in found:
                if stat.key.startswith(prefix) and not stat.key.startswith(f"{_TEMPORARY}/"):
                    yield stat

    async def link(self, key: str, *, expires_in_s: int, file_name: str, content_type: str) -> str | None:  # noqa: ARG002 - the port's signature
        """None: the server streams."""
        return None

    async def put_link(self, key: str, announced: Announced, *, expires_in_s: int) -> PutLink | None:  # noqa: ARG002 - the port's signature
        """A folder takes no requests."""
        return None

    def incoming_key(self, company_id: str, object_key: str) -> str | None:  # noqa: ARG002 - the port's signature
        """None: clients cannot write into the folder."""
        return None

    async def end_unfinished(self, prefix: str, before: Instant) -> int:  # noqa: ARG002 - the port's signature
        """None: what is half written is in temporary space."""
        return 0

    async def check(self) -> None:
        """See `ports.BlobStore`."""
        try:
            for space in {self._staging, self._space}:
                await space.run(space.probe)
        except FettleError as error:
            raise Unavailable(retry_after_s=error.retry_after_s) from error

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """A folder in temporary space for the time of one job; see `SpoolSpace.folder`."""
        return self._space.folder()

    def clean_spool(self) -> None:
        """Remove temporary files of processes that are no more."""
        self._space.clean()
        self._staging.clean()

    def close(self) -> None:
        """Wait for what was begun and leave no temporary file."""
        for space in {self._space, self._staging}:
            space.close()

    def _path(self, key: str) -> Path:
        if key.startswith(f"{_TEMPORARY}/"):
            raise ValueError("temporary files are no objects")
        return self._root / check_key(key)

    async def _keep(self, file: SpooledFile, key: str) -> None:
        target = self._path(key)
        await file.finish(lambda: self._place(file, target))

    def _place(self, file: SpooledFile, target: Path) -> None:
        """Give the bytes their name; when anything fails, nothing is left under it."""
        with disk_faults():
            crash_point("blob.after_write")
            file.sync()
            crash_point("blob.after_fsync")
            try:
                self._move(file.path, target)
                crash_point("blob.after_rename")
                sync_folder(target.parent)
                require_writable(target.parent)
            except OSError:
                with suppress(OSError):
                    target.unlink(missing_ok=True)
                raise
            file.close()

    def _move(self, source: Path, target: Path) -> None:
        try:
            _rename(source, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            staged = self._staging.new_path()
            try:
                _copy(source, staged)
                _rename(staged, target)
            finally:
                staged.unlink(missing_ok=True)
            source.unlink()


def _rename(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except FileNotFoundError:
        make_folders(target.parent)
        source.replace(target)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("xb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())


def _find_stat(key: str, path: Path) -> BlobStat | None:
    with disk_faults():
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
    return BlobStat(key, found.st_size, found.st_mtime_ns // 1000)


def _entries(root: Path, folder: str) -> tuple[list[str], list[BlobStat]]:
    """What is in one folder: the keys of the folders below it, and its files."""
    below, files = [], []
    with disk_faults(), suppress(FileNotFoundError, NotADirectoryError), os.scandir(root / folder) as entries:
        for entry in entries:
            key = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                below.append(key)
            elif found := _find_stat(key, Path(entry.path)):
                files.append(found)
    return [key for key in below if key != _TEMPORARY], files
