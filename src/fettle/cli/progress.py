"""How far a long command is, for the person who waits for it; nothing of the kind where nobody sits at a screen."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from fettle.cli.words import say

_LOOK_EVERY_S = 0.2


class Progress(Protocol):
    """How far it is: files and bytes that were read, of how many."""

    files: int
    bytes: int
    all_files: int
    all_bytes: int


@contextmanager
def shown(progress: Progress, language: str, word: str = "files of") -> Iterator[None]:
    """A bar on standard error, by bytes, with speed and the time that is left, as long as the block runs."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - loaded where there is a screen
    from rich.progress import (  # noqa: PLC0415 - as above
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bars  # noqa: PLC0415 - as above

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    over = threading.Event()
    with Bars(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)

        def look() -> None:
            text = say(language, word, files=progress.files, all_files=progress.all_files)
            bars.update(task, description=text, completed=progress.bytes, total=progress.all_bytes or None)

        def follow() -> None:
            look()
            while not over.wait(_LOOK_EVERY_S):
                look()
            look()

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield
        finally:
            over.set()
            follower.join()
