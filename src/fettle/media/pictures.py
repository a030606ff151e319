"""Facts and smaller pictures, read in a process apart: this side asks, and believes nothing that it cannot check."""

import asyncio
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import msgspec

from fettle.domain.errors import NoSpace, Unavailable
from fettle.domain.pictures import Facts, PrintSize, Problem, Reading, RenditionKind
from fettle.media.wanted import Wanted

_AT_ONCE: Final = 2
# The nursery ends a child after 15 s; whoever hears nothing from it for longer has lost the nursery itself.
_WITHIN_S: Final = 20.0
_STOP_WITHIN_S: Final = 2.0
# Its files are closed a moment before it can be seen to have ended.
_ENDS_WITHIN_S: Final = 0.2
_LARGEST_FILE: Final = 512 << 20
_LARGEST_ANSWER: Final = 24 << 20
_PIECE: Final = 1 << 18
_DECODER: Final = msgspec.msgpack.Decoder(Reading)
_NOT_TOLD: Final = msgspec.msgpack.encode(Reading(Facts(problem=Problem.TOO_SLOW)))


class PictureReader:
    """Fulfils `ports.PictureReader`. The process is started when the first file is read, and again when it is gone."""

    def __init__(self, folder: Path) -> None:
        """Copies of what is read lie in `folder`, without a name, as long as they are read."""
        self._folder = folder
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._door: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    async def read(
        self,
        content: AsyncIterator[bytes],
        content_type: str,
        kinds: Collection[RenditionKind] = (),
        print_size: PrintSize | None = None,
    ) -> Reading:
        """See `ports.PictureReader`."""
        message = msgspec.msgpack.encode(Wanted(content_type, tuple(kinds), print_size))
        async with self._places:
            with await asyncio.to_thread(self._open) as file:
                size = 0
                async for chunk in content:
                    size += len(chunk)
                    if size > _LARGEST_FILE:
                        return Reading(Facts(problem=Problem.TOO_LARGE))
                    await asyncio.to_thread(_write, file, chunk)
                await asyncio.to_thread(_write, file, None)
                answer = await asyncio.to_thread(self._ask, message, file)
        return _understood(answer, kinds)

    def close(self) -> None:
        """End the process and all that it is doing."""
        with self._lock:
            self._end()

    def _open(self) -> IO[bytes]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return tempfile.TemporaryFile(dir=self._folder)
        except OSError as error:
            raise Unavailable from error

    def _ask(self, message: bytes, file: IO[bytes]) -> bytes:
        """The answer; b"" when the child ended without one."""
        ours, theirs = os.pipe()
        try:
            try:
                self._send(message, file.fileno(), theirs)
            finally:
                os.close(theirs)
            answer = _read_all(ours)
        except TimeoutError:
            self.close()
            return _NOT_TOLD
        else:
            return _NOT_TOLD if not answer and self._has_ended() else answer
        finally:
            os.close(ours)

    def _send(self, message: bytes, *files: int) -> None:
        """Hand it over; once more to a fresh process when the last one is gone."""
        with self._lock:
            for is_last in (False, True):
                door = self._door or self._start()
                try:
                    socket.send_fds(door, [message], files)
                except OSError as error:
                    self._end()
                    if is_last:
                        raise Unavailable from error
                else:
                    return

    def _start(self) -> socket.socket:
        door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                (sys.executable, "-I", "-m", "fettle.media.nursery"),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict[str, str](),
                cwd="/",
                start_new_session=True,
            )
        self._door = door
        return door

    def _has_ended(self) -> bool:
        """Whether the whole process is gone, which says nothing of the file: a machine short of memory may end it."""
        with self._lock:
            if self._process is None:
                return True
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDS_WITHIN_S)
            return self._process.returncode is not None

    def _end(self) -> None:
        if self._door is not None:
            self._door.close()
        if self._process is not None:
            try:
                self._process.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._door = self._process = None


def _understood(answer: bytes, kinds: Collection[RenditionKind]) -> Reading:
    """What came back, if it is of the right form: a child that was ended, or lies, has read nothing."""
    if not answer:
        return Reading(Facts(problem=Problem.TOO_LARGE))
    with suppress(msgspec.DecodeError):
        reading = _DECODER.decode(answer)
        if {drawn.kind for drawn in reading.drawn} <= set(kinds):
            return reading
    return Reading(Facts(problem=Problem.UNREADABLE))


def _write(file: IO[bytes], chunk: bytes | None) -> None:
    """Add the chunk; None makes the file ready to be read."""
    try:
        if chunk is not None:
            file.write(chunk)
            return
        file.flush()
        file.seek(0)
    except OSError as error:
        raise NoSpace from error


def _read_all(pipe: int) -> bytes:
    """All that is written before the other end closes; raises TimeoutError."""
    end, size = time.monotonic() + _WITHIN_S, 0
    parts: list[bytes] = []
    while True:
        left_s = end - time.monotonic()
        if left_s <= 0 or not select.select([pipe], [], [], left_s)[0]:
            raise TimeoutError
        part = os.read(pipe, _PIECE)
        size += len(part)
        if not part or size > _LARGEST_ANSWER:
            return b"".join(parts) if not part else b""
        parts.append(part)
