"""The bare reference's bytes: written and hashed in a thread by large buffers, durable before they are known."""

import asyncio
import hashlib
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

BUFFER_BYTES = 2 * 1024 * 1024


class Stored(NamedTuple):
    name: str
    size: int
    sha256: str


class IncomingFile:
    """One file on its way to the disk. At most two buffers of it are in memory: one filling, one being written."""

    def __init__(self, folder: Path, threads: ThreadPoolExecutor) -> None:
        self.folder = folder
        self.threads = threads
        self.name = str(uuid.uuid4())
        self.descriptor = -1
        self.digest = hashlib.sha256()
        self.size = 0
        self.buffer: list[bytes] = []
        self.buffered_bytes = 0
        self.writing: asyncio.Future[None] | None = None

    async def add(self, chunk: bytes) -> None:
        self.buffer.append(chunk)
        self.buffered_bytes += len(chunk)
        if self.buffered_bytes >= BUFFER_BYTES:
            await self.flush()

    async def flush(self) -> None:
        if self.writing is not None:
            await self.writing
        self.writing = asyncio.get_running_loop().run_in_executor(self.threads, self.write, self.buffer)
        self.buffer, self.buffered_bytes = [], 0

    async def finish(self) -> Stored:
        if self.writing is not None:
            await self.writing
        await asyncio.get_running_loop().run_in_executor(self.threads, self.close, self.buffer)
        return Stored(self.name, self.size, self.digest.hexdigest())

    def write(self, buffer: list[bytes]) -> None:
        if self.descriptor < 0:
            self.descriptor = os.open(self.folder / f"{self.name}.part", os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        content = b"".join(buffer)
        self.digest.update(content)
        self.size += len(content)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self.descriptor, rest) :]

    def close(self, buffer: list[bytes]) -> None:
        """Write what is left; then file, name and folder are made durable, in this order."""
        self.write(buffer)
        os.fsync(self.descriptor)
        os.close(self.descriptor)
        (self.folder / f"{self.name}.part").rename(self.folder / self.name)
        sync_folder(self.folder)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
