"""Limits that an administrator sets: each refusal says what is too much, at every way in."""

import hashlib
import socket
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient, signed_in
from tests.contracts.pms.seed import BODY
from tests.contracts.tus.client import CHUNK, VERSION, TusClient, metadata
from tests.serving import FettleServer

_PATH = "/v1/upload-limits"
_PDF = b"%PDF-1.7\n"


@pytest.fixture(scope="session")
def owner(server: FettleServer) -> Iterator[PmsClient]:
    """The administrator of a company that no other test uses."""
    email = "ada@limits.example"
    made_company = server.command("init", "--company", "Limits Ltd", "--email", email)
    with signed_in(server.base_url, email, made_company["password"]) as made:
        body = {"name": "Press", "componentType": "LOT"}
        made.component_id = made.data("POST", "/v1/components", status=201, json=body)["id"]
        yield made


@pytest.fixture(autouse=True)
def _no_limits_afterwards(owner: PmsClient) -> Iterator[None]:
    yield
    for role in (None, "ADMIN", "OPERATOR"):
        owner.data("PUT", _PATH, json={} if role is None else {"role": role})


def _limit(owner: PmsClient, **limits: Any) -> list[Json]:
    rows: list[Json] = owner.data("PUT", _PATH, json=limits)
    return rows


def _attach(owner: PmsClient, order: Json, content: bytes, kind: str = "FILE") -> httpx.Response:
    name = hashlib.sha256(content).hexdigest()[:8]
    form = {"type": (None, kind), "name": (None, name), "attachment": ("a.bin", content)}
    return owner.send("POST", f"/v1/work-orders/{order['id']}/attachments", files=form)


def _announce(owner: PmsClient, order: Json, size: int) -> httpx.Response:
    body = {"fileName": "a.png", "contentType": "image/png", "size": size}
    return owner.send("POST", f"/v1/work-orders/{order['id']}/photos/uploads", json=body)


def _refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def _nothing_came(owner: PmsClient, order: Json) -> bool:
    return not owner.walk(f"/v1/work-orders/{order['id']}/attachments") and not owner.walk(
        f"/v1/work-orders/{order['id']}/photos"
    )


def test_the_size_of_a_file(owner: PmsClient) -> None:
    _limit(owner, maxFileBytes=1000)
    order, tus = owner.new_order(), TusClient(owner)
    large = bytes(1001)
    for answer in (
        _attach(owner, order, large),
        owner.send("POST", "/files", files={"file": ("a", large)}),
        tus.create(1001, workOrderId=order["id"], kind="file", filename="a"),
        _announce(owner, order, 1001),
    ):
        assert _refused(answer) == (413, "TOO_LARGE"), answer.text
    assert _nothing_came(owner, order)
    assert _attach(owner, order, bytes(1000)).is_success


def test_the_type_is_that_of_the_content(owner: PmsClient) -> None:
    _limit(owner, allowedTypes=["image/*"])
    order, tus = owner.new_order(), TusClient(owner)
    for answer in (
        _attach(owner, order, _PDF),
        owner.send("POST", "/files", files={"file": ("photo.png", _PDF, "image/png")}),
        tus.create(len(_PDF), _PDF, workOrderId=order["id"], kind="file", filename="photo.png"),
    ):
        assert _refused(answer) == (415, "TYPE_NOT_ALLOWED")
        assert "application/pdf" in answer.json()["message"]
    assert _nothing_came(owner, order)
    assert _attach(owner, order, png(), "IMAGE").is_success
    _limit(owner, allowedTypes=["image/jpeg", "application/pdf"])
    assert _refused(_announce(owner, order, 10)) == (415, "TYPE_NOT_ALLOWED")
    assert _attach(owner, order, _PDF).is_success


def test_the_files_of_a_work_order(owner: PmsClient) -> None:
    _limit(owner, maxOrderFiles=2)
    order, tus = owner.new_order(), TusClient(owner)
    first = _attach(owner, order, b"one")
    assert _attach(owner, order, b"two").is_success
    for answer in (
        _attach(owner, order, b"three"),
        tus.create(5, workOrderId=order["id"], kind="photo"),
        _announce(owner, order, 5),
    ):
        assert _refused(answer) == (409, "WORK_ORDER_FULL"), answer.text
    assert _attach(owner, order, b"one").headers["fettle-replayed"] == "true"
    owner.data("DELETE", first.headers["location"], json={"reason": "not needed"})
    assert _attach(owner, order, b"three").is_success
    assert _attach(owner, owner.new_order(), b"three").is_success


