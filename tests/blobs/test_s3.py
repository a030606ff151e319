"""Bytes in a real S3 store: links, keys of clients, and a store that fails."""

import asyncio
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes, token_hex
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from fettle.blobs.disk import DiskBlobs
from fettle.blobs.open import open_blobs
from fettle.blobs.presign import presigned, presigned_get
from fettle.blobs.s3 import S3Blobs
from fettle.blobs.s3_address import parse_s3_url
from fettle.domain.errors import Unavailable
from fettle.domain.instants import SECOND, to_instant
from fettle.services.ports import BlobNotFound
from tests.servers.seaweed import SeaweedServer

BIG = token_bytes((20 << 20) + 3)


def keys_of(server: SeaweedServer) -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}


async def keep(blobs: DiskBlobs | S3Blobs, key: str, content: bytes) -> None:
    async with blobs.spool() as spool:
        await spool.write(content)
        await spool.keep(key)


async def test_a_big_file_goes_up_in_parts_and_leaves_no_temporary_file(s3: S3Blobs, tmp_path: Path) -> None:
    await keep(s3, "kept/aa/big", BIG)
    assert b"".join([piece async for piece in await s3.open("kept/aa/big")]) == BIG
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


async def test_a_link_reads_the_object_with_the_type_that_we_say_and_as_a_download(
    s3: S3Blobs, s3_server: SeaweedServer
) -> None:
    await keep(s3, "kept/aa/linked", b"content")
    link = await s3.link("kept/aa/linked", expires_in_s=60, file_name='a "b"/é.jpg', content_type="image/jpeg")
    assert link is not None
    assert link.startswith(s3_server.endpoint)
    with await asyncio.to_thread(urlopen, link) as answer:
        assert answer.read() == b"content"
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%20%22b%22%2F%C3%A9.jpg"


async def test_a_link_counts_for_one_object_and_for_reading_alone(s3: S3Blobs) -> None:
    await keep(s3, "kept/aa/linked", b"content")
    await keep(s3, "kept/aa/other0", b"content")
    link = await s3.link("kept/aa/linked", expires_in_s=60, file_name="a", content_type="text/plain")
    assert link is not None
    other = link.replace("linked", "other0")
    for request in (Request(other), Request(link, method="DELETE")):  # noqa: S310 - our own server's address
        with pytest.raises(HTTPError, match="403"):
            await asyncio.to_thread(urlopen, request)


async def test_a_link_points_to_the_public_endpoint(s3_server: SeaweedServer, tmp_path: Path) -> None:
    url = s3_server.url("records")
    blobs = open_blobs(url, tmp_path, "https://files.example.com", keys_of(s3_server))
    link = await blobs.link("kept/aa/one", expires_in_s=60, file_name="a", content_type="text/plain")
    assert link is not None
    assert link.startswith(f"https://files.example.com/{s3_server.bucket}/records/kept/aa/one?X-Amz-Algorithm=")
    blobs.close()


def begin_parts(s3_server: SeaweedServer, prefix: str, key: str) -> None:
    """A multipart upload with one part, as a client leaves it that dies in the middle."""
    address = parse_s3_url(s3_server.url(prefix), keys_of(s3_server))

    def send(method: str, content: bytes = b"", **query: str) -> bytes:
        url = presigned(method, address, key, at=datetime.now(UTC), query=query)
        assert url is not None
        with urlopen(Request(url, method=method, data=content)) as answer:  # noqa: S310 - the test's own server
            body: bytes = answer.read()
            return body

    upload_id = send("POST", uploads="").partition(b"<UploadId>")[2].partition(b"<")[0].decode()
    send("PUT", bytes(5 << 20), partNumber="1", uploadId=upload_id)


async def test_what_was_cut_short_in_parts_is_given_up_and_nothing_else(
    s3_server: SeaweedServer, tmp_path: Path
) -> None:
    prefix = token_hex(8)
    blobs = open_blobs(s3_server.url(prefix), tmp_path / "spool", environment=keys_of(s3_server))
    for key in ("kept/aa/cut", "kept/bb/cut", "incoming/company/theirs"):
        begin_parts(s3_server, prefix, key)
    begin_parts(s3_server, token_hex(8), "kept/aa/of-another")
    await keep(blobs, "kept/aa/whole", BIG)
    now = to_instant(datetime.now(UTC))
    assert await blobs.end_unfinished("kept/", now - 3600 * SECOND) == 0
    assert await blobs.end_unfinished("kept/", now + SECOND) == 2
    assert await blobs.end_unfinished("kept/", now + SECOND) == 0
    assert await blobs.end_unfinished("incoming/", now + SECOND) == 1
    assert b"".join([piece async for piece in await blobs.open("kept/aa/whole")]) == BIG
    blobs.close()


