"""A list that cannot be read to its end must not look like a whole one."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse, IncompleteRead
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.servers.postgres import PostgresServer
from tests.serving import FettleServer

# The longest description, in letters of three bytes: a batch is then far more than every buffer on the way holds.
_LONG = 20_000 * "長"
_ORDERS = 150
_TRACE_ID = 16 * "5a"


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> str:
    return postgres_server.create_database()


@pytest.fixture
def own_server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FettleServer]:
    made = FettleServer(tmp_path_factory.mktemp("cut"), {"FETTLE_DATABASE_URL": database_url})
    made.command("demo")
    made.start()
    try:
        yield made
    finally:
        made.stop()


def test_a_list_that_breaks_off_is_visibly_cut(
    own_server: FettleServer, database_url: str, postgres_server: PostgresServer
) -> None:
    key = _fill(own_server)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", own_server.port))
        head = f"GET /work-orders HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\ntraceparent: 00-{_TRACE_ID}-{16 * '7'}-01"
        connection.sendall(f"{head}\r\n\r\n".encode())
        answer = HTTPResponse(connection)
        answer.begin()
        assert answer.status == 200
        start = answer.read(1000)
        _take_away(postgres_server, database_url)
        with pytest.raises((IncompleteRead, ConnectionError)):
            answer.read()
    assert start.startswith(b'[{"id":"')
    told = _line_of(own_server, "GET", "/work-orders")
    assert (told["trace_id"], told["level"], told["code"]) == (_TRACE_ID, "error", "UNAVAILABLE")
    assert "Traceback" in told["exception"]


def test_a_client_that_hangs_up_in_the_middle_is_no_fault(own_server: FettleServer) -> None:
    key = _fill(own_server)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", own_server.port))
        connection.sendall(f"GET /work-orders HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    told = _line_of(own_server, "GET", "/work-orders")
    assert (told["level"], told.get("code")) == ("info", None)


def _line_of(server: FettleServer, method: str, path: str) -> dict[str, Any]:
    """The log line of a request, as soon as it is written."""
    deadline = monotonic() + 20
    while monotonic() < deadline:
        for line in map(json.loads, server.log.splitlines()):
            if (line.get("method"), line.get("path")) == (method, path):
                told: dict[str, Any] = line
                return told
        sleep(0.05)
    pytest.fail("no line was written")


def _fill(server: FettleServer) -> str:
    demo = server.command("demo")
    order = {
        "name": "x",
        "component_id": demo["component_id"],
        "quantity": 1,
        "created_by_user_id": demo["user_id"],
        "description": _LONG,
    }
    headers = {"X-API-Key": demo["api_key"]}
    with httpx.Client(base_url=server.base_url, headers=headers, timeout=60) as client, ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: client.post("/work-orders", json=order).status_code, range(_ORDERS)))
    assert set(made) == {200}
    return str(demo["api_key"])


def _take_away(server: PostgresServer, database_url: str) -> None:
    """Let nobody into the database any more."""
    name = urlsplit(database_url).path[1:]
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
