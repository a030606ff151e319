"""Bytes in an S3 store, through obstore."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from obstore.exceptions import GenericError
from obstore.store import S3Store

from fettle.blobs.growing_parts import GrowingParts, drop_parts
from fettle.blobs.keys import INCOMING, check_key, folder_of, incoming_key
from fettle.blobs.presign import presigned_get, presigned_put
from fettle.blobs.put_queue import PutQueue
from fettle.blobs.s3_address import S3Address
from fettle.blobs.s3_faults import missing_bucket, s3_faults
from fettle.blobs.spool_space import SpoolSpace
from fettle.blobs.spooled_file import SpooledFile
from fettle.blobs.unfinished import end_unfinished
from fettle.domain.crash_points import crash_point
from fettle.domain.instants import Instant, to_instant
from fettle.domain.limits import SNIFFED_BYTES
from fettle.services.ports import Announced, BlobNotFound, BlobStat, PutLink

if TYPE_CHECKING:
    from obstore import BytesStream, GetOptions, ObjectMeta

# obstore holds several parts of every put in memory: about 30 MiB each with these sizes (measured). 50 uploads of
# 25 MiB at a time took 93 MiB with 2 big puts, 141 MiB with 4, 166 MiB with 4 of 8 MiB parts.
_BIG_PUTS: Final = 2
_SMALL_PUTS: Final = 16
_PART_BYTES: Final = 5 << 20
_PARTS_AT_ONCE: Final = 2
# Beyond the first 16 MiB a put may take longer, as long as it is not slower than this.
_SMALL_BYTES: Final = 16 << 20
_SLOWEST_BYTES_PER_S: Final = 2 << 20
_PIECE_BYTES: Final = 256 << 10
_PROBE_KEY: Final = "ready/probe"
# obstore says ValueError of a name that no object can have (`a//b`, `./a`); a client may have sent one.
_MISSING: Final = (FileNotFoundError, ValueError)


class S3Blobs:
    """Fulfils `ports.BlobStore`. Every answer is there within 25 seconds, or Unavailable (a big file's put apart)."""

    def __init__(self, address: S3Address, spool_folder: Path) -> None:
        """Nothing is asked of the store yet; raises OSError when the spool folder cannot be made."""
        self._address = address
        self._store = _open_store(address)
        self._space = SpoolSpace(spool_folder)
        self._big_puts = PutQueue(_BIG_PUTS)
        self._small_puts = PutQueue(_SMALL_PUTS)

    def spool(self) -> SpooledFile:
        """See `ports.BlobStore`."""
        return SpooledFile(self._space, self._keep)

    def grow(self, object_id: str, start: int, require_unclaimed: Callable[[], Awaitable[None]]) -> GrowingParts:  # noqa: ARG002 - the port's signature
        """See `ports.BlobStore`. Parts lie side by side, so none has to go."""
        return GrowingParts(self, self.spool, object_id, start)

    async def drop_grown(self, object_id: str) -> None:
        """See `ports.BlobStore`."""
        await drop_parts(self, object_id)

    async def open(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """See `ports.BlobStore`."""
        path = _checked(key)
        async with s3_faults():
            try:
                found = await self._store.get_async(path, options=_range(start, length))
            except _MISSING:
                raise BlobNotFound(key) from None
        return _pieces(found.stream(_PIECE_BYTES)) if length != 0 else _nothing()

    async def stat(self, key: str) -> BlobStat | None:
        """See `ports.BlobStore`."""
        path = _checked(key)
        async with s3_faults():
            try:
                return _stat_of(await self._store.head_async(path))
            except _MISSING:
                return None

    async def look(self, key: str) -> tuple[BlobStat, bytes] | None:
        """See `ports.BlobStore`."""
        path = _checked(key)
        async with s3_faults():
            with suppress(*_MISSING):
                return await self._look(path)
        return None

    async def delete(self, key: str) -> None:
        """See `ports.BlobStore`."""
        path = _checked(key)
        async with s3_faults():
            with suppress(*_MISSING):
                await self._store.delete_async(path)

    async def list(self, prefix: str) -> AsyncIterator[BlobStat]:
        """See `ports.BlobStore`."""
        # obstore takes whole path segments only, so the rest of the prefix is compared here.
        pages = self._store.list(folder_of(prefix) or None, chunk_size=1000)
        while True:
            async with s3_faults():
                page = await anext(pages, None)
            if page is None:
                return
            for meta in page:
                if meta["path"].startswith(prefix):
                    yield _stat_of(meta)

    async def link(self, key: str, *, expires_in_s: int, file_name: str, content_type: str) -> str | None:
        """A URL that always downloads: a store of others sends no header that would keep a shown page from running."""
        disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
        return presigned_get(
            self._address,
            _checked(key),
            at=datetime.now(UTC),
            expires_in_s=expires_in_s,
            response={"content-type": content_type, "content-disposition": disposition},
        )

    async def put_link(self, key: str, announced: Announced, *, expires_in_s: int) -> PutLink | None:
        """See `ports.BlobStore`. The size is signed too, as the Content-Length that every client sends by itself."""
        sha256 = announced.sha256
        checksum = {"x-amz-checksum-sha256": b64encode(bytes.fromhex(sha256)).decode()} if sha256 else {}
        headers = {"content-type": announced.content_type, **checksum}
        signed = {**headers, "content-length": str(announced.size)}
        now = datetime.now(UTC)
        url = presigned_put(self._address, _checked(key), at=now, expires_in_s=expires_in_s, headers=signed)
        return None if url is None else PutLink(url, headers)

    def incoming_key(self, company_id: str, object_key: str) -> str | None:
        """See `ports.BlobStore`."""
        return incoming_key(company_id, object_key)

    async def end_unfinished(self, prefix: str, before: Instant) -> int:
        """See `ports.BlobStore`."""
        return await end_unfinished(self._address, prefix, before)

    async def check(self) -> None:
        """See `ports.BlobStore`."""
        async with s3_faults():
            with missing_bucket():
                await self._store.put_async(_PROBE_KEY, b"fettle")
                await self._store.get_async(_PROBE_KEY)

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """A folder in temporary space for the time of one job; see `SpoolSpace.folder`."""
        return self._space.folder()

    def clean_spool(self) -> None:
        """Remove temporary files of processes that are no more."""
        self._space.clean()

    def close(self) -> None:
        """Wait for what was begun and leave no temporary file."""
        self._space.close()

    async def _look(self, path: str) -> tuple[BlobStat, bytes]:
        try:
            found = await self._store.get_async(path, options=_range(0, SNIFFED_BYTES))
        except GenericError:
            # An empty object has no range of bytes to ask for.
            stat = _stat_of(await self._store.head_async(path))
            if stat.size:
                raise
            return stat, b""
        return _stat_of(found.meta), bytes(await found.bytes_async())

    async def _keep(self, file: SpooledFile, key: str) -> None:
        """An answer that was lost after storing does no harm: the same key gets the same bytes again."""
        if file.is_in_memory:
            await self._put(_checked(key), await file.content(), file.size, self._small_puts)
        else:
            await file.finish(lambda: None)
            await self._put(_checked(key), file.path, file.size, self._big_puts)
        crash_point("blob.after_put")

    async def _put(self, key: str, content: bytes | Path, size: int, queue: PutQueue) -> None:
        more_s = max(0, size - _SMALL_BYTES) / _SLOWEST_BYTES_PER_S
        async with s3_faults(None), queue.place() as within_s, asyncio.timeout(within_s + more_s):
            with missing_bucket():
                await self._store.put_async(key, content, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE)


def _open_store(address: S3Address) -> S3Store:
    given: dict[str, Any] = {
        "endpoint": address.endpoint,
        "access_key_id": address.access_key,
        "secret_access_key": address.secret_key,
        "session_token": address.session_token,
    }
    return S3Store(
        address.bucket,
        prefix=address.prefix or None,
        region=address.region,
        virtual_hosted_style_request=False,
        client_options={
            "allow_http": address.is_plain_http,
            "connect_timeout": timedelta(seconds=4),
            "read_timeout": timedelta(seconds=8),
            # Over a whole answer, however long its body: what must be quick is timed by s3_faults.
            "timeout": timedelta(hours=6),
        },
        retry_config={
            "max_retries": 4,
            "retry_timeout": timedelta(seconds=15),
            "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=3), "base": 2},
        },
        **{name: value for name, value in given.items() if value},
    )


def _checked(key: str) -> str:
    return key if key.startswith(f"{INCOMING}/") else check_key(key)


def _range(start: int, length: int | None) -> "GetOptions | None":
    if length:
        return {"range": (start, start + length)}
    return {"range": {"offset": start}} if start else None


def _stat_of(meta: "ObjectMeta") -> BlobStat:
    return BlobStat(meta["path"], meta["size"], to_instant(meta["last_modified"]))


async def _pieces(stream: "BytesStream") -> AsyncIterator[bytes]:
    while True:
        async with s3_faults():
            piece = await anext(stream, b"")
        if not piece:
            return
        yield bytes(piece)


async def _nothing() -> AsyncIterator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece
