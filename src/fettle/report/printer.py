"""Reports set in type: this side hands pictures and text over, and waits for the process apart."""

import asyncio
import errno
import os
import sys
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import msgspec

from fettle.domain.errors import NoSpace, Unavailable
from fettle.domain.instants import SECOND, Instant
from fettle.domain.pictures import Print
from fettle.domain.report_shapes import Report
from fettle.report.framed import framed

_AT_ONCE: Final = 2
_MOST_WAITING: Final = 8
_WITHIN_S: Final = 120
_RETRY_AFTER_S: Final = 15
_PIECE_BYTES: Final = 1 << 18
_TOLD_BYTES: Final = 2000
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# Each thread of it reserves address space, of which the process has a gigabyte.
_ENVIRONMENT: Final = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}


class NotSet(Exception):
    """The process apart ended without a report; what it said is for the log."""


class PrintedReport:
    """Fulfils `ports.PrintedReport`: a file that has no name any more, and goes with this object."""

    def __init__(self, descriptor: int) -> None:
        """Takes over an open file."""
        self.size: Final = os.fstat(descriptor).st_size
        self._descriptor: Final = descriptor
        weakref.finalize(self, os.close, descriptor)

    async def chunks(self) -> AsyncIterator[bytes]:
        """See `ports.PrintedReport`."""
        for start in range(0, self.size, _PIECE_BYTES):
            yield await asyncio.to_thread(os.pread, self._descriptor, _PIECE_BYTES, start)


class Printing:
    """Fulfils `ports.Printing`, in a folder that goes with it."""

    def __init__(self, folder: Path) -> None:
        """An empty folder in temporary space."""
        self._folder = folder

    async def add_picture(self, name: str, picture: Print) -> str:
        """See `ports.Printing`."""
        path = f"{name}.pdf"
        await asyncio.to_thread(self._write, path, framed(picture))
        return path

    async def finish(self, report: Report, now: Instant) -> PrintedReport:
        """See `ports.Printing`."""
        content = await asyncio.to_thread(msgspec.json.encode, report)
        await asyncio.to_thread(self._write, "report.json", content)
        await self._set(str(now // SECOND), *([report.url] if report.url else []))
        return PrintedReport(await asyncio.to_thread(self._open, os.O_RDONLY))

    def _write(self, name: str, content: bytes) -> None:
        with _faults():
            Path(self._folder, name).write_bytes(content)

    def _open(self, flags: int) -> int:
        with _faults():
            return os.open(self._folder / "report.pdf", flags | os.O_CLOEXEC, 0o600)

    async def _set(self, *about: str) -> None:
        """Raises NoSpace, and Unavailable when there is no report in time; whoever stops waiting ends the process."""
        out = await asyncio.to_thread(self._open, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-m", "fettle.report.press", str(self._folder), *about),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=asyncio.subprocess.PIPE,
                env=_ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(out)
        try:
            async with asyncio.timeout(_WITHIN_S):
                _, told = await process.communicate()
        except TimeoutError as error:
            raise Unavailable(retry_after_s=_RETRY_AFTER_S) from error
        finally:
            if process.returncode is None:
                process.kill()
                await asyncio.shield(process.wait())
        _require_done(process.returncode, told)


class Printer:
    """Fulfils `ports.ReportPrinter`: two reports at a time, eight more wait."""

    def __init__(self, scratch: Callable[[], AbstractAsyncContextManager[Path]]) -> None:
        """`scratch` gives a folder in temporary space for the time of one report."""
        self._scratch = scratch
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Printing]:
        """See `ports.ReportPrinter`."""
        if self._waiting >= _MOST_WAITING:
            raise Unavailable(retry_after_s=_RETRY_AFTER_S)
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            async with self._scratch() as folder:
                yield Printing(folder)
        finally:
            self._places.release()


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise (NoSpace if error.errno in _FULL else Unavailable) from error


def _require_done(code: int | None, told: bytes) -> None:
    if code == errno.ENOSPC:
        raise NoSpace
    if code != 0:
        raise Unavailable(retry_after_s=_RETRY_AFTER_S) from NotSet(code, told[-_TOLD_BYTES:].decode(errors="replace"))
