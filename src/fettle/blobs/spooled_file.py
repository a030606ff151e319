"""Bytes on their way in: collected, then hashed and written by large buffers beside the event loop."""

import asyncio
import hashlib
import os
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType
from typing import Final, Self, TypeVar

from fettle.blobs.disk_faults import disk_faults
from fettle.blobs.folders import begin_flush, write_all
from fettle.blobs.spool_space import SpoolSpace
from fettle.domain.limits import SNIFFED_BYTES

Result = TypeVar("Result")
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class SpooledFile:
    """Fulfils `ports.Spool`. `keep` hands over to the store that made it.

    One buffer fills while the one before is hashed and written, so at most two are in memory. A file that fits into
    one buffer reaches the disk in a single hop to a thread, together with whatever the store does to keep it.
    """

    def __init__(self, space: SpoolSpace, keep: Callable[["SpooledFile", str], Awaitable[None]]) -> None:
        """A file in `space`; nothing is on the disk before the first full buffer."""
        self.size = 0
        self.head = b""
        self.path = space.new_path()
        self._space = space
        self._keep = keep
        self._filling = bytearray()
        self._unhashed: deque[bytearray] = deque()
        self._unwritten: deque[bytearray] = deque()
        self._digest = hashlib.sha256()
        self._hashing = Lock()
        # Held over a whole job on the temporary file, so that leaving never closes it under a thread's hands.
        self._filing = RLock()
        self._descriptor: int | None = None
        self._has_left = False
        self._has_file = False
        self._writing: Future[None] | None = None

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of all that was written. Free after `keep`; before it, up to one buffer is hashed here."""
        self._hand_over()
        self._hash()
        return self._digest.hexdigest()

    @property
    def is_in_memory(self) -> bool:
        """Whether not a byte of it has gone to the disk."""
        return not self._has_file

    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Add bytes; what a full disk refuses is told by a later `write` or by `keep`."""
        if self.size < SNIFFED_BYTES:
            self.head += bytes(chunk[: SNIFFED_BYTES - self.size])
        self.size += len(chunk)
        self._filling += chunk
        if len(self._filling) >= self._space.buffer_bytes(is_begun=self._has_file):
            await self._settle()
            self._hand_over()
            self._has_file = True
            self._writing = self._space.submit(self._write_ahead)

    async def keep(self, key: str) -> None:
        """Make the bytes durable under the key: see `ports.Spool`."""
        await self._keep(self, key)

    async def finish(self, then: Callable[[], Result]) -> Result:
        """Write the rest to the temporary file and do `then` in the same thread; raises NoSpace, Unavailable."""
        await self._settle()
        self._hand_over()
        self._has_file = True

        def work() -> Result:
            with self._filing:
                self._write_out()
                return then()

        return await self._space.run(work)

    async def with_file(self, read: Callable[[Path], Result]) -> Result:
        """See `ports.Spool`. The threads here are for what waits for the disk, so another does the reading."""
        await self.finish(lambda: None)
        return await asyncio.to_thread(read, self.path)

    async def content(self) -> bytes:
        """All bytes, hashed beside the loop; only while `is_in_memory`."""
        self._hand_over()
        await self._space.run(self._hash)
        return b"".join(self._unwritten)

    def sync(self) -> None:
        """Make the temporary file durable. A failed fsync is never repeated: the kernel may have dropped the pages."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Let go of the temporary file, for it is somewhere else now, or not wanted."""
        with self._filing:
            self._has_left = True
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    async def __aenter__(self) -> Self:
        self._space.count(1)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._space.count(-1)
        self._filling = bytearray()
        if not self._has_left and not self.is_in_memory:
            await asyncio.shield(self._space.run(self._drop))

    async def _settle(self) -> None:
        """Wait for the buffer before this one; raises what went wrong with it."""
        if self._writing is not None:
            await asyncio.wrap_future(self._writing)

    def _hand_over(self) -> None:
        if self._filling:
            self._unhashed.append(self._filling)
            self._unwritten.append(self._filling)
            self._filling = bytearray()

    def _hash(self) -> None:
        with self._hashing:
            while self._unhashed:
                self._digest.update(self._unhashed.popleft())

    def _write_ahead(self) -> None:
        """A buffer with more to come behind it; the disk may as well begin."""
        with disk_faults(), self._filing:
            written = self._write_out()
            if self._descriptor is not None and self._space.is_to_stay:
                begin_flush(self._descriptor, written)

    def _write_out(self) -> int:
        """How many bytes."""
        self._hash()
        written = 0
        with disk_faults(), self._filing:
            if self._has_left:
                return 0
            if self._descriptor is None:
                self._descriptor = os.open(self.path, _NEW_FILE, 0o600)
            while self._unwritten:
                buffer = self._unwritten.popleft()
                write_all(self._descriptor, buffer)
                written += len(buffer)
        return written

    def _drop(self) -> None:
        with suppress(OSError):
            self.close()
        self._space.delete(self.path)
