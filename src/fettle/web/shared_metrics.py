"""One set of measurements for a server of several processes: each writes its own into a folder, any of them reads all.

A scrape reaches one process by chance; what that one alone has counted would be a lie. prometheus_client decides when
it is imported whether values go into the folder, so the variable is set before the processes begin.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_LIVE: Final = re.compile(r"gauge_live\w+_(\d+)\.db")


@contextmanager
def sharing_metrics(processes: int) -> Iterator[None]:
    """While the context is open, processes that begin share their measurements."""
    if processes == 1:
        yield
        return
    with TemporaryDirectory(prefix="fettle-metrics-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]


def shared_registry() -> "CollectorRegistry | None":
    """The measurements of all processes added up; None when this is the only one."""
    folder = os.environ.get(_FOLDER)
    if folder is None:
        return None
    from prometheus_client import CollectorRegistry  # noqa: PLC0415 - see the module's first lines
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 - as above

    _forget_the_dead(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # ships incomplete types
    return registry


def _forget_the_dead(folder: Path) -> None:
    """What a process is doing ends with it; what it has counted stays."""
    for file in folder.iterdir():
        match = _LIVE.fullmatch(file.name)
        if match is not None and not _is_alive(int(match[1])):
            file.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
