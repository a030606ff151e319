"""The servers as fixtures, each started by the first test that asks for it."""

from collections.abc import Iterator

import pytest

from tests.servers.postgres import PostgresServer
from tests.servers.seaweed import SeaweedServer


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[SeaweedServer]:
    server = SeaweedServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()