def _file(owner: PmsClient, content: bytes) -> str:
    """The name of bytes that are no evidence yet."""
    answer = owner.send("POST", "/files", files={"file": ("a.png", content)})
    assert answer.is_success, answer.text
    name: str = answer.json()["name"]
    return name


def _register(owner: PmsClient, order: Json, object_key: str, step: str = "before") -> httpx.Response:
    body = {**BODY, "minioObjectKey": object_key, "step": step}
    return owner.send("POST", f"/v1/work-orders/{order['id']}/photos", json=body)


def _name(owner: PmsClient, order: Json, file_name: str, kind: str = "IMAGE") -> Iterator[httpx.Response]:
    """Both dialects' attachment of bytes that came before, and a photo of them."""
    path = f"/work-orders/{order['id']}/attachments"
    user_id = owner.data("GET", "/v1/me")["userId"]
    form = {"type": (None, kind), "name": (None, "serial"), "file_name": (None, file_name)}
    form["added_by_user_id"] = (None, user_id)
    yield owner.send("PUT", path, files=form)
    form = {"type": (None, kind), "name": (None, "pms"), "fileName": (None, file_name)}
    yield owner.send("POST", f"/v1{path}", files=form)
    yield _register(owner, order, file_name)


def test_files_that_came_before_count_when_they_are_named(owner: PmsClient) -> None:
    file_name = _file(owner, png())
    for limit in ({"maxOrderFiles": 2}, {"maxOrderBytes": len(png()) * 2}):
        _limit(owner, **limit)
        order = owner.new_order()
        answers = [*_name(owner, order, file_name), *_name(owner, order, file_name)]
        assert [answer.is_success for answer in answers[:2]] == [True, True]
        assert _refused(answers[2]) == (409, "WORK_ORDER_FULL")
        assert [answer.headers.get("fettle-replayed") for answer in answers[3:5]] == ["true", "true"]
        photos = owner.new_order()
        first, second, third = (_register(owner, photos, file_name, step) for step in ("one", "two", "three"))
        assert first.is_success
        assert second.is_success
        assert _refused(third) == (409, "WORK_ORDER_FULL"), "those whose bytes are still copied were not counted"
        assert _register(owner, photos, file_name, "two").headers["fettle-replayed"] == "true"


def test_who_names_files_that_came_before_may_name_only_what_they_may_send(owner: PmsClient) -> None:
    file_name, order = _file(owner, png()), owner.new_order()
    for limit, refusal in (
        ({"maxFileBytes": 10}, (413, "TOO_LARGE")),
        ({"allowedTypes": ["application/pdf"]}, (415, "TYPE_NOT_ALLOWED")),
    ):
        _limit(owner, **limit)
        assert [_refused(answer) for answer in _name(owner, order, file_name)] == [refusal] * 3
    assert _nothing_came(owner, order)


def test_photos_sent_straight_count_before_they_are_copied(owner: PmsClient) -> None:
    _limit(owner, maxOrderFiles=2)
    order, answers = owner.new_order(), list[httpx.Response]()
    for announced in [_announce(owner, order, len(png())).json()["data"] for _ in range(3)]:
        request = announced["request"]
        assert httpx.put(request["url"], content=png(), headers=request["headers"]).is_success
        answers.append(_register(owner, order, announced["minioObjectKey"]))
    assert [answer.status_code for answer in answers] == [201, 201, 409]


def test_the_bytes_of_a_work_order(owner: PmsClient) -> None:
    _limit(owner, maxOrderBytes=1000)
    order = owner.new_order()
    assert _attach(owner, order, bytes(600)).is_success
    assert _refused(_attach(owner, order, bytes(401))) == (409, "WORK_ORDER_FULL")
    assert _attach(owner, order, bytes(400)).is_success


def test_uploads_under_way(owner: PmsClient) -> None:
    _limit(owner, maxOpenUploads=2)
    order, tus = owner.new_order(), TusClient(owner)
    said = {"workOrderId": order["id"], "kind": "file", "filename": "a"}
    first, second = tus.begin(3, **said), tus.begin(3, **said)
    third = tus.create(3, **said)
    assert _refused(third) == (429, "TOO_MANY_UPLOADS")
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
    _limit(owner, maxOpenUploads=1)
    said = {"workOrderId": owner.new_order()["id"], "kind": "file", "filename": "a"}
    callers = [TusClient(each) for each in (owner, *keys)]
    begun = [tus.begin(3, **said) for tus in callers]
    for tus in callers:
        assert _refused(tus.create(3, **said)) == (429, "TOO_MANY_UPLOADS")
    callers[1].send("DELETE", begun[1])
    begun[1] = callers[1].begin(3, **said)
    assert _refused(callers[2].create(3, **said)) == (429, "TOO_MANY_UPLOADS")
    for tus, path in zip(callers, begun, strict=True):
        tus.send("DELETE", path)