async def test_a_store_that_refuses_to_list_what_was_cut_short_is_unavailable(
    s3_server: SeaweedServer, tmp_path: Path
) -> None:
    keys = keys_of(s3_server) | {"AWS_SECRET_ACCESS_KEY": "wrong"}
    blobs = open_blobs(s3_server.url(), tmp_path / "spool", environment=keys)
    with pytest.raises(Unavailable):
        await blobs.end_unfinished("kept/", 0)
    blobs.close()


def test_without_keys_of_our_own_there_is_no_link() -> None:
    address = parse_s3_url("s3://bucket", {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"})
    at = datetime(2013, 5, 24, tzinfo=UTC)
    assert presigned_get(address, "a", at=at, expires_in_s=1, response={}) is not None
    assert presigned_get(replace(address, secret_key=None), "a", at=at, expires_in_s=1, response={}) is None


@pytest.mark.parametrize("name", ["photo 1.jpg", "été/2024/a+b&c=d%20e.jpg", "дом.jpg", "a/b/c"])
async def test_a_client_s_object_is_found_under_the_name_it_gave(
    s3: S3Blobs, s3_server: SeaweedServer, name: str
) -> None:
    key = s3.incoming_key("company", name)
    assert key == f"incoming/company/{name}"
    assert await s3.stat(key) is None
    prefix = s3._address.prefix  # noqa: SLF001 - where the test's own client must write
    await s3_server.store().put_async(f"{prefix}/{key}", b"photo")
    found = await s3.stat(key)
    assert found is not None
    assert found.size == 5
    assert b"".join([piece async for piece in await s3.open(key)]) == b"photo"


@pytest.mark.parametrize("name", ["a//b", "./a", "a/.", "a/"])
async def test_a_client_s_name_that_no_object_can_have_is_an_object_that_is_not_there(s3: S3Blobs, name: str) -> None:
    key = f"incoming/company/{name}"
    assert await s3.stat(key) is None
    assert await s3.look(key) is None
    with pytest.raises(BlobNotFound):
        await s3.open(key)


async def test_a_wrong_key_is_a_store_that_is_not_ready(s3_server: SeaweedServer, tmp_path: Path) -> None:
    wrong = {"AWS_ACCESS_KEY_ID": s3_server.access_key, "AWS_SECRET_ACCESS_KEY": "wrong"}
    blobs = open_blobs(s3_server.url("x"), tmp_path, environment=wrong)
    for attempt in (blobs.check(), blobs.stat("kept/aa/one"), blobs.look("kept/aa/one")):
        with pytest.raises(Unavailable):
            await attempt
    blobs.close()


async def test_a_store_that_is_down_is_told_in_time_and_works_again_when_it_is_back(
    s3_server: SeaweedServer, tmp_path: Path
) -> None:
    blobs = open_blobs(s3_server.url(token_hex(8)), tmp_path, environment=keys_of(s3_server))
    assert isinstance(blobs, S3Blobs)
    s3_server.stop()
    started = time.monotonic()
    results = await asyncio.gather(
        *(keep(blobs, f"kept/aa/{index}", b"content") for index in range(20)),
        keep(blobs, "kept/aa/big", BIG),
        blobs.stat("kept/aa/one"),
        blobs.check(),
        return_exceptions=True,
    )
    elapsed = time.monotonic() - started
    assert {type(result) for result in results} == {Unavailable}
    assert elapsed < 25
    s3_server.start()
    await keep(blobs, "kept/aa/one", b"content")
    assert await blobs.stat("kept/aa/one") is not None
    blobs.close()


async def test_a_store_that_never_answers_is_given_up(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))  # the kernel takes the connection, and nobody reads from it
    port = listener.getsockname()[1]
    url = f"s3://bucket/x?endpoint=http://127.0.0.1:{port}"
    blobs = open_blobs(url, tmp_path, environment={"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
    assert isinstance(blobs, S3Blobs)
    started = time.monotonic()
    attempts = [keep(blobs, "kept/aa/small", b"content"), keep(blobs, "kept/aa/big", BIG), blobs.stat("kept/aa/one")]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert {type(result) for result in results} == {Unavailable}
    assert time.monotonic() - started < 25
    listener.close()
    blobs.close()


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3:///prefix",
        "s3://bucket?endpont=https://example.com",
        "s3://bucket?endpoint=http://example.com",
        "s3://bucket?endpoint=example.com",
    ],
)
def test_an_address_that_means_nothing_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)s3"):
        parse_s3_url(url, {})


def test_an_address_is_read_whole() -> None:
    address = parse_s3_url("s3://bucket/a/b/?endpoint=http://minio:9000/&region=eu-west-3", {"AWS_ACCESS_KEY_ID": "k"})
    assert (address.bucket, address.prefix, address.region) == ("bucket", "a/b", "eu-west-3")
    assert (address.endpoint, address.access_key, address.secret_key) == ("http://minio:9000", "k", None)
