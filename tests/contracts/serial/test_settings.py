"""What the one who runs the server may decide: the size of a file, and whether bytes may come later."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.serial.client import SerialClient, flat, metadata
from tests.contracts.serial.raw import RawClient, field, form, part
from tests.serving import FettleServer

_LIMIT = 100_000


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FettleServer]:
    settings = {"FETTLE_MAX_UPLOAD_BYTES": str(_LIMIT), "FETTLE_ATTACHMENT_BYTES": "required"}
    made = FettleServer(tmp_path_factory.mktemp("strict"), settings)
    made.command("demo")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def client(strict: FettleServer) -> Iterator[SerialClient]:
    demo = strict.command("demo")
    made = SerialClient(strict.base_url, demo["api_key"], demo["user_id"], demo["component_id"])
    yield made
    made.http.close()


@pytest.mark.parametrize("way", [flat, metadata])
def test_bytes_may_be_demanded(client: SerialClient, way: Any) -> None:
    path = f"/work-orders/{client.new_order()['id']}/attachments"
    fields = way(type="IMAGE", name="front", added_by_user_id=client.user_id, file_name="front.png")
    client.refused(400, "ATTACHMENT_MISSING", "PUT", path, files=fields)


def test_a_file_is_taken_to_the_exact_byte(client: SerialClient) -> None:
    path = f"/work-orders/{client.new_order()['id']}/attachments"
    fields: dict[str, Any] = flat(type="FILE", name="plan", added_by_user_id=client.user_id)
    client.refused(413, "TOO_LARGE", "PUT", path, files={**fields, "attachment": ("a", bytes(_LIMIT + 1))})
    client.refused(413, "TOO_LARGE", "POST", "/files", files={"file": ("a", bytes(_LIMIT + 1))})
    whole = client.whole("PUT", path, files={**fields, "attachment": ("a", bytes(_LIMIT))})
    assert len(whole["attachments"]) == 1


def test_without_a_declared_length_too(client: SerialClient, strict: FettleServer) -> None:
    path = f"/work-orders/{client.new_order()['id']}/attachments"
    file = part('Content-Disposition: form-data; name="attachment"; filename="a"', bytes(_LIMIT + 1))
    body = form("b", field("type", "FILE"), field("name", "x"), field("added_by_user_id", client.user_id), file)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    raw = RawClient(strict, client.http.headers["authorization"].removeprefix("Bearer "))
    answer = raw.put(path, "multipart/form-data; boundary=b", chunked, "Transfer-Encoding: chunked")
    assert (answer.status, answer.json["code"]) == (413, "TOO_LARGE")
