"""Many files to one work order, side by side; what is there already is not sent again."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from fettle.client.connection import Connection, Refused, Unreachable
from fettle.client.uploads import Changed, Sent, Stopped, Uploads, Wanted, hash_file

_NOT_AN_IMAGE: Final = "NOT_AN_IMAGE"
_PICTURES: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp"}
)


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    SKIPPED = "skipped"
    FAILED = "failed"


class Result(NamedTuple):
    """`reason` is the server's sentence or the system's; `code` the server's, where there is one."""

    path: Path
    outcome: Outcome
    size: int = 0
    sha256: str = ""
    evidence_id: str = ""
    code: str = ""
    reason: str = ""


class Job(NamedTuple):
    """What all files of one run become; `again` sends what is there already once more."""

    work_order_id: str
    kind: str
    metadata: dict[str, str]
    again: bool = False


class MoveIn:
    """One run; `told(path, bytes)` hears how much of a file is there."""

    def __init__(
        self,
        connection: Connection,
        job: Job,
        at_once: int,
        told: Callable[[Path, int], None],
        of_file: Callable[[Path], dict[str, str]] | None = None,
    ) -> None:
        """`of_file` adds what is said of each file by itself."""
        self._of_file = of_file
        self._connection = connection
        self._job = job
        self._at_once = at_once
        self._told = told
        self._stopping = threading.Event()
        self._uploads = Uploads(connection, self._stopping)
        self._there: dict[tuple[str, str], str] = {}
        self._known: set[str] = set()

    def run(self, paths: Sequence[Path]) -> Iterator[Result]:
        """The result of each file as it comes; raises Refused or Unreachable before the first."""
        self._look()
        waiting = iter(paths)
        with ThreadPoolExecutor(self._at_once) as threads:
            running: set[Future[Result | None]] = set()
            try:
                while True:
                    for path in waiting:
                        running.add(threads.submit(self._send, path))
                        if len(running) >= self._at_once * 2:
                            break
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (result for result in (each.result() for each in done) if result is not None)
            finally:
                self.stop()

    def stop(self) -> None:
        """End soon."""
        self._stopping.set()

    def _look(self) -> None:
        """What the order has: the ids of all, and hash and step of those of this kind whose bytes are there."""
        is_photo = self._job.kind == "photo"
        path = f"/v1/work-orders/{self._job.work_order_id}/{'photos' if is_photo else 'attachments'}"
        for entry in self._connection.walk(path):
            self._known.add(entry["id"])
            if entry["kind"] == self._job.kind and entry["state"] == "stored":
                self._there[entry["sha256"], entry.get("step", "")] = entry["id"]

    def _send(self, path: Path) -> Result | None:
        try:
            return self._try(path)
        except Stopped:
            return None
        except Refused as refused:
            return Result(path, Outcome.FAILED, _size_of(path), code=refused.code, reason=refused.message)
        except (Unreachable, Changed, OSError) as error:
            return Result(path, Outcome.FAILED, _size_of(path), reason=str(error))

    def _try(self, path: Path) -> Result:
        size = path.stat().st_size
        sha256 = hash_file(path, self._stopping)
        there = self._there.get((sha256, self._job.metadata.get("step", "")))
        if there is not None and not self._job.again:
            self._told(path, size)
            return Result(path, Outcome.SKIPPED, size, sha256, there)
        sent = self._sent(path, sha256)
        # The server takes an attachment that is there to the letter for a repeat, however it was sent.
        is_there = sent.was_there or sent.evidence_id in self._known
        outcome = Outcome.SKIPPED if is_there else Outcome.ADDED
        return Result(path, outcome, size, sha256, sent.evidence_id)

    def _sent(self, path: Path, sha256: str) -> Sent:
        """As a photo, or as what its name promises; what turns out to be no picture is a file."""
        order_id, kind, metadata, again = self._job
        if kind == "attachment":
            kind = "image" if path.suffix.lower() in _PICTURES else "file"
        metadata = metadata | (self._of_file(path) if self._of_file else {})
        told = partial(self._told, path)
        try:
            return self._uploads.send(Wanted(path, order_id, kind, metadata, again), sha256, told)
        except Refused as refused:
            if kind != "image" or refused.code != _NOT_AN_IMAGE:
                raise
        return self._uploads.send(Wanted(path, order_id, "file", metadata, again), sha256, told)


def _size_of(path: Path) -> int:
    """0 for a file that cannot be looked at."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def find_files(given: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The files, with those of folders and all below them in the order of their names; and what was left out.

    Left out are hidden files and folders, and files without a byte. Links to folders are not followed.
    """
    found: list[Path] = []
    left_out: list[Path] = []
    for path in given:
        for file in _below(path) if path.is_dir() else [path]:
            is_named = file == path
            is_hidden = not is_named and file.name.startswith(".")
            is_empty = file.is_file() and file.stat().st_size == 0
            (left_out if is_hidden or is_empty else found).append(file)
    return list(dict.fromkeys(found)), left_out


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(files))
