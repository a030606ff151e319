"""Pictures that want all the memory and time there is harm neither the server nor those who use it meanwhile."""

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Self
from zlib import compress

import httpx
import pytest
from PIL import Image

from tests.faults.invariants import check_running
from tests.faults.machine import Machine, MakeMachine
from tests.faults.uploads import MIB
from tests.media import samples

pytestmark = pytest.mark.alone

_SERVER_ABOVE_IDLE_BYTES = 64 * MIB
_READER_BYTES = 1 << 30
# A file is given 15 s; two are read at a time.
_WITHIN_S = 60
_OTHERS_WITHIN_S = 1.0


def _thousand_frames() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), (shade % 256, shade // 4, 0)) for shade in range(1000)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], method=0, lossless=True)
    return out.getvalue()


def _whole_flood(side: int) -> bytes:
    """So many pixels, all of them there: small to send, large to hold."""
    out = io.BytesIO()
    Image.new("L", (side, side)).save(out, "PNG")
    return out.getvalue()


def _bombs() -> dict[str, bytes]:
    text = b"a\0\0" + compress(bytes(100 * MIB), 9)
    return {
        "flood": samples.png(64_250, 64_250),
        "whole flood": _whole_flood(17_000),
        "wide flood": samples.png(17_000, 17_000, bytes(51_001 * 2000)),
        "text": samples.png(8, 8, b"\0" * 72, (b"zTXt", text)),
        "frames": _thousand_frames(),
        "script": samples.photo("PNG") + b"<script>alert(1)</script>",
    }


def test_bombs_harm_nobody(make_machine: MakeMachine) -> None:
    machine, bombs = make_machine(), _bombs()
    machine.start()
    with machine.client(timeout_s=_WITHIN_S) as client, ThreadPoolExecutor(8) as threads:
        assert _add(client, machine, "warm", samples.photo())
        names = {name: _add(client, machine, name, content) for name, content in bombs.items()}
        with _Watch(machine) as watch:
            thumbnails = dict(
                zip(names, threads.map(lambda name: _thumbnail(machine, name), names.values()), strict=True)
            )
        for name, file_name in names.items():
            shown = client.get(f"/files/{file_name}")
            assert shown.content == bombs[name], "the upload stands"
            assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert shown.headers["x-content-type-options"] == "nosniff"
    print(
        f"server {watch.server // MIB} MiB above idle, reader {watch.reader // MIB} MiB, others {watch.slowest_s:.2f} s"
    )
    assert {name for name, status in thumbnails.items() if status == 200} >= {"frames", "script"}
    assert set(thumbnails.values()) <= {200, 404}
    assert thumbnails["flood"] == 404
    assert watch.server <= _SERVER_ABOVE_IDLE_BYTES
    assert 0 < watch.reader <= _READER_BYTES
    assert watch.slowest_s < _OTHERS_WITHIN_S
    check_running(machine)


def _add(client: httpx.Client, machine: Machine, name: str, content: bytes) -> str:
    fields, files = {"type": "IMAGE", "name": name}, {"attachment": ("a.png", content)}
    path = f"/v1/work-orders/{machine.demo.work_order_id}/attachments"
    answer = client.post(path, data=fields, files=files)
    assert answer.status_code == 201, answer.text
    shown = client.get(answer.headers["location"]).json()["data"]
    return str(shown["fileName"])


def _thumbnail(machine: Machine, file_name: str) -> int:
    with machine.client(timeout_s=_WITHIN_S) as client:
        return client.get(f"/files/{file_name}/thumbnail").status_code


class _Watch:
    """What the server and its readers hold at most, in bytes, and how long others wait at most."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._idle = self._held(machine.pids)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._weigh), threading.Thread(target=self._ask)]
        self.server = self.reader = 0
        self.slowest_s = 0.0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _weigh(self) -> None:
        while not self._over.wait(0.02):
            own = [pid for pid in self._machine.pids if not _is_reader(pid)]
            self.server = max(self.server, self._held(own) - self._idle)
            nurseries = [each for pid in own for each in _children_of(pid) if _is_reader(each)]
            readers = [child for each in nurseries for child in (each, *_children_of(each))]
            self.reader = max([self.reader, *(_resident_bytes(pid) for pid in readers)])

    def _ask(self) -> None:
        path = f"/v1/work-orders/{self._machine.demo.work_order_id}"
        with self._machine.client() as client:
            while not self._over.wait(0.02):
                began = time.monotonic()
                assert client.get(path).status_code == 200
                self.slowest_s = max(self.slowest_s, time.monotonic() - began)

    def _held(self, pids: list[int]) -> int:
        return sum(_resident_bytes(pid) for pid in pids if not _is_reader(pid))


def _children_of(pid: int) -> list[int]:
    """Those that any of its threads started."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in listed.read_text().split()]
    return found


def _is_reader(pid: int) -> bool:
    try:
        return b"nursery" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def _resident_bytes(pid: int) -> int:
    """0 for one that has ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(text.partition("VmRSS:")[2].split()[0]) << 10 if "VmRSS:" in text else 0
