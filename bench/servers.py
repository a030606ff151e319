"""The two servers, started as a user starts them, with their data in folders side by side on one disk."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.failure import MeasurementFailed

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
START_LIMIT_S = 30
STOP_LIMIT_S = 30


@dataclass(frozen=True)
class Target:
    """A running server, and what a request to it has to name."""

    name: str
    port: int
    process_id: int
    folder: Path
    token: str = ""
    user_id: str = ""
    component_id: str = ""
    orders: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def with_orders(self, orders: list[str]) -> "Target":
        return replace(self, orders=orders)

    def get(self, path: str) -> tuple[Any, Mapping[str, str]]:
        """The JSON under a path, and the answer's headers."""
        request = urllib.request.Request(  # noqa: S310  # http, to the loopback, built above
            self.address + path, headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # as above
            return json.load(answer), answer.headers


@contextmanager
def bare_server(folder: Path) -> Iterator[Target]:
    port = free_port()
    (folder / "bare").mkdir()
    command = [sys.executable, "-m", "bench.bare", str(port), str(folder / "bare")]
    with running(command, {}, folder / "bare.log", port) as process_id:
        ids = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
        yield Target("bare", port, process_id, folder / "bare", user_id=ids, component_id=ids)


@contextmanager
def fettle_server(folder: Path, settings: Mapping[str, str]) -> Iterator[Target]:
    """Fettle with its demo company; `settings` are FETTLE_* variables beyond the data folder and the port."""
    port = free_port()
    data = folder / "fettle"
    settings = {**settings, "FETTLE_DATA": str(data), "FETTLE_PORT": str(port)}
    demo = demo_company(settings)
    with running([fettle(), "serve"], settings, folder / "fettle.log", port) as process_id:
        yield Target("fettle", port, process_id, data, demo["api_key"], demo["user_id"], demo["component_id"])


def demo_company(settings: Mapping[str, str]) -> dict[str, Any]:
    done = subprocess.run([fettle(), "demo", "--json"], env=environment(settings), capture_output=True, check=False)
    if done.returncode:
        raise MeasurementFailed(f"fettle demo --json: {done.stderr.decode()[-2000:]}")
    demo: dict[str, Any] = json.loads(done.stdout)
    return demo


@contextmanager
def running(command: list[str], settings: Mapping[str, str], log: Path, port: int) -> Iterator[int]:
    """Run a server until the block ends; yields its process id once /livez answers 200."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=environment(settings), stdout=output, stderr=output, cwd=ROOT)
    try:
        wait_until_live(process, port, log)
        yield process.pid
    finally:
        stop(process)


def wait_until_live(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not is_live(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise MeasurementFailed(f"the server did not start: {log.read_text()[-2000:]}")
        time.sleep(0.005)


def is_live(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as probe:
            probe.sendall(b"GET /livez HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            return probe.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def fettle() -> str:
    return str(Path(sys.executable).parent / "fettle")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The caller's own variables without any FETTLE_ ones: a measurement has the default settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FETTLE_")} | dict(settings)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
