"""Copies in a real bucket with object lock: nobody removes or changes them before their time."""

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from fettle.blobs.s3_address import NotAStoreAddress
from fettle.domain.checkpoint_copies import Fault, file_name
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.instants import SECOND
from fettle.outside.locked_bucket import LockedBucketTaker, read_locked_bucket
from fettle.services.copy_ports import NotCopied
from tests.outside.conftest import make_checkpoint
from tests.servers.listener import Listener, Reply
from tests.servers.seaweed import SeaweedServer

_DAY = 24 * 3600 * SECOND


@dataclass(frozen=True)
class Bucket:
    """A bucket, and the object that the checkpoint becomes in it."""

    server: SeaweedServer
    name: str
    path: str
    taker: LockedBucketTaker


def taker_of(server: SeaweedServer, bucket: str, endpoint: str = "", days: int = 30) -> LockedBucketTaker:
    query = urlencode({"endpoint": endpoint or server.endpoint, "retention_days": days})
    keys = {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
    return LockedBucketTaker(*read_locked_bucket(f"s3://{bucket}/proof?{query}", keys))


@pytest.fixture
def bucket(s3_server: SeaweedServer, checkpoint: Checkpoint) -> Bucket:
    name = s3_server.make_locked_bucket()
    path = f"{name}/proof/{checkpoint.company_id}/{file_name(checkpoint)}"
    return Bucket(s3_server, name, path, taker_of(s3_server, name))


async def test_a_copy_cannot_be_removed_or_changed(bucket: Bucket, checkpoint: Checkpoint) -> None:
    version = await bucket.taker.take(checkpoint)
    locked = f"{bucket.path}?versionId={version}"
    assert bucket.server.send("GET", locked) == (200, checkpoint.note)
    assert_denied(bucket.server.send("DELETE", locked))
    assert_denied(bucket.server.send("DELETE", locked, "x-amz-bypass-governance-retention: true"))
    shorter = "<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2026-12-01T00:00:00Z</RetainUntilDate></Retention>"
    assert_denied(bucket.server.send("PUT", f"{bucket.path}?retention=&versionId={version}", content=shorter))
    assert bucket.server.send("PUT", bucket.path, content="another")[0] == 200
    assert bucket.server.send("DELETE", bucket.path)[0] == 204
    assert bucket.server.send("GET", bucket.path)[0] == 404
    assert bucket.server.send("GET", locked) == (200, checkpoint.note)


def assert_denied(answer: tuple[int, str]) -> None:
    assert answer[0] == 403
    assert "<Code>AccessDenied</Code>" in answer[1]


async def test_the_same_again_makes_no_other_version(bucket: Bucket, checkpoint: Checkpoint) -> None:
    assert await bucket.taker.take(checkpoint) == await bucket.taker.take(checkpoint)
    status, listed = bucket.server.send("GET", f"{bucket.name}?versions=")
    assert (status, listed.count("<VersionId>")) == (200, 1)


async def test_what_hides_a_copy_is_hidden_again(bucket: Bucket, checkpoint: Checkpoint) -> None:
    first = await bucket.taker.take(checkpoint)
    assert bucket.server.send("PUT", bucket.path, content="another")[0] == 200
    second = await bucket.taker.take(checkpoint)
    assert second != first
    assert bucket.server.send("GET", bucket.path) == (200, checkpoint.note)


async def test_a_checkpoint_that_waited_for_long_is_locked_as_long(bucket: Bucket, checkpoint: Checkpoint) -> None:
    old = make_checkpoint(9, made_at=checkpoint.made_at - 400 * _DAY)
    assert await bucket.taker.take(old)


async def test_a_bucket_without_locks_is_refused(s3_server: SeaweedServer, checkpoint: Checkpoint) -> None:
    with pytest.raises(NotCopied) as raised:
        await taker_of(s3_server, s3_server.bucket).take(checkpoint)
    assert raised.value.fault is Fault.REFUSED


async def test_a_store_that_takes_it_and_locks_nothing_is_found_out(
    s3_server: SeaweedServer, listener: Listener, checkpoint: Checkpoint
) -> None:
    taker, held = taker_of(s3_server, "bucket", listener.url), {"x-amz-version-id": "1"}
    for more in (
        {},
        {"x-amz-object-lock-mode": "GOVERNANCE", "x-amz-object-lock-retain-until-date": "2099-01-01T00:00:00Z"},
        {"x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": "2026-11-19T00:00:00Z"},
        {"x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": "for ever"},
    ):
        reply = Reply(200, checkpoint.note.encode(), {**held, **more})
        listener.answer = lambda _, reply=reply: reply  # type: ignore[misc]  # a bound lambda
        with pytest.raises(NotCopied) as raised:
            await taker.take(checkpoint)
        assert raised.value.fault is Fault.NOT_LOCKED
    locked = {"x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": "2099-01-01T00:00:00.000Z"}
    listener.answer = lambda _: Reply(200, checkpoint.note.encode(), {**held, **locked})
    assert await taker.take(checkpoint) == "1"


async def test_a_wrong_key_and_a_store_that_is_down(s3_server: SeaweedServer, checkpoint: Checkpoint) -> None:
    keys = {"AWS_ACCESS_KEY_ID": s3_server.access_key, "AWS_SECRET_ACCESS_KEY": "wrong"}
    url = f"s3://{s3_server.bucket}?retention_days=1&endpoint={s3_server.endpoint}"
    with pytest.raises(NotCopied) as raised:
        await LockedBucketTaker(*read_locked_bucket(url, keys)).take(checkpoint)
    assert raised.value.fault is Fault.REFUSED
    with pytest.raises(NotCopied) as raised:
        await taker_of(s3_server, "bucket", "http://127.0.0.1:1").take(checkpoint)
    assert raised.value.fault is Fault.UNREACHABLE


def test_an_address_without_keys_is_none() -> None:
    with pytest.raises(NotAStoreAddress, match="FETTLE_CHECKPOINT_S3_ACCESS_KEY_ID"):
        read_locked_bucket("s3://bucket?retention_days=1", {})
    address, days = read_locked_bucket(
        "s3://bucket/a/b?retention_days=3650&region=eu-west-3",
        {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"},
    )
    assert (address.bucket, address.prefix, address.region, days) == ("bucket", "a/b", "eu-west-3", 3650)
