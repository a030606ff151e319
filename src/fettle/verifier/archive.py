"""A ZIP that may be hostile, read as packs are written and in no other way: every byte of it is accounted for.

Files are stored, not compressed, one right after the other; the directory follows, then the end, then nothing. So there
is no bomb, no byte that is not checked, and no second way to read the same archive.
"""

import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, NoReturn, Self

from fettle.domain.verification import Finding, Problem
from fettle.domain.zip_times import ZipTime

_LOCAL, _LISTED, _END = "<IHHHHHIIIHH", "<IHHHHHHIIIHHHHHII", "<IHHHHIIH"
_END_64, _LOCATOR = "<IQHHIIQQQQ", "<IIQI"
_LISTED_SIZE: Final = struct.calcsize(_LISTED)
_END_SIZE: Final = struct.calcsize(_END)
_END_SIGNATURE: Final = 0x06054B50
_FULL_32, _FULL_16 = 0xFFFFFFFF, 0xFFFF
# A data descriptor follows the bytes; the name is UTF-8.
_FLAGS: Final = 1 << 3 | 1 << 11
_UNIX: Final = 3 << 8
_READABLE_FILE: Final = 0o100644 << 16
_PLAIN, _ZIP64 = 20, 45
_STAMP: Final = struct.pack("<HHB", 0x5455, 5, 1)
_STAMP_SIZE: Final = 9
_MOST_FILES: Final = 1_000_000
_LONGEST_NAME: Final = 1024
_CHUNK: Final = 1 << 20


class NotHeld(Exception):
    """Something does not hold, and nothing that depends on it can be looked at."""

    def __init__(self, finding: Finding, where: str) -> None:
        super().__init__(finding, where)
        self.problem = Problem(finding, where)


class Member(NamedTuple):
    """One file in the archive: where its bytes begin, how many there are, and what is said of their CRC-32 and time."""

    start: int
    size: int
    crc: int
    modified: ZipTime


class Archive:
    """Open as long as the block runs. Raises OSError where the file cannot be read, NotHeld where it is no pack."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        try:
            self.size: Final = self._file.seek(0, 2)
            self.members: Final = dict(self._members())
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, a MiB at a time; raises NotHeld for one that is not there."""
        start, size, *_ = self._get(name)
        for offset in range(start, start + size, _CHUNK):
            yield self._read(offset, min(_CHUNK, start + size - offset))

    def read(self, name: str, most: int) -> bytes:
        """The whole of a small file; raises NotHeld for one that is not there, or larger."""
        start, size, *_ = self._get(name)
        if size > most:
            raise NotHeld(Finding.FORM_WRONG, name)
        return self._read(start, size)

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """The lines of a file without their ends; raises NotHeld for one that is too long."""
        rest, number = b"", 1
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            number += len(whole)
            if len(rest) > longest:
                raise NotHeld(Finding.FORM_WRONG, f"{name} line {number}")
        if rest:
            yield rest

    def _get(self, name: str) -> Member:
        found = self.members.get(name)
        if found is None:
            raise NotHeld(Finding.FILE_MISSING, name)
        return found

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        found = self._file.read(size)
        if len(found) != size:
            _refuse(self.size)
        return found

    def _unpack(self, form: str, offset: int) -> tuple[int, ...]:
        size = struct.calcsize(form)
        if offset < 0 or offset + size > self.size:
            _refuse(max(offset, 0))
        return struct.unpack(form, self._read(offset, size))

    def _members(self) -> Iterator[tuple[str, Member]]:
        count, start, end = self._directory()
        at, next_file, seen = start, 0, set[str]()
        for _ in range(count):
            listed = _Listed.read(self, at, end)
            if listed.name in seen or listed.start != next_file:
                _refuse(at)
            seen.add(listed.name)
            next_file = self._check_frame(listed, start)
            yield listed.name, Member(listed.start + len(listed.opening()), listed.size, listed.crc, listed.modified)
            at += listed.length
        if at != end or next_file != start:
            _refuse(min(at, next_file))

    def _directory(self) -> tuple[int, int, int]:
        """How many files there are, and where their list begins and ends; what follows it is as it has to be."""
        at = self.size - _END_SIZE
        signature, *disks, count, again, length, start, comment = self._unpack(_END, at)
        if signature != _END_SIGNATURE or any(disks) or count != again or comment:
            _refuse(max(at, 0))
        if count == _FULL_16 or _FULL_32 in (length, start):
            count, length, start, at = self._directory_64(at)
            expected = (0, 0, min(count, _FULL_16), min(count, _FULL_16), min(length, _FULL_32), min(start, _FULL_32))
            if self._unpack(_END, self.size - _END_SIZE) != (_END_SIGNATURE, *expected, 0):
                _refuse(self.size - _END_SIZE)
        if start + length != at or count > _MOST_FILES:
            _refuse(at)
        return count, start, at

    def _directory_64(self, end: int) -> tuple[int, int, int, int]:
        locator = end - struct.calcsize(_LOCATOR)
        record = locator - struct.calcsize(_END_64)
        if self._unpack(_LOCATOR, locator) != (0x07064B50, 0, record, 1):
            _refuse(max(locator, 0))
        signature, *head, count, again, length, start = self._unpack(_END_64, record)
        if (signature, head, count) != (0x06064B50, [44, _UNIX | _ZIP64, _ZIP64, 0, 0], again):
            _refuse(record)
        return count, length, start, record

    def _check_frame(self, listed: "_Listed", directory: int) -> int:
        """What stands before and after the bytes of a file says what the list says; where the next one begins."""
        opening, closing = listed.opening(), listed.descriptor()
        after = listed.start + len(opening) + listed.size
        if after + len(closing) > directory:
            _refuse(listed.start)
        if self._read(listed.start, len(opening)) != opening:
            _refuse(listed.start)
        if self._read(after, len(closing)) != closing:
            _refuse(after)
        return after + len(closing)


