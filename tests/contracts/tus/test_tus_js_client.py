"""A client that others wrote, tus-js-client, in a real browser, on the page of another origin."""

import hashlib
import io
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from secrets import token_bytes
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.async_api import Error, Page

from tests.contracts.pms.client import Json, PmsClient
from tests.contracts.tus.browsing import CHUNK_BYTES, Browsing
from tests.contracts.tus.client import TusClient
from tests.contracts.tus.site import Site
from tests.faults.proxy import Fault, Proxy
from tests.serving import FettleServer

_NAME = "Façade côté cour, déjà réparée.jpg"
_TAKEN_AT = "2025-03-04T05:06:07+01:00"
_FOUR_PASS: tuple[Fault, ...] = ("none",) * 4
_STANDING = {"tus-resumable", "upload-offset", "upload-expires", "x-trace-id"}


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture(scope="session")
def client(place: Mapping[str, str], site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PmsClient]:
    """A client with the demo company's key, of a server that lets the site's pages in."""
    server = FettleServer(tmp_path_factory.mktemp("fettle"), {**place, "FETTLE_CORS_ORIGINS": site.origin()})
    demo = server.command("demo")
    server.start()
    try:
        with PmsClient(server.base_url, {"X-API-Key": demo["api_key"]}, demo["component_id"]) as made:
            yield made
    finally:
        server.stop()


@pytest.fixture
async def browsing(page: Page, site: Site, client: PmsClient) -> AsyncIterator[Browsing]:
    """The site's page, whose requests go through a network that can fail."""
    port = urlsplit(client.base_url).port
    assert port is not None
    proxy = Proxy(port)
    made = Browsing(page, proxy, client.http.headers["x-api-key"])
    await made.visit(site.origin())
    yield made
    await page.close()
    proxy.close()


