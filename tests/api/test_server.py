"""What the server says of itself, asked of a real one."""

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from html.parser import HTMLParser

import httpx
import pytest

from tests.servers.postgres import PostgresServer
from tests.serving import FettleServer


class _Loads(HTMLParser):
    """What a page loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        source = named.get("src") or (named.get("href") if tag == "link" else None)
        if source is not None and not source.startswith("data:"):
            self.found.append(source)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FettleServer]:
    server = FettleServer(tmp_path_factory.mktemp("own"))
    server.command("demo")
    server.start()
    yield server
    server.stop()


def test_it_lives_and_is_ready(server: FettleServer) -> None:
    assert httpx.get(f"{server.base_url}/livez").json() == {"status": "alive"}
    assert httpx.get(f"{server.base_url}/readyz").json() == {"status": "ready"}


def test_with_tables_of_another_release_it_is_not_ready_but_lives(own_server: FettleServer) -> None:
    with closing(sqlite3.connect(own_server.folder / "data" / "fettle.db")) as rows:
        (found,) = rows.execute("SELECT version_num FROM alembic_version").fetchone()
        _set_version(rows, "9999")
        try:
            answer = _until_not_ready(own_server)
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
            assert answer.json()["code"] == "NOT_READY"
            assert "tables" in answer.json()["message"]
            assert "retry-after" in answer.headers
            assert httpx.get(f"{own_server.base_url}/livez").is_success
        finally:
            _set_version(rows, found)


def test_without_its_store_it_is_not_ready(own_server: FettleServer) -> None:
    files = own_server.folder / "data" / "files"
    away = files.rename(files.with_name("away"))
    try:
        answer = _until_not_ready(own_server)
        assert answer.json()["code"] == "NOT_READY"
        assert "blob store" in answer.json()["message"]
    finally:
        away.rename(files)


def test_the_documentation_loads_from_this_server_alone(server: FettleServer) -> None:
    page = httpx.get(f"{server.base_url}/docs")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    loads = _Loads(page.text).found
    assert len(loads) >= 3
    for source in loads:
        assert source.startswith("/docs/")
        asset = httpx.get(f"{server.base_url}{source}")
        assert asset.is_success
        assert "max-age" in asset.headers["cache-control"]
        kept = {"If-None-Match": asset.headers["etag"]}
        assert httpx.get(f"{server.base_url}{source}", headers=kept).status_code == httpx.codes.NOT_MODIFIED
    assert "//" not in httpx.get(f"{server.base_url}/docs/start.js").text.replace("// The", "")


def test_the_description_is_kept_by_who_has_it(server: FettleServer) -> None:
    answer = httpx.get(f"{server.base_url}/openapi.json")
    assert answer.json()["openapi"].startswith("3.1.")
    kept = {"If-None-Match": answer.headers["etag"]}
    again = httpx.get(f"{server.base_url}/openapi.json", headers=kept)
    assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")


@pytest.mark.parametrize(("language", "sentence"), [("en", "Sign in"), ("fr", "Se connecter")])
def test_the_first_page_speaks_the_reader_s_language(server: FettleServer, language: str, sentence: str) -> None:
    page = httpx.get(server.base_url, headers={"Accept-Language": language}, follow_redirects=True)
    assert f'lang="{language}"' in page.text
    assert sentence in page.text
    assert '<a href="/docs">' in page.text


def test_what_is_measured(own_server: FettleServer) -> None:
    before = _metrics(own_server)
    key = own_server.command("demo")["api_key"]
    body = {"name": "pump", "componentType": "SN"}
    made = httpx.post(f"{own_server.base_url}/v1/components", json=body, headers={"X-API-Key": key})
    assert made.status_code == httpx.codes.CREATED
    after = _metrics_without_jobs(own_server)
    counted = 'fettle_requests_total{method="POST",route="/v1/components",status="201"}'
    assert after[counted] == before.get(counted, 0) + 1
    assert after["fettle_write_group_commands_sum"] > before["fettle_write_group_commands_sum"]
    assert after["fettle_damaged_files"] == 0
    assert time.time() - 60 < after["fettle_oldest_unsigned_entry_timestamp_seconds"] <= time.time()
    assert time.time() - 60 < after["fettle_oldest_check_timestamp_seconds"] <= time.time()
    assert after["fettle_requests_in_progress"] == 1  # this one
    (build,) = [name for name in after if name.startswith("fettle_build_info")]
    assert 'database="SQLite 3.' in build
    assert 'blobs="disk"' in build


def _metrics_without_jobs(server: FettleServer) -> Mapping[str, float]:
    """The measurements once the demo's picture has been read."""
    for _ in range(100):
        found = _metrics(server)
        if not found["fettle_jobs_waiting"]:
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def test_several_processes_are_measured_as_one(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = {"FETTLE_DATABASE_URL": postgres_server.create_database(), "FETTLE_WORKERS": "2"}
    server = FettleServer(tmp_path_factory.mktemp("workers"), settings)
    server.command("demo")
    server.start()
    try:
        asked = 40
        for _ in range(asked):
            httpx.get(f"{server.base_url}/openapi.json")  # a connection each: either process may take it
        counts = {_metrics(server)[_counted("/openapi.json")] for _ in range(10)}
        assert counts == {float(asked)}
    finally:
        server.stop()


def _counted(route: str) -> str:
    return f'fettle_requests_total{{method="GET",route="{route}",status="200"}}'


def _metrics(server: FettleServer) -> Mapping[str, float]:
    text = httpx.get(f"{server.base_url}/metrics").text
    samples = re.findall(r"^(fettle_\S*(?:\{.*\})?) (\S+)$", text, re.MULTILINE)
    assert samples
    return {name: float(value) for name, value in samples}


def _until_not_ready(server: FettleServer) -> httpx.Response:
    """What was well stays so for a second."""
    deadline = time.monotonic() + 10
    while True:
        answer = httpx.get(f"{server.base_url}/readyz")
        if not answer.is_success:
            return answer
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _set_version(rows: sqlite3.Connection, version: str) -> None:
    rows.execute("UPDATE alembic_version SET version_num = ?", [version])
    rows.commit()
