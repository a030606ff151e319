"""Files that a command writes: whole, or not at all."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path


async def write_whole(
    output: Path, chunks: AsyncIterator[bytes], told: Callable[[int], None] = lambda _size: None
) -> int:
    """Write under another name, durably, then give it its own; how many bytes.

    `told` hears of every piece. Raises OSError where the file cannot be written, and what the chunks raise.
    """
    fresh, size = output.with_name(f".{output.name}.new"), 0
    try:
        with fresh.open("wb") as file:
            async for chunk in chunks:
                file.write(chunk)
                size += len(chunk)
                told(len(chunk))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(output)
        _flush_folder(output.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return size


def _flush_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
