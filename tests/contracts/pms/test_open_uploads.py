"""How many uploads in parts may be under way, and which count."""

import socket
from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from tests.contracts.pms.client import PmsClient, signed_in
from tests.contracts.pms.limiting import no_limits_afterwards, refused, set_limits
from tests.contracts.tus.client import CHUNK, VERSION, TusClient, metadata
from tests.serving import FettleServer

__all__ = ["no_limits_afterwards"]


def test_uploads_under_way(owner: PmsClient) -> None:
    set_limits(owner, maxOpenUploads=2)
    order, tus = owner.new_order(), TusClient(owner)
    said = {"workOrderId": order["id"], "kind": "file", "filename": "a"}
    first, second = tus.begin(3, **said), tus.begin(3, **said)
    third = tus.create(3, **said)
    assert refused(third) == (429, "TOO_MANY_UPLOADS")
    assert int(third.headers["retry-after"]) > 0
    tus.append(first, 0, b"abc")
    fourth = tus.begin(3, **said)
    for path in (second, fourth):
        tus.send("DELETE", path)


@pytest.fixture
def keys(owner: PmsClient) -> Iterator[list[PmsClient]]:
    """Two API keys of one person."""
    body = {"name": "Limits", "scopes": ["read", "evidence:write"]}
    made = [owner.data("POST", "/v1/api-keys", status=201, json=body)["key"] for _ in range(2)]
    clients = [PmsClient(owner.base_url, {"X-API-Key": key}) for key in made]
    yield clients
    for client in clients:
        client.http.close()


def test_each_key_has_its_own_uploads_under_way_and_so_has_a_person(owner: PmsClient, keys: list[PmsClient]) -> None:
    set_limits(owner, maxOpenUploads=1)
    said = {"workOrderId": owner.new_order()["id"], "kind": "file", "filename": "a"}
    callers = [TusClient(each) for each in (owner, *keys)]
    begun = [tus.begin(3, **said) for tus in callers]
    for tus in callers:
        assert refused(tus.create(3, **said)) == (429, "TOO_MANY_UPLOADS")
    callers[1].send("DELETE", begun[1])
    begun[1] = callers[1].begin(3, **said)
    assert refused(callers[2].create(3, **said)) == (429, "TOO_MANY_UPLOADS")
    for tus, path in zip(callers, begun, strict=True):
        tus.send("DELETE", path)


def test_a_person_s_sessions_count_together(owner: PmsClient, server: FettleServer) -> None:
    set_limits(owner, maxOpenUploads=1)
    said = {"workOrderId": owner.new_order()["id"], "kind": "file", "filename": "a"}
    email, company_id = "sessions@limits.example", owner.data("GET", "/v1/me")["companyId"]
    added = server.command("user", "add", "--email", email, "--role", "OPERATOR", "--company", company_id)
    password = added["password"]
    with signed_in(owner.base_url, email, password) as one, signed_in(owner.base_url, email, password) as other:
        path = TusClient(one).begin(3, **said)
        assert refused(TusClient(other).create(3, **said)) == (429, "TOO_MANY_UPLOADS")
        TusClient(one).send("DELETE", path)
        TusClient(other).send("DELETE", TusClient(other).begin(3, **said))


def test_what_was_refused_with_its_creation_is_not_under_way(owner: PmsClient) -> None:
    set_limits(owner, allowedTypes=["image/*"], maxOpenUploads=1)
    order, tus = owner.new_order(), TusClient(owner)
    said = {"workOrderId": order["id"], "kind": "file", "filename": "a"}
    for _ in range(2):
        assert refused(tus.create(len(b"%PDF-1.7\n"), b"%PDF-1.7\n", **said)) == (415, "TYPE_NOT_ALLOWED")
    tus.send("DELETE", tus.begin(3, **said))


def test_what_was_cut_off_in_its_creation_is_not_under_way(owner: PmsClient) -> None:
    """Nobody heard its address, unless it can be asked for by its key."""
    set_limits(owner, maxOpenUploads=1)
    said = {"workOrderId": owner.new_order()["id"], "kind": "file", "filename": "a"}
    _cut_off(owner, said)
    tus = TusClient(owner)
    tus.send("DELETE", _await_room(tus, said))
    _cut_off(owner, said, key="again")
    again = {"Upload-Length": "1000", "Upload-Metadata": metadata(**said), "Idempotency-Key": "again"}
    found = tus.send("POST", "/v1/uploads", again | CHUNK, b"x")
    assert found.headers["fettle-replayed"] == "true"
    assert refused(tus.create(3, **said)) == (429, "TOO_MANY_UPLOADS")
    tus.send("DELETE", found.headers["location"])


def _cut_off(owner: PmsClient, said: dict[str, str], key: str | None = None) -> None:
    """Begin an upload with its bytes, and hang up in the middle of them."""
    headers = {
        "Authorization": owner.http.headers["authorization"],
        "Host": "localhost",
        "Content-Length": "1000",
        "Upload-Length": "1000",
        "Upload-Metadata": metadata(**said),
        **VERSION,
        **CHUNK,
        **({} if key is None else {"Idempotency-Key": key}),
    }
    lines = ["POST /v1/uploads HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    with socket.create_connection((owner.http.base_url.host, owner.http.base_url.port or 80)) as wire:
        wire.sendall("\r\n".join(lines).encode() + b"x" * 500)
        sleep(0.5)


def _await_room(tus: TusClient, said: dict[str, str]) -> str:
    """The path of an upload that was begun as soon as one might be."""
    deadline = monotonic() + 5
    while (answer := tus.create(3, **said)).status_code == 429:
        assert monotonic() < deadline
        sleep(0.05)
    return answer.headers["location"]
