from collections.abc import Iterator

import pytest

from tests.api.world import World
from tests.serving import FettleServer


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = FettleServer(tmp_path_factory.mktemp("world"), {"FETTLE_TRUSTED_PROXIES": "127.0.0.1"})
    server.command("demo")
    server.start()
    try:
        made = World(server)
        yield made
        made.close()
    finally:
        server.stop()
