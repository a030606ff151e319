"""A proxy before a server that fails as networks and stores do. One request for each connection."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Fault = Literal["none", "refuse", "stall", "slow", "cut", "lose the answer", "500", "503", "403"]

_PIECE_BYTES = 1 << 16
_SLOW_BYTES_PER_S = 1 << 19
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CODES = {"500": "InternalError", "503": "SlowDown", "403": "AccessDenied"}


class Proxy:
    """Listens on loopback and passes on to `target_port`, under `fault`; `lost` counts the answers that it kept."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.fault: Fault = "none"
        self.lost = 0
        self._meant: tuple[Fault, bytes, int] | None = None
        self._counting = threading.Lock()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @contextmanager
    def failing(self, fault: Fault) -> Iterator[None]:
        self.fault = fault
        try:
            yield
        finally:
            self.fault = "none"

    def strike(self, fault: Fault, request: str, number: int) -> None:
        """Let this fault meet the so many-th request from now on that begins so, and no other."""
        self._meant = fault, request.encode(), number

    def close(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(60)
        with client, suppress(OSError):
            fault = self.fault
            if fault == "refuse":
                return
            head, body = _read_head(client)
            fault = self._struck(head) or fault
            if fault == "stall":
                self._over.wait(60)
            elif fault in _CODES:
                _read_rest(client, head, body)
                client.sendall(_refusal(fault))
            else:
                self._pass_on(client, head, body, fault)

    def _struck(self, head: bytes) -> Fault | None:
        with self._counting:
            if self._meant is None or not head.startswith(self._meant[1]):
                return None
            fault, request, number = self._meant
            self._meant = (fault, request, number - 1) if number > 1 else None
            return fault if number == 1 else None

    def _pass_on(self, client: socket.socket, head: bytes, body: bytes, fault: Fault) -> None:
        with contextlib.closing(socket.create_connection(("127.0.0.1", self._target_port), timeout=60)) as target:
            target.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
            if not self._pass_body(client, target, _length(head) - len(body), fault):
                return
            while piece := target.recv(_PIECE_BYTES):
                if fault == "lose the answer":
                    self.lost += 1
                    return
                client.sendall(piece)
                if fault == "slow":
                    time.sleep(len(piece) / _SLOW_BYTES_PER_S)

    def _pass_body(self, client: socket.socket, target: socket.socket, left: int, fault: Fault) -> bool:
        """Whether all came through: neither was it cut in the middle, nor did the client go away."""
        kept_back = left // 2 if fault == "cut" else 0
        while left > kept_back and (piece := client.recv(_PIECE_BYTES)):
            target.sendall(piece)
            left -= len(piece)
            if fault == "slow":
                time.sleep(len(piece) / _SLOW_BYTES_PER_S)
        return left <= 0 and fault != "cut"


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    """The head without its end, and what came behind it. Connections are not kept: the client is told so."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = client.recv(_PIECE_BYTES)
        if not piece:
            raise ConnectionError
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


def _read_rest(client: socket.socket, head: bytes, body: bytes) -> None:
    left = _length(head) - len(body)
    while left > 0 and (piece := client.recv(_PIECE_BYTES)):
        left -= len(piece)


def _length(head: bytes) -> int:
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0


def _refusal(fault: str) -> bytes:
    body = f"<Error><Code>{_CODES[fault]}</Code><Message>a test</Message></Error>".encode()
    head = f"HTTP/1.1 {fault} Refused\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n"
    return (head + "Connection: close\r\n\r\n").encode() + body
