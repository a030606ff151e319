"""Bytes in memory, for tests of services. Unfit for production: nothing is durable, and everything costs memory."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Self, TypeVar

from fettle.blobs.keys import GROWING, check_key, incoming_key
from fettle.domain.instants import Instant
from fettle.domain.limits import SNIFFED_BYTES
from fettle.services.ports import Announced, BlobNotFound, BlobStat, Part, PutLink

Result = TypeVar("Result")


class MemoryBlobs:
    """Fulfils `ports.BlobStore` until the process ends; for tests alone.

    `objects` is open to tests, which play the client that puts an object, and the disk that loses one.
    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self._written_at: dict[str, int] = {}

    def spool(self) -> "MemorySpool":
        return MemorySpool(self)

    def put(self, key: str, content: bytes) -> None:
        self.objects[key] = content
        self._written_at[key] = time.time_ns() // 1000

    def grow(self, object_id: str, start: int, require_unclaimed: Callable[[], Awaitable[None]]) -> "MemoryGrowth":  # noqa: ARG002 - the port's signature
        return MemoryGrowth(self, object_id, start)

    async def drop_grown(self, object_id: str) -> None:
        await self.delete(f"{GROWING}/{object_id}")

    async def open(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        if key not in self.objects:
            raise BlobNotFound(key)
        return _in_one(self.objects[key][start : None if length is None else start + length])

    async def stat(self, key: str) -> BlobStat | None:
        content = self.objects.get(key)
        return None if content is None else BlobStat(key, len(content), self._written_at.get(key, 0))

    async def look(self, key: str) -> tuple[BlobStat, bytes] | None:
        stat = await self.stat(key)
        return None if stat is None else (stat, self.objects[key][:SNIFFED_BYTES])

    async def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    async def list(self, prefix: str) -> AsyncIterator[BlobStat]:
        for key in [key for key in self.objects if key.startswith(prefix)]:
            yield BlobStat(key, len(self.objects[key]), self._written_at.get(key, 0))

    async def link(self, key: str, *, expires_in_s: int, file_name: str, content_type: str) -> str | None:  # noqa: ARG002 - the port's signature
        return None

    async def put_link(self, key: str, announced: Announced, *, expires_in_s: int) -> PutLink | None:  # noqa: ARG002 - the port's signature
        return None

    def incoming_key(self, company_id: str, object_key: str) -> str | None:
        return incoming_key(company_id, object_key)

    async def end_unfinished(self, prefix: str, before: Instant) -> int:  # noqa: ARG002 - the port's signature
        return 0

    async def check(self) -> None:
        """It is always there."""


class MemorySpool:
    """Fulfils `ports.Spool`."""

    def __init__(self, blobs: MemoryBlobs, content: bytes = b"") -> None:
        self.size = len(content)
        self.head = content[:SNIFFED_BYTES]
        self._blobs = blobs
        self._content = bytearray(content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self._content).hexdigest()

    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        self._content += chunk
        self.size = len(self._content)
        self.head = bytes(self._content[:SNIFFED_BYTES])

    async def keep(self, key: str) -> None:
        self._blobs.put(check_key(key), bytes(self._content))

    async def with_file(self, read: Callable[[Path], Result]) -> Result:
        with NamedTemporaryFile() as file:
            file.write(self._content)
            file.flush()
            return await asyncio.to_thread(read, Path(file.name))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to drop."""


class MemoryGrowth:
    """Fulfils `ports.Growth`."""

    def __init__(self, blobs: MemoryBlobs, object_id: str, start: int) -> None:
        self._blobs = blobs
        self._key = f"{GROWING}/{object_id}"
        self._start = start
        self._content = bytearray()

    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        self._content += chunk

    @asynccontextmanager
    async def settled(self) -> AsyncIterator[Part]:
        yield self._new_part()

    def _new_part(self) -> Part:
        part = Part(self._start, len(self._content), "")
        before = self._blobs.objects.get(self._key, b"")[: self._start]
        self._blobs.put(self._key, before + self._content)
        self._start, self._content = self._start + part.size, bytearray()
        return part

    @asynccontextmanager
    async def whole(self, before: Sequence[Part]) -> AsyncIterator[MemorySpool]:
        size = sum(part.size for part in (*before, self._new_part()))
        yield MemorySpool(self._blobs, self._blobs.objects[self._key][:size])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was not settled is dropped."""


async def _in_one(content: bytes) -> AsyncIterator[bytes]:
    if content:
        yield content
