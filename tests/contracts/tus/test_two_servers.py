"""Two servers on one PostgreSQL, and one S3 bucket or one folder: an upload goes on with either."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from secrets import token_bytes

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import PmsClient
from tests.contracts.tus.client import TusClient
from tests.servers.postgres import PostgresServer
from tests.servers.seaweed import SeaweedServer
from tests.serving import FettleServer


@pytest.fixture(params=["s3", "folder"])
def servers(
    request: pytest.FixtureRequest, postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[FettleServer]]:
    shared = {
        "FETTLE_DATABASE_URL": postgres_server.create_database(),
        "FETTLE_BLOBS_URL": str(tmp_path_factory.mktemp("blobs")),
    }
    if request.param == "s3":
        s3: SeaweedServer = request.getfixturevalue("s3_server")
        shared["FETTLE_BLOBS_URL"] = s3.url("two-servers")
        shared |= {"FETTLE_S3_ACCESS_KEY_ID": s3.access_key, "FETTLE_S3_SECRET_ACCESS_KEY": s3.secret_key}
    made = [FettleServer(tmp_path_factory.mktemp("server"), shared) for _ in range(2)]
    made[0].command("demo")
    try:
        for server in made:
            server.start()
        yield made
    finally:
        for server in made:
            server.stop()


def test_either_goes_on_and_one_alone_wins(servers: list[FettleServer]) -> None:
    demo = servers[0].command("demo")
    clients = [PmsClient(server.base_url, {"X-API-Key": demo["api_key"]}, demo["component_id"]) for server in servers]
    order = clients[0].new_order()
    one, other = (TusClient(client) for client in clients)
    content = png() + token_bytes(300_000)
    path = one.begin(len(content), workOrderId=order["id"], kind="photo")
    for number, start in enumerate(range(0, 300_000, 50_000)):
        answer = (one, other)[number % 2].append(path, start, content[start : start + 50_000])
        assert answer.status_code == 204, answer.text
        assert one.offset(path) == other.offset(path) == start + 50_000
    with ThreadPoolExecutor(8) as threads:
        last = list(threads.map(lambda n: (one, other)[n % 2].append(path, 300_000, content[300_000:]), range(8)))
    assert {answer.status_code for answer in last} <= {204, 409, 423}
    assert sum(answer.status_code == 204 for answer in last) == 1
    (photo,) = clients[1].walk(f"/v1/work-orders/{order['id']}/photos")
    assert clients[0].send("GET", photo["url"]).content == content
    for client in clients:
        client.http.close()
