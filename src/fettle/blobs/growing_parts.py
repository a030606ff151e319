"""Unfinished objects on S3: one object for each part, put together once all of them are there."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from secrets import token_hex
from types import TracebackType
from typing import Final, Self

from fettle.blobs.keys import GROWING
from fettle.blobs.spooled_file import SpooledFile
from fettle.domain.errors import Unavailable
from fettle.services.ports import Arrived, BlobNotFound, BlobStore, Part

_RETRY_AFTER_S: Final = 5
_START_DIGITS: Final = 16


class GrowingParts:
    """Fulfils `ports.Growth`. What two processes add at once lies side by side; the record says which of it counts."""

    def __init__(self, blobs: BlobStore, spool: Callable[[], SpooledFile], object_id: str, start: int) -> None:
        """Nothing is asked of the store before the first part is settled."""
        self._blobs = blobs
        self._spool = spool
        self._object_id = object_id
        self._start = start
        self._filling: SpooledFile | None = None

    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """See `ports.Growth`."""
        if self._filling is None:
            self._filling = await self._spool().__aenter__()
        await self._filling.write(chunk)

    @asynccontextmanager
    async def settled(self) -> AsyncIterator[Part]:
        """See `ports.Growth`."""
        yield await self._new_part()

    async def _new_part(self) -> Part:
        filled = self._filled()
        name = f"{self._start:0{_START_DIGITS}d}-{token_hex(8)}"
        size = filled.size
        await filled.keep(key_of(self._object_id, name))
        await self._leave()
        part = Part(self._start, size, name)
        self._start += size
        return part

    @asynccontextmanager
    async def whole(self, before: Sequence[Part]) -> AsyncIterator[Arrived]:
        """See `ports.Growth`. What came in one piece is still here, and goes to the store once, as the whole."""
        if not before:
            yield self._filled()
            return
        parts = [*before, await self._new_part()]
        async with GrownParts(self._blobs, self._spool(), self._object_id, parts) as arrived:
            yield arrived

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._leave()

    def _filled(self) -> SpooledFile:
        if self._filling is None:
            raise ValueError("there is nothing to settle")
        return self._filling

    async def _leave(self) -> None:
        filled, self._filling = self._filling, None
        if filled is not None:
            await filled.__aexit__(None, None, None)


class GrownParts:
    """Fulfils `ports.Arrived`: the parts read once, in order, into temporary space, from where they are kept."""

    def __init__(self, blobs: BlobStore, spool: SpooledFile, object_id: str, parts: Sequence[Part]) -> None:
        self.size = sum(part.size for part in parts)
        self._blobs = blobs
        self._spool = spool
        self._keys = [key_of(object_id, part.name) for part in parts]

    @property
    def head(self) -> bytes:
        """The first 4,096 bytes."""
        return self._spool.head

    @property
    def sha256(self) -> str:
        """Of all parts together."""
        return self._spool.sha256

    async def keep(self, key: str) -> None:
        """See `ports.Arrived`."""
        await self._spool.keep(key)

    async def __aenter__(self) -> Self:
        await self._spool.__aenter__()
        try:
            await self._read_all()
        except BaseException:
            await self._spool.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._spool.__aexit__(kind, error, trace)

    async def _read_all(self) -> None:
        for key in self._keys:
            await self._read(key)
        if self._spool.size != self.size:
            raise Unavailable(retry_after_s=_RETRY_AFTER_S)

    async def _read(self, key: str) -> None:
        try:
            async for piece in await self._blobs.open(key):
                await self._spool.write(piece)
        except BlobNotFound:
            raise Unavailable(retry_after_s=_RETRY_AFTER_S) from None


def key_of(object_id: str, part_name: str) -> str:
    """Where a part lies."""
    return f"{GROWING}/{object_id}/{part_name}"


async def drop_parts(blobs: BlobStore, object_id: str) -> None:
    """Remove every part that there is, told of or not."""
    for key in [stat.key async for stat in blobs.list(f"{GROWING}/{object_id}/")]:
        await blobs.delete(key)
