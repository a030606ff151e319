"""One Fettle that may be killed, with all that a fault test wants to know of it."""

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import httpx

from tests.serving import FETTLE, Demo, FettleServer

READY_WITHIN_S = 5.0
_ENDED_WITHIN_S = 35.0


class Machine(FettleServer):
    """A server with a demo company. `template` is a data folder to start from: copying one is faster than making it."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None, template: Path | None = None) -> None:
        super().__init__(folder, settings)
        if template is not None:
            shutil.copytree(template, self.data, dirs_exist_ok=True)
            _sync(self.data)
        printed = self.command("demo")
        self.demo = Demo(**{name: printed[name] for name in Demo.__annotations__})
        self.last_start_s = 0.0

    @property
    def data(self) -> Path:
        return Path(self.environment["FETTLE_DATA"])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.demo.api_key}"}

    def client(self, timeout_s: float = 40) -> httpx.Client:
        return httpx.Client(base_url=self.base_url, headers=self.headers, timeout=timeout_s)

    def start(self, extra: Mapping[str, str] | None = None) -> None:
        """Start and wait until it is ready; `extra` holds for this start only."""
        began = monotonic()
        self._process.start([FETTLE, "serve"], {**self.environment, **(extra or {})}, self._answers)
        self.last_start_s = monotonic() - began

    def begin(self, extra: Mapping[str, str] | None = None) -> int:
        """Start and do not wait; the id of the process. It may end before it is ready, at a crash point."""
        self._process.start([FETTLE, "serve"], {**self.environment, **(extra or {})}, lambda: True)
        return self._process.pid

    @property
    def pids(self) -> list[int]:
        """The process that was started, then those it forked to serve."""
        return [self._process.pid, *children_of(self._process.pid)]

    def kill(self, chance: random.Random) -> None:
        """SIGKILL, by chance, the process that was started, one that serves, or all; wait until all are gone."""
        pids = self.pids
        victims = chance.choice([pids, pids[:1], pids[1:] or pids])
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.await_end(pids)

    def await_end(self, pids: list[int], within_s: float = _ENDED_WITHIN_S) -> None:
        """Wait until no process of this server is left, as a service supervisor does."""
        deadline = monotonic() + within_s
        while any(is_alive(pid) for pid in pids):
            assert monotonic() < deadline, f"processes that outlive the server: {pids}"
            sleep(0.01)
        self._process.stop()

    def signal(self, number: signal.Signals) -> None:
        os.kill(self._process.pid, number)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside or after the server, whatever comes of it."""
        environment = {"PATH": os.defpath, **self.environment}
        return subprocess.run(
            [FETTLE, *arguments], env=environment, cwd=self.folder, capture_output=True, check=False, text=True
        )

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/readyz", timeout=READY_WITHIN_S).is_success
        except httpx.TransportError:
            return False


def _sync(folder: Path) -> None:
    """Make a copied folder as durable as if the server had made it."""
    for path in [folder.parent, folder, *folder.rglob("*")]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


class MakeMachine(Protocol):
    """The fixture `make_machine`: a server, not started; `fresh` makes its demo company anew."""

    def __call__(self, settings: Mapping[str, str] | None = None, *, fresh: bool = False) -> Machine: ...


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_alive(pid: int) -> bool:
    """Whether it runs: one that has ended and that nobody has asked about yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
