import secrets

import pytest
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tests.servers.seaweed import SeaweedServer


def test_keeps_objects_over_a_restart_on_the_same_address(s3_server: SeaweedServer) -> None:
    key, content = secrets.token_hex(8), secrets.token_bytes(2_000_000)
    s3_server.store().put(key, content)
    s3_server.stop()
    s3_server.start()
    assert bytes(s3_server.store().get(key).bytes()) == content


def test_refuses_a_stranger(s3_server: SeaweedServer) -> None:
    stranger = S3Store(
        s3_server.bucket,
        endpoint=s3_server.endpoint,
        region=s3_server.region,
        access_key_id=s3_server.access_key,
        secret_access_key="wrong",
        client_options={"allow_http": True},
    )
    with pytest.raises(BaseError):
        stranger.put("object", b"content")


def test_another_bucket_appears_when_written_to(s3_server: SeaweedServer) -> None:
    store = s3_server.store("elsewhere")
    store.put("object", b"content")
    assert bytes(store.get("object").bytes()) == b"content"