@pytest.fixture
def failures(expected_errors: list[str]) -> None:
    """Let the console tell of requests that failed, and of nothing else."""
    expected_errors.append("Failed to load resource")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of about 3 MB."""
    noise = Image.frombytes("RGB", (2000, 1500), token_bytes(2000 * 1500 * 3))
    content = io.BytesIO()
    noise.save(content, "JPEG", quality=92)
    file = tmp_path / _NAME
    file.write_bytes(content.getvalue())
    return file


async def test_a_photo_goes_up_in_chunks(client: PmsClient, order: Json, browsing: Browsing, photo: Path) -> None:
    assert await browsing.begin(photo, metadata=_said(order)) == 0
    _require_kept_once(client, order, await browsing.outcome(), photo)
    offsets = range(0, photo.stat().st_size, CHUNK_BYTES)
    assert len(offsets) > 8
    assert browsing.requests == [("POST", None), *(("PATCH", str(offset)) for offset in offsets)]
    readable = await browsing.readable()
    assert readable["POST"] >= {"location", *_STANDING}
    assert readable["PATCH"] >= {"fettle-evidence-id", *_STANDING}


@pytest.mark.parametrize("chunk_bytes", [CHUNK_BYTES, 100 * CHUNK_BYTES], ids=["the first", "all"])
async def test_bytes_come_with_the_creation(
    client: PmsClient, order: Json, browsing: Browsing, photo: Path, chunk_bytes: int
) -> None:
    await browsing.begin(photo, metadata=_said(order), uploadDataDuringCreation=True, chunkSize=chunk_bytes)
    _require_kept_once(client, order, await browsing.outcome(), photo)
    assert browsing.methods == ["POST"] + ["PATCH"] * ((photo.stat().st_size - 1) // chunk_bytes)


@pytest.mark.usefixtures("failures")
async def test_goes_on_by_itself_after_the_network_was_cut(
    client: PmsClient, order: Json, browsing: Browsing, photo: Path
) -> None:
    await browsing.begin(photo, [*_FOUR_PASS, "cut", "refuse", "refuse"], metadata=_said(order))
    _require_kept_once(client, order, await browsing.outcome(), photo)
    assert browsing.methods[:8] == ["POST"] + ["PATCH"] * 4 + ["HEAD"] * 3
    assert (await browsing.readable())["HEAD"] >= {"upload-length", "upload-metadata", *_STANDING}


@pytest.mark.usefixtures("failures")
async def test_an_answer_that_is_lost_is_asked_for_again(
    client: PmsClient, order: Json, browsing: Browsing, photo: Path
) -> None:
    await browsing.begin(photo, ["none", "none", "lose the answer"], metadata=_said(order), chunkSize=2 * 1024 * 1024)
    _require_kept_once(client, order, await browsing.outcome(), photo)
    assert browsing.methods == ["POST", "PATCH", "PATCH", "HEAD"]
    assert "fettle-evidence-id" in (await browsing.readable())["HEAD"]


@pytest.mark.usefixtures("failures")
async def test_a_page_that_was_reloaded_goes_on_where_it_was(
    client: PmsClient, order: Json, browsing: Browsing, photo: Path
) -> None:
    await browsing.begin(photo, [*_FOUR_PASS, "slow"], metadata=_said(order))
    await browsing.reached(5)
    await browsing.page.reload()
    assert await browsing.begin(photo, metadata=_said(order)) == 1
    _require_kept_once(client, order, await browsing.outcome(), photo)
    assert browsing.methods.count("POST") == 1
    assert browsing.requests[5][0] == "HEAD"
    gone_on_at = next(offset for method, offset in browsing.requests[5:] if method == "PATCH")
    assert int(gone_on_at or 0) >= 3 * CHUNK_BYTES


@pytest.mark.usefixtures("failures")
async def test_an_upload_is_given_up(client: PmsClient, order: Json, browsing: Browsing, photo: Path) -> None:
    await browsing.begin(photo, [*_FOUR_PASS, "slow"], metadata=_said(order))
    await browsing.reached(5)
    address = urlsplit(await browsing.page.evaluate("upload.url")).path
    assert TusClient(client).offset(address) >= 3 * CHUNK_BYTES
    await browsing.page.evaluate("upload.abort(true)")
    assert TusClient(client).send("HEAD", address).status_code == 404
    assert client.walk(f"/v1/work-orders/{order['id']}/photos") == []
    assert await browsing.page.evaluate("upload.findPreviousUploads()") == []


@pytest.mark.usefixtures("failures")
async def test_a_refusal_can_be_read(order: Json, browsing: Browsing, photo: Path) -> None:
    await browsing.begin(photo, metadata={**_said(order), "kind": "film"})
    with pytest.raises(Error, match="INVALID_METADATA"):
        await browsing.outcome()
    assert browsing.methods == ["POST"]


async def test_the_server_tells_a_page_what_it_can_do(browsing: Browsing) -> None:
    names = await browsing.page.evaluate(
        "async endpoint => [...(await fetch(endpoint, { method: 'OPTIONS' })).headers.keys()]", browsing.endpoint
    )
    assert {"tus-version", "tus-extension", "tus-max-size", "tus-checksum-algorithm"} <= set(names)


@pytest.mark.usefixtures("failures")
async def test_a_page_of_an_origin_that_is_not_named_uploads_nothing(
    client: PmsClient, order: Json, browsing: Browsing, site: Site, photo: Path, expected_errors: list[str]
) -> None:
    expected_errors.append("Access to XMLHttpRequest")
    await browsing.page.goto(f"{site.origin('localhost')}/page.html")
    async with browsing.page.expect_console_message(lambda message: "blocked by CORS policy" in message.text):
        await browsing.begin(photo, metadata=_said(order), retryDelays=None, uploadDataDuringCreation=True)
    with pytest.raises(Error, match="failed to create upload"):
        await browsing.outcome()
    assert client.walk(f"/v1/work-orders/{order['id']}/photos") == []


def _said(order: Json) -> dict[str, str]:
    return {"workOrderId": order["id"], "kind": "photo", "step": "séchage n° 2", "takenAt": _TAKEN_AT}


def _require_kept_once(client: PmsClient, order: Json, photo_id: str | None, file: Path) -> None:
    """The order has this one photo, as it was said, and every byte of it."""
    (photo,) = client.walk(f"/v1/work-orders/{order['id']}/photos")
    assert photo["id"] == photo_id
    assert (photo["state"], photo["originalFileName"]) == ("stored", _NAME)
    assert (photo["step"], photo["takenAt"]) == ("séchage n° 2", _TAKEN_AT)
    content = client.send("GET", photo["url"]).content
    assert hashlib.sha256(content).digest() == hashlib.sha256(file.read_bytes()).digest()
