"""Fettle as its users run it: the command `fettle serve` in a process of its own, on real databases and real stores."""

import json
import os
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.postgres import PostgresServer
from tests.servers.process import ServerProcess, free_ports
from tests.servers.seaweed import SeaweedServer

FETTLE = Path(sysconfig.get_path("scripts"), "fettle")
PLACES = ("sqlite-disk", "postgres-s3")


@dataclass(frozen=True)
class Demo:
    """What `fettle demo --json` prints: the demo company's ids, and a key that may speak for its people."""

    company_id: str
    user_id: str
    admin_user_id: str
    operator_user_id: str
    api_key: str
    work_order_id: str
    wo_number: int
    component_id: str
    part_number_id: str


class FettleServer:
    """One server on a loopback port of its own; `settings` are FETTLE_ variables beside its folder and port.

    The port and the data stay the same over `stop()` and `start()`.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        self.environment = {
            "FETTLE_DATA": str(folder / "data"),
            "FETTLE_HOST": "127.0.0.1",
            "FETTLE_PORT": str(self.port),
            **(settings or {}),
        }
        self._process = ServerProcess(folder)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything that the server has printed."""
        return (self.folder / "server.log").read_text(errors="replace")

    def command(self, *arguments: str) -> Any:
        """Run a command beside or before the server and return the JSON that it prints."""
        environment = {"PATH": os.defpath, **self.environment}
        done = subprocess.run(
            [FETTLE, *arguments, "--json"], env=environment, cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def start(self) -> None:
        """Start and wait for the first answer; raises ServerDidNotStart."""
        self._process.start([FETTLE, "serve"], self.environment, self._answers)

    def stop(self) -> None:
        """Stop as an administrator would."""
        self._process.stop()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/livez").is_success
        except httpx.TransportError:
            return False


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Tests of one server run in one process, one after the other, and so do those of one file."""
    for item in items:
        group = item.callspec.params.get("place") if hasattr(item, "callspec") else None
        item.add_marker(pytest.mark.xdist_group(str(group or item.nodeid.partition("::")[0])))


@pytest.fixture(scope="session", params=PLACES)
def place(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The settings of each pair of database and store that is promised."""
    if request.param == "sqlite-disk":
        return {}
    database: PostgresServer = request.getfixturevalue("postgres_server")
    store: SeaweedServer = request.getfixturevalue("s3_server")
    return {
        "FETTLE_DATABASE_URL": database.create_database(),
        "FETTLE_BLOBS_URL": store.url("contracts"),
        "FETTLE_S3_ACCESS_KEY_ID": store.access_key,
        "FETTLE_S3_SECRET_ACCESS_KEY": store.secret_key,
    }


@pytest.fixture(scope="session")
def server(place: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[FettleServer]:
    """A server with the demo company, the same for all tests of a session, once for each place."""
    made = FettleServer(tmp_path_factory.mktemp("fettle"), place)
    made.command("demo")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def demo(server: FettleServer) -> Demo:
    printed = server.command("demo")
    return Demo(**{name: printed[name] for name in Demo.__annotations__})
