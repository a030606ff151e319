from collections.abc import Iterator

import pytest

from tests.contracts.pms.client import Json, PmsClient, signed_in
from tests.contracts.tus.client import TusClient
from tests.serving import Demo, FettleServer


@pytest.fixture(scope="session")
def client(server: FettleServer, demo: Demo) -> Iterator[PmsClient]:
    """A client with the demo company's key."""
    with PmsClient(server.base_url, {"X-API-Key": demo.api_key}, demo.component_id) as made:
        yield made


@pytest.fixture
def order(client: PmsClient) -> Json:
    """A work order of this test alone, in DRAFT."""
    return client.new_order()


@pytest.fixture(scope="session")
def tus(client: PmsClient) -> TusClient:
    return TusClient(client)


@pytest.fixture(scope="session")
def colleague(server: FettleServer, demo: Demo) -> Iterator[TusClient]:
    """Another person of the same company."""
    email = "tus-colleague@pms.example"
    command = ("user", "add", "--email", email, "--role", "OPERATOR", "--company", demo.company_id)
    with signed_in(server.base_url, email, server.command(*command)["password"]) as made:
        yield TusClient(made)


@pytest.fixture(scope="session")
def stranger(server: FettleServer) -> Iterator[TusClient]:
    """The administrator of another company."""
    email = "ada@tus-stranger.example"
    made_company = server.command("init", "--company", "Tus Stranger Ltd", "--email", email)
    with signed_in(server.base_url, email, made_company["password"]) as made:
        yield TusClient(made)