class _Listed(NamedTuple):
    """One record of the directory, `length` bytes long."""

    name: str
    start: int
    size: int
    crc: int
    modified: ZipTime
    length: int

    @classmethod
    def read(cls, archive: Archive, at: int, end: int) -> "_Listed":
        """The record at this place; whatever in it says nothing is as it has to be."""
        if at + _LISTED_SIZE > end:
            _refuse(at)
        fields = archive._unpack(_LISTED, at)  # noqa: SLF001 - a part of the archive
        signature, made_on, needed, flags, method, time, date, crc, packed, size, named, more, *zeros, mode, start = (
            fields
        )
        kind = (signature, made_on, flags, method, packed, mode, any(zeros))
        if kind != (0x02014B50, _UNIX | needed, _FLAGS, 0, size, _READABLE_FILE, False) or named > _LONGEST_NAME:
            _refuse(at)
        length = _LISTED_SIZE + named + more
        if at + length > end:
            _refuse(at)
        text = archive._read(at + _LISTED_SIZE, named + more)  # noqa: SLF001 - as above
        size, start, stamp = _beyond_32_bits(text[named:], size, start, needed, at)
        return cls(_path(text[:named], at), start, size, crc, ZipTime(date, time, stamp), length)

    def opening(self) -> bytes:
        """The local header, as it has to be."""
        is_big, name = self.size >= _FULL_32, self.name.encode()
        size, extra = (_FULL_32, struct.pack("<HHQQ", 1, 16, 0, 0)) if is_big else (0, b"")
        date, time, stamp = self.modified
        extra += stamp
        needed = _ZIP64 if is_big else _PLAIN
        fields = (0x04034B50, needed, _FLAGS, 0, time, date, 0, size, size, len(name), len(extra))
        return struct.pack(_LOCAL, *fields) + name + extra

    def descriptor(self) -> bytes:
        """What follows the bytes, as it has to be."""
        form = "<IIQQ" if self.size >= _FULL_32 else "<IIII"
        return struct.pack(form, 0x08074B50, self.crc, self.size, self.size)


def _beyond_32_bits(extra: bytes, size: int, start: int, needed: int, at: int) -> tuple[int, int, bytes]:
    """Size and start, which may stand in the ZIP64 extra, and the time stamp that is left of the extras."""
    wanted = 2 * (size == _FULL_32) + (start == _FULL_32)
    if wanted:
        head, values = struct.pack("<HH", 1, 8 * wanted), extra[4 : 4 + 8 * wanted]
        if extra[:4] != head or len(values) != 8 * wanted:
            _refuse(at)
        found = list(struct.unpack(f"<{wanted}Q", values))
        if size == _FULL_32:
            size, again = found.pop(0), found.pop(0)
            if again != size or size < _FULL_32:
                _refuse(at)
        start = found.pop() if found else start
        extra = extra[4 + 8 * wanted :]
    is_stamp = extra[: len(_STAMP)] == _STAMP and len(extra) == _STAMP_SIZE
    if needed != (_ZIP64 if wanted else _PLAIN) or (extra and not is_stamp):
        _refuse(at)
    return size, start, extra


def _path(name: bytes, at: int) -> str:
    """A relative path of plain segments: nobody who unpacks it is led elsewhere."""
    try:
        path = name.decode()
    except UnicodeDecodeError:
        _refuse(at)
    segments = path.split("/")
    is_plain = all(segments) and not {".", ".."} & set(segments) and not set(path) & {"\\", ":"}
    if not is_plain or any(unicodedata.category(character) == "Cc" for character in path):
        _refuse(at)
    return path


def _refuse(offset: int) -> NoReturn:
    raise NotHeld(Finding.FORM_WRONG, f"byte {offset}")
