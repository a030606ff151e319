"""A client of resumable uploads whose connection breaks again and again, at any byte and in any manner."""

import hashlib
import random
import socket
import struct
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from time import monotonic, sleep

from tests.faults.machine import Machine

_START = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
_PATIENCE_S = 60
_COME_BACK = frozenset({409, 423, 503, 507})
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]


class Interrupted:
    """Uploads one photo; `cuts` counts how often it was interrupted. Of several `machines` any gets each request."""

    def __init__(
        self, machine: Machine, chance: random.Random, largest_bytes: int, machines: Sequence[Machine] = ()
    ) -> None:
        self._machine = machine
        self._machines = machines or [machine]
        self._chance = chance
        self.content = _START + chance.randbytes(chance.randrange(1, largest_bytes))
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.cuts = 0
        self._promised = 0

    def run(self) -> str:
        """Upload, come what may; the id of the photo."""
        path, deadline = self._begin(), monotonic() + _PATIENCE_S
        while monotonic() < deadline:
            standing = self._try("HEAD", path)
            if standing is None or standing.status in _COME_BACK:
                sleep(0.05)
                continue
            assert standing.status == 200, standing
            offset = int(standing.headers["upload-offset"])
            assert offset >= self._promised, f"{offset} bytes after {self._promised} were acknowledged"
            self._promised = offset
            if "fettle-evidence-id" in standing.headers:
                assert offset == len(self.content)
                return standing.headers["fettle-evidence-id"]
            assert offset < len(self.content), "all is there, and no evidence"
            self._go_on(path, offset)
        raise AssertionError(f"not within {_PATIENCE_S} s: {self._promised} of {len(self.content)}")

    def _begin(self) -> str:
        order = self._machine.demo.work_order_id
        said = f"workOrderId {b64encode(order.encode()).decode()},kind cGhvdG8="
        headers = {"Upload-Length": str(len(self.content)), "Upload-Metadata": said, "Content-Length": "0"}
        deadline = monotonic() + _PATIENCE_S
        while monotonic() < deadline:
            answer = self._try("POST", "/v1/uploads", headers)
            if answer is not None and answer.status == 201:
                return answer.headers["location"]
            assert answer is None or answer.status in _COME_BACK, answer
            sleep(0.05)
        raise AssertionError("no upload could be begun")

    def _go_on(self, path: str, offset: int) -> None:
        """Send some of what is missing, and break off at any byte of it, or not."""
        rest = self.content[offset:]
        rest = rest[: self._chance.randrange(1, len(rest) + 1)] if self._chance.random() < 0.5 else rest
        headers = {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(rest)),
        }
        if self._chance.random() < 0.2:
            headers["Upload-Checksum"] = f"sha256 {b64encode(hashlib.sha256(rest).digest()).decode()}"
        cut = self._chance.randrange(len(rest)) if self._chance.random() < 0.6 else None
        answer = self._try("PATCH", path, headers, rest, cut)
        if answer is not None and answer.status == 204:
            self._promised = int(answer.headers["upload-offset"])
            assert self._promised == offset + len(rest)
        else:
            assert answer is None or answer.status in _COME_BACK, answer

    def _try(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"", cut: int | None = None
    ) -> Answer | None:
        """None when the connection broke, by us or by the server's death."""
        sent = {"Host": "localhost", "Connection": "close", "Tus-Resumable": "1.0.0", **self._machine.headers}
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in (sent | (headers or {})).items()), "", ""]
        port = self._chance.choice(self._machines).port
        with suppress(OSError, HTTPException), socket.create_connection(("127.0.0.1", port), 20) as wire:
            wire.sendall("\r\n".join(lines).encode() + body[:cut])
            if cut is not None:
                self._break(wire)
                return None
            response = HTTPResponse(wire, method=method)
            response.begin()
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()})
        return None

    def _break(self, wire: socket.socket) -> None:
        """As a phone in a lift (nothing more is heard), a client that ends, or a router that resets."""
        self.cuts += 1
        manner = self._chance.choice(["silence", "end", "reset"])
        if manner == "silence":
            sleep(self._chance.random() * 0.3)
        elif manner == "reset":
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
