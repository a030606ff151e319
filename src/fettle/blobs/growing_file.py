"""Unfinished objects on disk: one file each, that grows at its end and gets a second name once it is whole."""

import asyncio
import fcntl
import hashlib
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, NoReturn, Self

from fettle.blobs.disk_faults import disk_faults
from fettle.blobs.folders import make_folders, sync_folder
from fettle.blobs.spool_space import SpoolSpace
from fettle.blobs.spooled_file import SpooledFile
from fettle.domain.crash_points import crash_point
from fettle.domain.errors import Unavailable
from fettle.domain.limits import SNIFFED_BYTES
from fettle.domain.uploads import UploadBusy
from fettle.flushed import require_writable
from fettle.services.ports import Arrived, Part

if TYPE_CHECKING:
    from hashlib import _Hash

_DIGESTS_KEPT: Final = 1024
_RETRY_AFTER_S: Final = 5
_PIECE_BYTES: Final = 1 << 20


class Digests:
    """The SHA-256 so far of files that grow in this process, which saves reading them again at the end."""

    def __init__(self) -> None:
        self._known: OrderedDict[Path, tuple[int, _Hash]] = OrderedDict()

    def of(self, path: Path, size: int) -> "_Hash | None":
        """That of the first `size` bytes, if they are known."""
        if size == 0:
            return hashlib.sha256()
        known = self._known.get(path)
        return known[1].copy() if known is not None and known[0] == size else None

    def note(self, path: Path, size: int, digest: "_Hash") -> None:
        """Keep it, and forget the one that was not asked for the longest."""
        self._known[path] = (size, digest.copy())
        self._known.move_to_end(path)
        while len(self._known) > _DIGESTS_KEPT:
            self._known.popitem(last=False)

    def forget(self, path: Path) -> None:
        """The file is finished, or gone."""
        self._known.pop(path, None)


class GrowingFile(SpooledFile):
    """Fulfils `ports.Growth`. The file is locked while it grows: the lock ends with the process, however that ends."""

    def __init__(
        self,
        space: SpoolSpace,
        path: Path,
        start: int,
        require_unclaimed: Callable[[], Awaitable[None]],
        target: Callable[[str], Path],
        digests: Digests,
    ) -> None:
        """Nothing is opened before the context is entered; `target` is the path of a key."""
        super().__init__(space, _not_kept)
        self.path = path
        self._require_unclaimed = require_unclaimed
        self._target = target
        self._start = start
        self._is_longer = False
        self._digests = digests
        known = digests.of(path, start)
        self._digest_is_known = known is not None
        self._digest = known or hashlib.sha256()

    @asynccontextmanager
    async def settled(self) -> AsyncIterator[Part]:
        """See `ports.Growth`. No hash is kept of what the record may not know."""
        yield await self._new_part()
        if self._digest_is_known:
            self._digests.note(self.path, self._start, self._digest)

    @asynccontextmanager
    async def whole(self, before: Sequence[Part]) -> AsyncIterator[Arrived]:
        """See `ports.Growth`. All of it is in one file, so how it came there is all the same."""
        size = sum(part.size for part in (*before, await self._new_part()))
        digest = self._digest if self._digest_is_known else None
        async with GrownFile(self._space, self.path, size, self._target, digest) as arrived:
            yield arrived

    async def _new_part(self) -> Part:
        await self.finish(self._make_durable)
        part = Part(self._start, self.size, self.path.name)
        self._start, self.size = self._start + self.size, 0
        return part

    async def __aenter__(self) -> Self:
        descriptor = self._descriptor = await self._space.run(self._open)
        try:
            if self._is_longer:
                await self._require_unclaimed()
                await self._space.run(lambda: self._cut(descriptor))
        except BaseException:
            await asyncio.shield(self._space.run(self.close))
            raise
        self._has_file = True
        self._space.count(1)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._space.count(-1)
        self._filling = bytearray()
        await asyncio.shield(self._space.run(self.close))

    def _open(self) -> int:
        with disk_faults():
            make_folders(self.path.parent)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                self._lock(descriptor)
            except BaseException:
                os.close(descriptor)
                raise
        return descriptor

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadBusy from None
        found = os.fstat(descriptor).st_size
        if found < self._start:
            raise Unavailable(retry_after_s=_RETRY_AFTER_S)
        self._is_longer = found > self._start
        os.lseek(descriptor, self._start, os.SEEK_SET)

    def _cut(self, descriptor: int) -> None:
        with disk_faults():
            os.ftruncate(descriptor, self._start)

    def _make_durable(self) -> None:
        with disk_faults():
            self.sync()
            if self._start == 0:
                sync_folder(self.path.parent)
            require_writable(self.path.parent)
        crash_point("upload.after_fsync")


class GrownFile:
    """Fulfils `ports.Arrived`: a file that grew to `size` bytes."""

    def __init__(
        self, space: SpoolSpace, path: Path, size: int, target: Callable[[str], Path], digest: "_Hash | None"
    ) -> None:
        """`target` is the path of a key; without its `digest` the file is read."""
        self.size = size
        self.head = b""
        self.sha256 = ""
        self._space = space
        self._path = path
        self._target = target
        self._digest = digest

    async def keep(self, key: str) -> None:
        """See `ports.Arrived`. A second name for the same bytes: the first stays until the record knows the second."""
        target = self._target(key)
        await self._space.run(lambda: self._place(target))

    async def __aenter__(self) -> Self:
        await self._space.run(self._look)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held."""

    def _look(self) -> None:
        with disk_faults(), self._path.open("rb") as file:
            found = os.fstat(file.fileno()).st_size
            if found != self.size:
                raise Unavailable(retry_after_s=_RETRY_AFTER_S)
            self.head = os.pread(file.fileno(), min(SNIFFED_BYTES, self.size), 0)
            if self._digest is None:
                self._digest = hashlib.sha256()
                while piece := file.read(_PIECE_BYTES):
                    self._digest.update(piece)
            self.sha256 = self._digest.hexdigest()

    def _place(self, target: Path) -> None:
        with disk_faults():
            try:
                make_folders(target.parent)
                os.link(self._path, target)
                sync_folder(target.parent)
                require_writable(target.parent)
                crash_point("upload.after_link")
            except OSError:
                with suppress(OSError):
                    target.unlink(missing_ok=True)
                raise


async def _not_kept(_file: SpooledFile, _key: str) -> NoReturn:
    raise TypeError("a growing file stays where it is")
