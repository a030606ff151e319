"""A ZIP written while it is sent: stored, in order, its length known before the first byte.

The CRC-32 of an entry follows its bytes in a data descriptor, for to know it before would be to read every file twice.
See docs/decisions/0006-our-own-zip-writer.md.
"""

import struct
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from fettle.domain.instants import Instant
from fettle.domain.zip_times import zip_time

_FULL_32: Final = 0xFFFFFFFF
_FULL_16: Final = 0xFFFF
_PLAIN, _ZIP64 = 20, 45
_MADE_ON_UNIX: Final = 3 << 8
_READABLE_FILE: Final = 0o100644 << 16
# Bit 3: a data descriptor follows the bytes. Bit 11: the name is UTF-8.
_FLAGS: Final = 1 << 3 | 1 << 11

OpenBytes = Callable[[], Awaitable[AsyncIterator[bytes]]]


class Entry(NamedTuple):
    """One file to be: its path, how many bytes it has, when they were received, and how to get them."""

    path: str
    size: int
    modified_at: Instant
    open: OpenBytes


def archive_size(entries: Sequence[Entry]) -> int:
    """How many bytes `write_archive` will give."""
    offset = 0
    directory = 0
    for entry in entries:
        directory += len(_listed(entry, 0, offset))
        offset += len(_opening(entry)) + entry.size + len(_descriptor(entry, 0))
    return offset + directory + len(_end(len(entries), offset, directory))


async def write_archive(entries: Iterable[Entry] | AsyncIterable[Entry]) -> AsyncIterator[bytes]:
    """The archive's bytes; raises what opening and reading raise, and ValueError where a file is not of its size.

    Entries may be made one by one: none is held on to once its bytes are written.
    """
    offset = 0
    listed: list[tuple[Entry, int, int]] = []
    async for entry in _one_by_one(entries):
        opening = _opening(entry)
        yield opening
        crc = count = 0
        async for chunk in await entry.open():
            crc, count = zlib.crc32(chunk, crc), count + len(chunk)
            yield chunk
        if count != entry.size:
            message = f"{count} bytes where {entry.size} were announced"
            raise ValueError(message)
        descriptor = _descriptor(entry, crc)
        yield descriptor
        listed.append((entry._replace(open=_written), crc, offset))
        offset += len(opening) + count + len(descriptor)
    for part in _directory(listed, offset):
        yield part


async def _one_by_one(entries: Iterable[Entry] | AsyncIterable[Entry]) -> AsyncIterator[Entry]:
    if isinstance(entries, AsyncIterable):
        async for entry in entries:
            yield entry
        return
    for entry in entries:
        yield entry


async def _written() -> AsyncIterator[bytes]:
    raise RuntimeError("the bytes were written")


def _directory(listed: list[tuple[Entry, int, int]], offset: int) -> Iterator[bytes]:
    length = 0
    for entry, crc, start in listed:
        part = _listed(entry, crc, start)
        length += len(part)
        yield part
    yield _end(len(listed), offset, length)


def _is_big(entry: Entry) -> bool:
    return entry.size >= _FULL_32


def _opening(entry: Entry) -> bytes:
    """The local header: CRC and sizes are zero where a descriptor follows (APPNOTE 4.4.4), in ZIP64 by its extra."""
    name, (date, time, stamp) = entry.path.encode(), zip_time(entry.modified_at)
    size, extra = (_FULL_32, struct.pack("<HHQQ", 1, 16, 0, 0)) if _is_big(entry) else (0, b"")
    extra += stamp
    return (
        struct.pack(
            "<IHHHHHIIIHH",
            *(0x04034B50, _needed(entry), _FLAGS, 0, time, date, 0, size, size, len(name), len(extra)),
        )
        + name
        + extra
    )


def _descriptor(entry: Entry, crc: int) -> bytes:
    return struct.pack("<IIQQ" if _is_big(entry) else "<IIII", 0x08074B50, crc, entry.size, entry.size)


def _listed(entry: Entry, crc: int, offset: int) -> bytes:
    """The entry's record in the central directory, with what does not fit into 32 bits in its ZIP64 extra."""
    name, (date, time, stamp) = entry.path.encode(), zip_time(entry.modified_at)
    beyond = [entry.size] * 2 * _is_big(entry) + [offset] * (offset >= _FULL_32)
    extra = struct.pack(f"<HH{len(beyond)}Q", 1, 8 * len(beyond), *beyond) if beyond else b""
    extra += stamp
    size, start = min(entry.size, _FULL_32), min(offset, _FULL_32)
    needed = _ZIP64 if beyond else _PLAIN
    return (
        struct.pack(
            "<IHHHHHHIIIHHHHHII",
            *(0x02014B50, _MADE_ON_UNIX | needed, needed, _FLAGS, 0, time, date, crc, size, size),
            *(len(name), len(extra), 0, 0, 0, _READABLE_FILE, start),
        )
        + name
        + extra
    )


def _end(count: int, offset: int, length: int) -> bytes:
    plain = struct.pack(
        "<IHHHHIIH",
        *(0x06054B50, 0, 0, min(count, _FULL_16), min(count, _FULL_16)),
        *(min(length, _FULL_32), min(offset, _FULL_32), 0),
    )
    if count < _FULL_16 and max(offset, length) < _FULL_32:
        return plain
    made_on = _MADE_ON_UNIX | _ZIP64
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, made_on, _ZIP64, 0, 0, count, count, length, offset)
    locator = struct.pack("<IIQI", 0x07064B50, 0, offset + length, 1)
    return record + locator + plain


def _needed(entry: Entry) -> int:
    return _ZIP64 if _is_big(entry) else _PLAIN
