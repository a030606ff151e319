"""A client that others wrote from the specification: tuspy."""

import io
from secrets import token_bytes

import httpx
from tusclient.client import TusClient as Tuspy

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient

CHUNK_BYTES = 100_000


def test_uploads_by_chunks(client: PmsClient, order: Json) -> None:
    content = png() + token_bytes(250_000)
    uploader = tuspy(client).uploader(file_stream=io.BytesIO(content), chunk_size=CHUNK_BYTES, metadata=said(order))
    uploader.upload()
    assert kept(client, order, uploader.url) == content


def test_goes_on_where_it_was_interrupted(client: PmsClient, order: Json) -> None:
    content = png() + token_bytes(250_000)
    first = tuspy(client).uploader(file_stream=io.BytesIO(content), chunk_size=CHUNK_BYTES, metadata=said(order))
    first.upload(stop_at=CHUNK_BYTES)
    second = tuspy(client).uploader(file_stream=io.BytesIO(content), chunk_size=CHUNK_BYTES, url=first.url)
    assert second.offset == CHUNK_BYTES
    second.upload()
    assert kept(client, order, first.url) == content


def test_checks_what_arrives(client: PmsClient, order: Json) -> None:
    content = png() + token_bytes(250_000)
    uploader = tuspy(client).uploader(
        file_stream=io.BytesIO(content), chunk_size=CHUNK_BYTES, metadata=said(order), upload_checksum=True
    )
    uploader.upload()
    assert kept(client, order, uploader.url) == content


def tuspy(client: PmsClient) -> Tuspy:
    return Tuspy(f"{client.base_url}/v1/uploads", headers={"X-API-Key": client.http.headers["x-api-key"]})


def said(order: Json) -> dict[str, str]:
    return {"workOrderId": order["id"], "kind": "photo", "filename": "fotó.png"}


def kept(client: PmsClient, order: Json, url: str | None) -> bytes:
    head = httpx.head(url or "", headers={"X-API-Key": client.http.headers["x-api-key"], "Tus-Resumable": "1.0.0"})
    photo = client.data("GET", f"/v1/work-orders/{order['id']}/photos/{head.headers['fettle-evidence-id']}")
    assert photo["originalFileName"] == "fotó.png"
    return client.send("GET", photo["url"]).content