def test_a_person_s_sessions_count_together(owner: PmsClient, server: FettleServer) -> None:
    _limit(owner, maxOpenUploads=1)
    said = {"workOrderId": owner.new_order()["id"], "kind": "file", "filename": "a"}
    email, company_id = "sessions@limits.example", owner.data("GET", "/v1/me")["companyId"]
    added = server.command("user", "add", "--email", email, "--role", "OPERATOR", "--company", company_id)
    password = added["password"]
    with signed_in(owner.base_url, email, password) as one, signed_in(owner.base_url, email, password) as other:
        path = TusClient(one).begin(3, **said)
        assert _refused(TusClient(other).create(3, **said)) == (429, "TOO_MANY_UPLOADS")
        TusClient(one).send("DELETE", path)
        TusClient(other).send("DELETE", TusClient(other).begin(3, **said))


def test_what_was_refused_with_its_creation_is_not_under_way(owner: PmsClient) -> None:
    _limit(owner, allowedTypes=["image/*"], maxOpenUploads=1)
    order, tus = owner.new_order(), TusClient(owner)
    said = {"workOrderId": order["id"], "kind": "file", "filename": "a"}
    for _ in range(2):
        assert _refused(tus.create(len(_PDF), _PDF, **said)) == (415, "TYPE_NOT_ALLOWED")
    tus.send("DELETE", tus.begin(3, **said))


def test_what_was_cut_off_in_its_creation_is_not_under_way(owner: PmsClient) -> None:
    """Nobody heard its address, unless it can be asked for by its key."""
    _limit(owner, maxOpenUploads=1)
    said = {"workOrderId": owner.new_order()["id"], "kind": "file", "filename": "a"}
    _cut_off(owner, said)
    tus = TusClient(owner)
    tus.send("DELETE", _await_room(tus, said))
    _cut_off(owner, said, key="again")
    again = {"Upload-Length": "1000", "Upload-Metadata": metadata(**said), "Idempotency-Key": "again"}
    found = tus.send("POST", "/v1/uploads", again | CHUNK, b"x")
    assert found.headers["fettle-replayed"] == "true"
    assert _refused(tus.create(3, **said)) == (429, "TOO_MANY_UPLOADS")
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


def test_a_role_has_its_own(owner: PmsClient) -> None:
    _limit(owner, maxFileBytes=10, allowedTypes=["image/*"])
    rows = _limit(owner, role="ADMIN", maxFileBytes=1000)
    assert [(row.get("role"), row["maxFileBytes"]) for row in rows] == [(None, 10), ("ADMIN", 1000)]
    assert owner.data("GET", _PATH) == rows
    order = owner.new_order()
    assert _refused(_attach(owner, order, bytes(500)))[1] == "TYPE_NOT_ALLOWED"
    picture = png("x" * 500)
    assert _attach(owner, order, picture, "IMAGE").is_success
    _limit(owner, role="ADMIN")
    assert _refused(_attach(owner, order, png("y" * 500), "IMAGE"))[1] == "TOO_LARGE"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"maxFileBytes": 0}, "maxFileBytes"),
        ({"maxOrderFiles": -1}, "maxOrderFiles"),
        ({"maxOpenUploads": "3"}, "maxOpenUploads"),
        ({"allowedTypes": ["nonsense"]}, "allowedTypes"),
        ({"role": "KING"}, "role"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_is_no_limit(owner: PmsClient, body: Json, field: str) -> None:
    problem = owner.refused(400, "INVALID_BODY", "PUT", _PATH, json=body)
    assert problem["details"][0]["field"] == field


def test_one_company_limits_no_other(owner: PmsClient, client: PmsClient, operator: PmsClient, order: Json) -> None:
    _limit(owner, maxFileBytes=1)
    assert _attach(client, order, b"more than one").is_success
    operator.refused(403, "FORBIDDEN", "PUT", _PATH, json={})
    assert operator.data("GET", _PATH) == []
