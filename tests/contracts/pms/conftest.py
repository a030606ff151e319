from collections.abc import Iterator

import pytest

from tests.contracts.pms.client import Json, PmsClient, signed_in
from tests.contracts.pms.firm import Firm, make_firm
from tests.serving import Demo, FettleServer


@pytest.fixture(scope="session")
def client(server: FettleServer, demo: Demo) -> Iterator[PmsClient]:
    """A client with the demo company's key, which may speak for its people."""
    with PmsClient(server.base_url, {"X-API-Key": demo.api_key}, demo.component_id) as made:
        yield made


@pytest.fixture
def order(client: PmsClient) -> Json:
    """A work order of this test alone, in DRAFT."""
    return client.new_order()


@pytest.fixture(scope="session")
def admin(server: FettleServer, demo: Demo) -> Iterator[PmsClient]:
    """An administrator of the demo company who has signed in."""
    email = "amelie@pms.example"
    command = ("user", "add", "--email", email, "--role", "ADMIN", "--company", demo.company_id)
    with signed_in(server.base_url, email, server.command(*command)["password"]) as made:
        made.component_id = demo.component_id
        yield made


@pytest.fixture(scope="session")
def stranger(server: FettleServer) -> Iterator[PmsClient]:
    """The administrator of another company, signed in."""
    email = "ada@pms-stranger.example"
    made_company = server.command("init", "--company", "PMS Stranger Ltd", "--email", email)
    with signed_in(server.base_url, email, made_company["password"]) as made:
        body = {"name": "Press", "componentType": "LOT"}
        made.component_id = made.data("POST", "/v1/components", status=201, json=body)["id"]
        yield made


@pytest.fixture(scope="session")
def operator(server: FettleServer, demo: Demo) -> Iterator[PmsClient]:
    """A client with an operator's own key, which may speak for nobody else."""
    email = "olga@pms.example"
    server.command("user", "add", "--email", email, "--role", "OPERATOR", "--no-password", "--company", demo.company_id)
    scopes = "read,status:write,comments:write,evidence:write,approvals:write"
    key = server.command("key", "create", "--user", email, "--scopes", scopes)["api_key"]
    with PmsClient(server.base_url, {"X-API-Key": key}, demo.component_id) as made:
        yield made


@pytest.fixture(scope="module")
def firm(server: FettleServer) -> Iterator[Firm]:
    """A company of this file alone, with one person of each role."""
    made = make_firm(server)
    yield made
    made.close()


@pytest.fixture(scope="session")
def owner(server: FettleServer) -> Iterator[PmsClient]:
    """The administrator of a company that no other test uses."""
    email = "ada@limits.example"
    made_company = server.command("init", "--company", "Limits Ltd", "--email", email)
    with signed_in(server.base_url, email, made_company["password"]) as made:
        body = {"name": "Press", "componentType": "LOT"}
        made.component_id = made.data("POST", "/v1/components", status=201, json=body)["id"]
        yield made
