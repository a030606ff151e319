"""A server that dies once, at a point that chance chooses, and is started again by whoever needs it."""

import random
from time import monotonic, sleep
from typing import Any

import httpx

from tests.faults.invariants import check_running, check_stopped
from tests.faults.machine import Machine, is_alive

_POINTS = (
    "before_commit",
    "after_commit",
    "before_answer",
    "blob.after_write",
    "blob.after_fsync",
    "blob.after_rename",
)
_MOST_PASSES = 3
_PATIENCE_S = 60
_COME_BACK = frozenset({423, 503, 507})


class Mortal:
    """Lives for one round of a test; `deaths` counts those at the named point."""

    def __init__(self, machine: Machine, chance: random.Random) -> None:
        self.machine = machine
        self.deaths = 0
        point = f"{chance.choice(_POINTS)}:{chance.randrange(_MOST_PASSES)}"
        self._pid = machine.begin({"FETTLE_CRASH_POINT": point})

    def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send it until there is an answer that is none of a fault: that has to be a success."""
        deadline = monotonic() + _PATIENCE_S
        while monotonic() < deadline:
            answer = self._try(method, path, sent)
            if answer is not None:
                assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
                return answer
            self._revive()
            sleep(0.02)
        raise AssertionError(f"no answer within {_PATIENCE_S} s")

    def try_once(self, method: str, path: str, headers: dict[str, str], content: bytes) -> None:
        """Send it, whatever comes of it."""
        if self._try(method, path, {"headers": headers, "content": content}) is None:
            self._revive()

    def end(self, chance: random.Random) -> None:
        """Who has not died yet is killed; then all is looked at."""
        if is_alive(self._pid):
            self.machine.kill(chance)
            self._start()
        check_running(self.machine)
        self.machine.stop()
        check_stopped(self.machine)

    def _try(self, method: str, path: str, sent: dict[str, Any]) -> httpx.Response | None:
        try:
            with self.machine.client() as client:
                answer = client.request(method, path, **sent)
        except httpx.TransportError:
            return None
        return None if answer.status_code in _COME_BACK else answer

    def _revive(self) -> None:
        if not is_alive(self._pid):
            self.machine.await_end([self._pid])
            self._start()
            self.deaths += 1

    def _start(self) -> None:
        self.machine.start()
        self._pid = self.machine.pids[0]
