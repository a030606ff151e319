"""Clients at work: each deed is sent until it is answered, and at times once more after that."""

import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from tests.faults.deeds import Deed, Deeds
from tests.serving import Demo

# What a fault may answer; everything else is a surprise.
_COME_BACK = frozenset({503, 507})
_PATIENCE_S = 40
_SENT_AGAIN = 0.1


@dataclass(frozen=True)
class Acked:
    """What was promised: the deed is done, its bytes are kept, its order has this version (0 when none was told)."""

    kind: str
    tag: str
    sha256: str | None
    work_order_id: str | None
    version: int


class Load:
    """Some clients in threads of their own, while the `with` lasts.

    What was answered with success is in `acked`, what was sent and has no answer yet in `pending`.
    """

    def __init__(self, base_url: str, demo: Demo, seed: str, clients: int = 4) -> None:
        self._base_url = base_url
        self._demo = demo
        self.acked: dict[str, Acked] = {}
        self.pending: dict[str, Deed] = {}
        self.surprises: list[str] = []
        self.refused: list[httpx.Response] = []
        self._over = threading.Event()
        names = [f"{seed}-{number}" for number in range(clients)]
        self._threads = [threading.Thread(target=self._work, args=(random.Random(name),)) for name in names]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int, within_s: float = 30) -> None:
        """Wait until so many further deeds were answered with success."""
        deadline, wanted = time.monotonic() + within_s, len(self.acked) + more
        while len(self.acked) < wanted:
            assert time.monotonic() < deadline, f"{len(self.acked)} of {wanted} answered; {self.surprises[:3]}"
            time.sleep(0.01)

    def settle(self) -> None:
        """Send once more what had no answer, as a client does after the fault; then nothing is open."""
        with self._client() as client:
            for deed in list(self.pending.values()):
                self._take(deed, deed.send(client))
        assert not self.surprises, self.surprises
        assert not self.pending, [deed.kind for deed in self.pending.values()]

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self._demo.api_key}"}
        return httpx.Client(base_url=self._base_url, headers=headers, timeout=_PATIENCE_S)

    def _work(self, chance: random.Random) -> None:
        deeds = Deeds(self._demo, chance)
        with self._client() as client:
            while not self._over.is_set():
                deed = deeds.next()
                answer = self._do(client, deed)
                if answer is not None and answer.is_success:
                    deeds.learn(deed, answer)
                    if chance.random() < _SENT_AGAIN:
                        self._do(client, deed)

    def _do(self, client: httpx.Client, deed: Deed) -> httpx.Response | None:
        """Send it until it is answered; None when all is over before."""
        self.pending[deed.tag] = deed
        while not self._over.is_set():
            with suppress(httpx.TransportError):
                answer = deed.send(client)
                if self._take(deed, answer):
                    return answer
            self._over.wait(0.02)
        return None

    def _take(self, deed: Deed, answer: httpx.Response) -> bool:
        """Whether that was the end of it."""
        if answer.status_code in _COME_BACK:
            self.refused.append(answer)
            return False
        if answer.is_success:
            version = answer.headers.get("etag", "").strip('"')
            version = int(version) if version.isdigit() else 0
            self.acked[deed.tag] = Acked(deed.kind, deed.tag, deed.sha256, deed.work_order_id, version)
        else:
            self.surprises.append(f"{deed.kind} {deed.method} {deed.path}: {answer.status_code} {answer.text[:300]}")
        self.pending.pop(deed.tag, None)
        return True
