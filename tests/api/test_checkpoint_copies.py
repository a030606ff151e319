"""Copies of checkpoints as somebody sees them who runs the server, and somebody who asks it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.servers.listener import Listener
from tests.serving import FettleServer

Json = dict[str, Any]


def test_a_destination_that_is_away_is_told_and_gets_all_when_it_is_back(tmp_path: Path) -> None:
    listener, folder = Listener().start(), tmp_path / "disk"
    settings = {"FETTLE_CHECKPOINT_FOLDER": str(folder), "FETTLE_CHECKPOINT_WEBHOOK": listener.url}
    server = FettleServer(tmp_path, {**settings, "FETTLE_LOG_LEVEL": "error"})
    headers = {"X-API-Key": server.command("demo")["api_key"]}
    server.start()
    with httpx.Client(base_url=server.base_url, headers=headers) as client:
        made = client.post("/v1/log/checkpoint").json()["data"]
        copies = _copies(client, lambda copies: "error" in copies["folder"] and "deliveredAt" in copies["webhook"])
        assert copies["folder"]["error"] == "unreachable"
        assert "proof" not in copies["folder"]
        assert client.get("/readyz").status_code == httpx.codes.OK
        assert time.time() - 60 < _waiting(client)["folder"] < time.time()
        assert _waiting(client)["webhook"] == 0
        folder.mkdir()
        copies = _copies(client, lambda copies: "deliveredAt" in copies["folder"])
        assert "error" not in copies["folder"]
        assert copies["folder"]["attempts"] >= 2
        assert (folder / copies["folder"]["proof"]).read_text() == made["note"]
        assert _waiting(client) == {"folder": 0, "webhook": 0}
        (listed,) = client.get("/v1/log/checkpoints").json()["data"]
        assert {name: listed[name] for name in made} == made
        assert client.get(f"/v1/log/checkpoints?beforeSize={made['size']}").json()["data"] == []
    server.stop()
    listener.stop()
    assert listener.heard[0].headers["content-type"] == "application/json"


def _copies(client: httpx.Client, are_so: Callable[[dict[str, Json]], bool]) -> dict[str, Json]:
    """The copies of the only checkpoint by destination, once they are so."""
    for _ in range(600):
        (checkpoint,) = client.get("/v1/log/checkpoints").json()["data"]
        copies = {copy["destination"]: copy for copy in checkpoint["copies"]}
        if are_so(copies):
            return copies
        time.sleep(0.05)
    raise TimeoutError


def _waiting(client: httpx.Client) -> dict[str, float]:
    name = "fettle_oldest_uncopied_checkpoint_timestamp_seconds"
    lines = [line for line in client.get("/metrics").text.splitlines() if line.startswith(name + "{")]
    return {line.split('"')[1]: float(line.rpartition(" ")[2]) for line in lines}
