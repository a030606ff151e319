from collections.abc import Iterator

import pytest

from tests.contracts.serial.client import Json, SerialClient
from tests.serving import Demo, FettleServer


@pytest.fixture(scope="session")
def client(server: FettleServer, demo: Demo) -> Iterator[SerialClient]:
    """A client with the demo company's key, which may speak for its people."""
    made = SerialClient(server.base_url, demo.api_key, demo.user_id, demo.component_id)
    yield made
    made.http.close()


@pytest.fixture
def order(client: SerialClient) -> Json:
    """A work order of this test alone, in DRAFT."""
    return client.new_order()


@pytest.fixture(scope="session")
def stranger(server: FettleServer, client: SerialClient) -> Iterator[SerialClient]:
    """A client of another company, whose key may do everything there."""
    email = "ada@stranger.example"
    server.command("init", "--company", "Stranger Ltd", "--email", email)
    key = server.command("key", "create", "--user", email, "--scopes", "all")["api_key"]
    made = SerialClient(server.base_url, key, client.user_id, client.component_id)
    made.user_id = made.send("GET", "/users").json()[0]["id"]
    made.component_id = made.send("POST", "/components", json={"name": "Press", "component_type": "LOT"}).json()["id"]
    yield made
    made.http.close()


@pytest.fixture(scope="session")
def operator(server: FettleServer, client: SerialClient, demo: Demo) -> Iterator[SerialClient]:
    """A client with an operator's own key, which may speak for nobody else."""
    email = "olga@operator.example"
    server.command("user", "add", "--email", email, "--role", "OPERATOR", "--no-password", "--company", demo.company_id)
    key = server.command(
        "key", "create", "--user", email, "--scopes", "read,status:write,comments:write,evidence:write,approvals:write"
    )["api_key"]
    users = client.send("GET", "/users").json()
    user_id = next(user["id"] for user in users if user["email"] == email)
    made = SerialClient(server.base_url, key, user_id, demo.component_id)
    yield made
    made.http.close()
