"""The process apart: it loads the decoders once, and has a child of its own read each file, confined and timed.

Started as `python -I -m fettle.media.nursery` with a socket as its standard input. Each message is one `Wanted` and two
open files: what is to be read, and where the answer goes. It ends when the socket is closed.
"""

import os
import select
import signal
import socket
import time
from contextlib import suppress
from typing import Final

import msgspec

from fettle.confinement import confine
from fettle.media import drawing
from fettle.media.wanted import Wanted

WITHIN_S: Final = 15
_LOOK_EVERY_S: Final = 0.1
_LONGEST_MESSAGE: Final = 4096
# Requests come first.
_NICE: Final = 10


def main() -> None:
    """Serve until the other end is gone."""
    os.nice(_NICE)
    drawing.prepare()
    with socket.socket(fileno=0) as door:
        until: dict[int, float] = {}
        while True:
            if select.select([door], [], [], _LOOK_EVERY_S if until else None)[0]:
                message, files, _, _ = socket.recv_fds(door, _LONGEST_MESSAGE, 2)
                if not message:
                    break
                until[_begin(door, message, files)] = time.monotonic() + WITHIN_S
            _reap(until)
    for child in until:
        _kill(child)


def _begin(door: socket.socket, message: bytes, files: list[int]) -> int:
    child = os.fork()
    if child == 0:
        try:
            door.close()
            _work(message, *files)
        finally:
            os._exit(0)
    for file in files:
        os.close(file)
    return child


def _work(message: bytes, source: int, answer: int) -> None:
    wanted = msgspec.msgpack.decode(message, type=Wanted)
    confine(WITHIN_S)
    with open(source, "rb") as file, open(answer, "wb") as out:
        out.write(msgspec.msgpack.encode(drawing.read(file, wanted)))


def _reap(until: dict[int, float]) -> None:
    """Take leave of those that have ended, and end those that take too long."""
    now = time.monotonic()
    for child, end in list(until.items()):
        if end <= now:
            _kill(child)
        if os.waitpid(child, os.WNOHANG)[0] == child:
            del until[child]


def _kill(child: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
