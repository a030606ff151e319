"""Clients that hang up, fall silent or dribble in the middle of an upload."""

import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.faults.machine import Machine

_PROMISED_BYTES = 4 << 20
_DRIBBLE_BYTES = 512
_DRIBBLE_EVERY_S = 0.2
_HANGS_UP_AT_ONCE = struct.pack("ii", 1, 0)


class UnfinishedUpload:
    """An upload that promises 4 MiB and has sent `sent_bytes` of them."""

    def __init__(self, machine: Machine, sent_bytes: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", machine.port), timeout=30)
        start = (
            '--b\r\nContent-Disposition: form-data; name="type"\r\n\r\nFILE\r\n'
            '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nunfinished\r\n'
            '--b\r\nContent-Disposition: form-data; name="attachment"; filename="unfinished"\r\n\r\n'
        )
        headers = (
            f"POST /v1/work-orders/{machine.demo.work_order_id}/attachments HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {machine.demo.api_key}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            f"Content-Length: {_PROMISED_BYTES}\r\n\r\n"
        )
        self.socket.sendall((headers + start).encode() + bytes(sent_bytes))

    def dribble(self) -> None:
        with suppress(OSError):
            self.socket.sendall(bytes(_DRIBBLE_BYTES))

    def close(self) -> None:
        self.socket.close()

    def abort(self) -> None:
        """Hang up without a good-bye: a reset, as from a phone that lost its network."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _HANGS_UP_AT_ONCE)
        self.socket.close()


@contextmanager
def rude_clients(machine: Machine, count: int, sent_bytes: int, chance: random.Random) -> Iterator[None]:
    """A third have hung up, a third are silent, a third dribble, until the end, when all hang up."""
    uploads = [UnfinishedUpload(machine, sent_bytes) for _ in range(count)]
    chance.shuffle(uploads)
    third = count // 3
    gone, dribbling = uploads[:third], uploads[third : 2 * third]
    for number, upload in enumerate(gone):
        upload.abort() if number % 2 else upload.close()
    over = threading.Event()

    def dribble() -> None:
        while not over.wait(_DRIBBLE_EVERY_S):
            for upload in dribbling:
                upload.dribble()

    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for upload in uploads[third:]:
            upload.abort()
