"""A bar for each file on its way and one for all, on standard error; nothing where nobody sits at a screen."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

Told = Callable[[Path, int], None]


@contextmanager
def bars(paths: Sequence[Path]) -> Iterator[Told]:
    """What is to hear of every file how many of its bytes are there; a file's bar goes with its last byte."""
    if not sys.stderr.isatty():
        yield lambda _path, _size: None
        return
    from rich.console import Console  # noqa: PLC0415 - loaded where there is a screen
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn  # noqa: PLC0415 - as above

    sizes = {path: path.stat().st_size for path in paths if path.exists()}
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        whole = progress.add_task(f"0/{len(paths)}", total=sum(sizes.values()))
        tasks: dict[Path, object] = {}
        there: dict[Path, int] = {}

        def told(path: Path, size: int) -> None:
            task = tasks.get(path) or tasks.setdefault(path, progress.add_task(path.name[:40], total=sizes.get(path)))
            progress.update(task, completed=size)  # type: ignore[arg-type]  # rich's own number
            progress.advance(whole, size - there.get(path, 0))
            there[path] = size
            if size >= sizes.get(path, 0):
                progress.update(task, visible=False)  # type: ignore[arg-type]  # as above
            done = sum(there[each] >= sizes.get(each, 0) for each in there)
            progress.update(whole, description=f"{done}/{len(paths)}")

        yield told
