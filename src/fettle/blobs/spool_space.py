"""Temporary space: a private folder for each process, and the threads that write there."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import Final, TypeVar

from fettle.blobs.disk_faults import disk_faults

Result = TypeVar("Result")

# 2 MiB take the usual photo in one go. All uploads together fill at most 12 MiB, and have as much on its way to disk.
_LARGEST_BUFFER_BYTES: Final = 2 << 20
# What follows in a file begun on disk goes there by smaller pieces: the fewer bytes are left to hash and write after
# the last has come, the sooner the answer. Parts of 5 MiB, by tus, took three quarters of the time.
_LARGEST_LATER_BUFFER_BYTES: Final = 512 << 10
_ALL_BUFFERS_BYTES: Final = 12 << 20
# Writing waits for the disk, not for a processor: this many fsyncs may wait at a time.
_THREADS: Final = 8
_PROBE_BYTES: Final = 4096
_PRIVATE: Final = "spool-"


class SpoolSpace:
    """Temporary files of this process under `folder`. Who owns them is told by a lock that ends with the process."""

    def __init__(self, folder: Path, *, is_to_stay: bool = False) -> None:
        """Make the private folder; raises OSError when it cannot be made.

        Where what is written `is_to_stay`, the disk begins with it at once.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.is_to_stay: Final = is_to_stay
        self._folder = folder
        self._open_files = 0
        self._undeleted: set[Path] = set()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="blobs")
        with _locked(folder):
            self._private = Path(mkdtemp(prefix=_PRIVATE, dir=folder))
            self._lock = os.open(self._private, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def buffer_bytes(self, *, is_begun: bool) -> int:
        """How much one file may hold in memory now: less, the more files are open, and once it `is_begun` on disk."""
        largest = _LARGEST_LATER_BUFFER_BYTES if is_begun else _LARGEST_BUFFER_BYTES
        return min(largest, _ALL_BUFFERS_BYTES // max(1, self._open_files))

    def new_path(self) -> Path:
        """A name that nothing has yet."""
        return self._private / token_hex(16)

    @asynccontextmanager
    async def folder(self) -> AsyncIterator[Path]:
        """A fresh folder for one job, removed afterwards with all that is in it; raises NoSpace, Unavailable."""
        path = self.new_path()
        await self.run(partial(_make_folder, path))
        try:
            yield path
        finally:
            await asyncio.shield(self.run(partial(shutil.rmtree, path, ignore_errors=True)))

    def count(self, files: int) -> None:
        """Tell that so many files were opened, or, below zero, closed."""
        self._open_files += files

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Start work beside the event loop."""
        return self._threads.submit(work)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do work beside the event loop; once begun it is finished, whoever stops waiting for it."""
        return await asyncio.wrap_future(self.submit(work))

    def probe(self) -> None:
        """Write a little and remove it; raises NoSpace, Unavailable."""
        path = self.new_path()
        with disk_faults():
            try:
                path.write_bytes(bytes(_PROBE_BYTES))
            finally:
                path.unlink(missing_ok=True)

    def delete(self, path: Path) -> None:
        """Remove a temporary file; one that a failing disk does not let go is tried again by `clean`."""
        try:
            path.unlink(missing_ok=True)
        except OSError:
            self._undeleted.add(path)

    def clean(self) -> None:
        """Remove what processes left that are no more; those alive keep theirs."""
        undeleted, self._undeleted = self._undeleted, set()
        for path in undeleted:
            self.delete(path)
        with _locked(self._folder):
            for private in self._folder.glob(f"{_PRIVATE}*"):
                _remove_unless_owned(private)

    def close(self) -> None:
        """Wait for what was begun and leave nothing behind."""
        self._threads.shutdown()
        shutil.rmtree(self._private, ignore_errors=True)  # what stays, the next start removes
        os.close(self._lock)


def _make_folder(path: Path) -> None:
    with disk_faults():
        path.mkdir(mode=0o700)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that nobody takes a folder just made, and not locked yet, for a dead one's."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_unless_owned(private: Path) -> None:
    descriptor = os.open(private, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(private)
    finally:
        os.close(descriptor)
