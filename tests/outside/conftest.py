from collections.abc import Iterator

import pytest

from fettle.domain.checkpoints import Checkpoint, checkpoint_text, origin_of, signed_note
from tests.servers.listener import Listener
from tests.servers.tsa import TimestampAuthority


@pytest.fixture
def checkpoint() -> Checkpoint:
    return make_checkpoint(7)


def make_checkpoint(size: int, key: bytes = bytes(32), made_at: int = 1_795_000_000_000_000) -> Checkpoint:
    company_id, root = "4f0a5a3e-0000-7000-8000-000000000001", bytes([size] * 32)
    origin = origin_of(company_id)
    note = signed_note(checkpoint_text(origin, size, root), origin, key, bytes(64))
    return Checkpoint(company_id, size, root.hex(), made_at, note)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener().start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimestampAuthority]:
    made = TimestampAuthority(tmp_path_factory.mktemp("authority") / "tsa")
    made.start()
    yield made
    made.stop()
