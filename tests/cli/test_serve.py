"""`fettle serve` and `fettle demo`: from nothing to the seeds' requests, and to the end."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from tests.cli.conftest import Fettle
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_ports
from tests.serving import FETTLE, FettleServer

COMMAND = re.compile(r"^curl .*?[^\\]$", re.MULTILINE | re.DOTALL)


@contextmanager
def serving(fettle: Fettle, *arguments: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """A server in the foreground, and its address, once it answers."""
    (port,) = free_ports(1)
    with subprocess.Popen(
        [FETTLE, "serve", "--port", str(port), *arguments],
        env={"PATH": "/usr/bin:/bin", **fettle.settings},
        cwd=fettle.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address)
            yield process, address
        finally:
            process.kill()


def wait_for(address: str) -> None:
    for _ in range(1000):
        try:
            httpx.get(f"{address}/livez").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError


def test_the_demo_is_made_once(fettle: Fettle) -> None:
    first = fettle.json("demo")
    assert fettle.json("demo") == first
    assert (fettle.folder / "data" / "demo.json").stat().st_mode & 0o777 == 0o600
    assert first["wo_number"] == 1
    assert [company["email"] for company in fettle.json("user", "list")] == [
        "admin@demo.example",
        "integration@demo.example",
        "operator@demo.example",
        "planner@demo.example",
    ]


def test_an_interrupted_demo_is_no_obstacle(with_demo: Fettle) -> None:
    first = with_demo.json("demo")
    (with_demo.folder / "data" / "demo.json").unlink()
    second = with_demo.json("demo")
    assert second["company_id"] != first["company_id"]
    assert second["admin_email"] == "admin@demo2.example"


def test_a_demo_of_another_database_is_not_taken_for_this_ones(with_demo: Fettle) -> None:
    first = with_demo.json("demo")
    elsewhere = f"sqlite://{with_demo.folder}/elsewhere.db"
    assert with_demo.json("demo", FETTLE_DATABASE_URL=elsewhere)["company_id"] != first["company_id"]


def test_the_printed_requests_succeed_as_they_are(fettle: Fettle) -> None:
    with serving(fettle, "--demo") as (process, _):
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert process.stdout is not None
        printed = process.stdout.read()
    commands = COMMAND.findall(printed.partition('{"version"')[0])
    assert len(commands) == 3
    with serving(fettle, "--demo") as (_, address):
        old_address = re.search(r"http://127\.0\.0\.1:\d+", printed)
        assert old_address is not None
        for command in (*commands, *commands):
            done = subprocess.run(
                ["bash", "-c", command.replace(old_address[0], address) + " --silent --show-error --fail"],
                capture_output=True,
                check=False,
                text=True,
                cwd=fettle.folder,
            )
            assert done.returncode == 0, done.stderr
            answer = json.loads(done.stdout)
        assert len(answer["data"]) == 2


def test_a_photo_that_names_a_sent_file_is_stored_soon(with_demo: Fettle) -> None:
    demo = with_demo.json("demo")
    photo = {
        "minioObjectKey": demo["sample_file_name"],
        "cdnUrl": "https://cdn.example.com/1",
        "takenAt": "2026-04-15T12:00:00Z",
    }
    with serving(with_demo) as (_, address):
        client = httpx.Client(base_url=address, headers={"X-API-Key": demo["api_key"]})
        with client:
            made = client.post("/v1/work-orders/1/photos", json=photo)
            states = []
            for _ in range(100):
                states.append(client.get(made.headers["location"]).json()["data"]["state"])
                if states[-1] == "stored":
                    break
                time.sleep(0.1)
    assert states[-1] == "stored"
    assert set(states) <= {"referenced", "stored"}


def test_a_first_start_makes_the_data_folder(fettle: Fettle) -> None:
    with serving(fettle) as (_, address):
        assert httpx.get(f"{address}/readyz").json() == {"status": "ready"}
    assert (fettle.folder / "data" / "fettle.db").exists()


def test_a_second_server_on_the_same_data_is_refused(forge: Fettle) -> None:
    with serving(forge) as (_, address):
        code, said = forge.refused("serve")
        assert httpx.get(f"{address}/readyz").is_success
    assert code == 1
    assert "Another server" in said


def test_a_port_in_use_is_refused(fettle: Fettle) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = fettle.refused("serve", "--port", str(port))
    assert code == 1
    assert f"127.0.0.1:{port}" in said


def test_a_postgresql_without_tables_is_for_migrate(fettle: Fettle, postgres_server: PostgresServer) -> None:
    database = {"FETTLE_DATABASE_URL": postgres_server.create_database()}
    code, said = fettle.refused("serve", **database)
    assert code == 1
    assert "run `fettle migrate`" in said
    assert fettle.run("migrate", **database).returncode == 0


def test_a_postgresql_that_does_not_answer_is_refused_at_once(fettle: Fettle) -> None:
    code, said = fettle.refused("serve", FETTLE_DATABASE_URL="postgresql://fettle:hunter2@127.0.0.1:9/x")
    assert code == 1
    assert "Connection refused" in said
    assert "hunter2" not in said


def test_several_processes_serve_one_address(fettle: Fettle, postgres_server: PostgresServer) -> None:
    settings = {"FETTLE_DATABASE_URL": postgres_server.create_database(), "FETTLE_WORKERS": "2"}
    several = replace(fettle, settings={**fettle.settings, **settings})
    demo = several.json("demo")
    with serving(several) as (process, address):
        key = {"X-API-Key": demo["api_key"]}
        for _ in range(20):
            assert httpx.get(f"{address}/v1/work-orders/1", headers=key).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout is not None
        assert process.stdout.read().count('"started"') == 2


def test_tables_of_a_newer_release_are_refused(forge: Fettle) -> None:
    from fettle.db.sqlite_module import sqlite3  # noqa: PLC0415 - the SQLite that wrote the file

    with sqlite3.connect(forge.folder / "data" / "fettle.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in ("serve", "migrate"):
        code, said = forge.refused(command)
        assert code == 1
        assert "newer release (9999)" in said


@pytest.mark.parametrize("after_s", [0.0, 0.25, 0.4, 0.5, 0.6])
def test_being_told_to_stop_while_starting_is_heard(forge: Fettle, after_s: float) -> None:
    with subprocess.Popen(
        [FETTLE, "serve"],
        env={"PATH": "/usr/bin:/bin", **forge.settings},
        cwd=forge.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        time.sleep(after_s)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in {0, -signal.SIGTERM}


_TOLD_AT_ONCE = """
import os, signal, time
from fettle.cli.serve import die_when_told
signal.signal(signal.SIGTERM, lambda *_: None)
die_when_told()
for _ in range(50):
    child = os.fork()
    if child == 0:
        time.sleep(3)
        os._exit(0)
    os.kill(child, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
"""


def test_a_process_told_to_stop_at_its_first_moment_ends() -> None:
    subprocess.run([sys.executable, "-c", _TOLD_AT_ONCE], check=True)


def test_what_is_being_sent_when_told_to_stop_is_taken(with_demo: Fettle) -> None:
    demo = with_demo.json("demo")
    with serving(with_demo) as (process, address):

        def body() -> Iterator[bytes]:
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\nfirst '
            process.send_signal(signal.SIGTERM)
            time.sleep(1)
            yield b"second\r\n--b--\r\n"

        headers = {"X-API-Key": demo["api_key"], "Content-Type": "multipart/form-data; boundary=b"}
        answer = httpx.post(f"{address}/files", content=body(), headers=headers, timeout=30)
        assert process.wait(30) == 0
    assert answer.status_code == 200
    with serving(with_demo) as (_, address):
        url = f"{address}/files/{answer.json()['name']}"
        assert httpx.get(url, headers={"X-API-Key": demo["api_key"]}).content == b"first second"


def test_headers_a_byte_at_a_time_are_cut_off_within_15_seconds(forge: Fettle) -> None:
    with serving(forge) as (_, address), socket.create_connection(("127.0.0.1", int(address[-5:]))) as slow:
        began = time.monotonic()
        slow.settimeout(1)
        text = b"GET /livez HTTP/1.1\r\nX-Slow: " + b"x" * 60
        for byte in text:
            try:
                slow.sendall(bytes([byte]))
                if slow.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - began < 15


def test_logs_are_one_json_object_a_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = FettleServer(tmp_path_factory.mktemp("logs"))
    server.start()
    httpx.get(f"{server.base_url}/livez")
    server.stop()
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert [line["event"] for line in lines if line["event"] != "request"] == ["started", "stopped"]
    assert lines[0]["database"].startswith("SQLite 3.")
