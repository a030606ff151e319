"""The client of resumable uploads against a server whose store fails while its database answers."""

import hashlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

import pytest

from fettle.client.connection import Connection, Refused
from fettle.client.uploads import Sent, Uploads, Wanted
from tests.contracts.pictures import png
from tests.serving import FettleServer

# The server asks for five seconds between two tries.
_PATIENCE_S = 7
_SIZES = pytest.mark.parametrize("size", [1000, 9 << 20])


class Far(NamedTuple):
    """A server with the demo company, and what a client elsewhere knows of it."""

    server: FettleServer
    api_key: str
    work_order_id: str

    @contextmanager
    def failing_store(self) -> Iterator[None]:
        """Uploads grow where nobody can make a file: the row of one is made and read, and no byte is kept."""
        growing = self.server.folder / "data" / "files" / "growing"
        growing.mkdir(parents=True, exist_ok=True)
        aside = growing.rename(growing.with_name("aside"))
        growing.symlink_to("/proc")
        try:
            yield
        finally:
            growing.unlink()
            aside.rename(growing)


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    server = FettleServer(tmp_path_factory.mktemp("far"))
    demo = server.command("demo")
    server.start()
    yield Far(server, demo["api_key"], demo["work_order_id"])
    server.stop()


class Sender:
    """Sends one photo with little patience; `tries` is how often a part was begun."""

    def __init__(self, far: Far, folder: Path, size: int) -> None:
        self._far = far
        self._path = folder / "photo.png"
        self._path.write_bytes(png() + token_bytes(size))
        self.stopping = threading.Event()
        self.tries = 0

    def send(self, patience_s: float) -> Sent:
        sha256 = hashlib.sha256(self._path.read_bytes()).hexdigest()
        with closing(Connection(self._far.server.base_url, self._far.api_key)) as connection:
            wanted = Wanted(self._path, self._far.work_order_id, "photo", {})
            return Uploads(connection, self.stopping, patience_s).send(wanted, sha256, self._told)

    def _told(self, _: int) -> None:
        self.tries += 1


@_SIZES
def test_a_store_that_stays_away_is_waited_for_no_longer_than_patience_lasts(
    far: Far, tmp_path: Path, size: int
) -> None:
    sender = Sender(far, tmp_path, size)
    ending = threading.Timer(_PATIENCE_S * 3, sender.stopping.set)
    ending.start()
    began_s = time.monotonic()
    with far.failing_store(), pytest.raises(Refused) as refused:
        sender.send(_PATIENCE_S)
    ending.cancel()
    assert (refused.value.status, refused.value.code) == (503, "UNAVAILABLE")
    assert time.monotonic() - began_s < _PATIENCE_S + 2
    assert sender.tries <= 2, "it was sent again before the time that the server asked for"


@_SIZES
def test_a_store_that_comes_back_in_time_gets_the_file(far: Far, tmp_path: Path, size: int) -> None:
    sender = Sender(far, tmp_path, size)
    with ThreadPoolExecutor(1) as thread:
        with far.failing_store():
            sent = thread.submit(sender.send, 30)
            time.sleep(1)
            assert not sent.done()
        assert not sent.result(30).was_there
