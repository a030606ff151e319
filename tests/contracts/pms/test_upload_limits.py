"""Limits that an administrator sets: each refusal says what is too much, at every way in."""

import hashlib
from collections.abc import Iterator

import httpx
import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.contracts.pms.limiting import PATH, no_limits_afterwards, refused, set_limits
from tests.contracts.pms.seed import BODY
from tests.contracts.tus.client import TusClient

__all__ = ["no_limits_afterwards"]
_PDF = b"%PDF-1.7\n"


def _attach(owner: PmsClient, order: Json, content: bytes, kind: str = "FILE") -> httpx.Response:
    name = hashlib.sha256(content).hexdigest()[:8]
    form = {"type": (None, kind), "name": (None, name), "attachment": ("a.bin", content)}
    return owner.send("POST", f"/v1/work-orders/{order['id']}/attachments", files=form)


def _announce(owner: PmsClient, order: Json, size: int) -> httpx.Response:
    body = {"fileName": "a.png", "contentType": "image/png", "size": size}
    return owner.send("POST", f"/v1/work-orders/{order['id']}/photos/uploads", json=body)


def _nothing_came(owner: PmsClient, order: Json) -> bool:
    return not owner.walk(f"/v1/work-orders/{order['id']}/attachments") and not owner.walk(
        f"/v1/work-orders/{order['id']}/photos"
    )


def test_the_size_of_a_file(owner: PmsClient) -> None:
    set_limits(owner, maxFileBytes=1000)
    order, tus = owner.new_order(), TusClient(owner)
    large = bytes(1001)
    for answer in (
        _attach(owner, order, large),
        owner.send("POST", "/files", files={"file": ("a", large)}),
        tus.create(1001, workOrderId=order["id"], kind="file", filename="a"),
        _announce(owner, order, 1001),
    ):
        assert refused(answer) == (413, "TOO_LARGE"), answer.text
    assert _nothing_came(owner, order)
    assert _attach(owner, order, bytes(1000)).is_success


def test_the_type_is_that_of_the_content(owner: PmsClient) -> None:
    set_limits(owner, allowedTypes=["image/*"])
    order, tus = owner.new_order(), TusClient(owner)
    for answer in (
        _attach(owner, order, _PDF),
        owner.send("POST", "/files", files={"file": ("photo.png", _PDF, "image/png")}),
        tus.create(len(_PDF), _PDF, workOrderId=order["id"], kind="file", filename="photo.png"),
    ):
        assert refused(answer) == (415, "TYPE_NOT_ALLOWED")
        assert "application/pdf" in answer.json()["message"]
    assert _nothing_came(owner, order)
    assert _attach(owner, order, png(), "IMAGE").is_success
    set_limits(owner, allowedTypes=["image/jpeg", "application/pdf"])
    assert refused(_announce(owner, order, 10)) == (415, "TYPE_NOT_ALLOWED")
    assert _attach(owner, order, _PDF).is_success


def test_the_files_of_a_work_order(owner: PmsClient) -> None:
    set_limits(owner, maxOrderFiles=2)
    order, tus = owner.new_order(), TusClient(owner)
    first = _attach(owner, order, b"one")
    assert _attach(owner, order, b"two").is_success
    for answer in (
        _attach(owner, order, b"three"),
        tus.create(5, workOrderId=order["id"], kind="photo"),
        _announce(owner, order, 5),
    ):
        assert refused(answer) == (409, "WORK_ORDER_FULL"), answer.text
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
        set_limits(owner, **limit)
        order = owner.new_order()
        answers = [*_name(owner, order, file_name), *_name(owner, order, file_name)]
        assert [answer.is_success for answer in answers[:2]] == [True, True]
        assert refused(answers[2]) == (409, "WORK_ORDER_FULL")
        assert [answer.headers.get("fettle-replayed") for answer in answers[3:5]] == ["true", "true"]
        photos = owner.new_order()
        first, second, third = (_register(owner, photos, file_name, step) for step in ("one", "two", "three"))
        assert first.is_success
        assert second.is_success
        assert refused(third) == (409, "WORK_ORDER_FULL"), "those whose bytes are still copied were not counted"
        assert _register(owner, photos, file_name, "two").headers["fettle-replayed"] == "true"


def test_who_names_files_that_came_before_may_name_only_what_they_may_send(owner: PmsClient) -> None:
    file_name, order = _file(owner, png()), owner.new_order()
    for limit, refusal in (
        ({"maxFileBytes": 10}, (413, "TOO_LARGE")),
        ({"allowedTypes": ["application/pdf"]}, (415, "TYPE_NOT_ALLOWED")),
    ):
        set_limits(owner, **limit)
        assert [refused(answer) for answer in _name(owner, order, file_name)] == [refusal] * 3
    assert _nothing_came(owner, order)


def test_photos_sent_straight_count_before_they_are_copied(owner: PmsClient) -> None:
    set_limits(owner, maxOrderFiles=2)
    order, answers = owner.new_order(), list[httpx.Response]()
    for announced in [_announce(owner, order, len(png())).json()["data"] for _ in range(3)]:
        request = announced["request"]
        assert httpx.put(request["url"], content=png(), headers=request["headers"]).is_success
        answers.append(_register(owner, order, announced["minioObjectKey"]))
    assert [answer.status_code for answer in answers] == [201, 201, 409]


def test_the_bytes_of_a_work_order(owner: PmsClient) -> None:
    set_limits(owner, maxOrderBytes=1000)
    order = owner.new_order()
    assert _attach(owner, order, bytes(600)).is_success
    assert refused(_attach(owner, order, bytes(401))) == (409, "WORK_ORDER_FULL")
    assert _attach(owner, order, bytes(400)).is_success


def test_a_role_has_its_own(owner: PmsClient) -> None:
    set_limits(owner, maxFileBytes=10, allowedTypes=["image/*"])
    rows = set_limits(owner, role="ADMIN", maxFileBytes=1000)
    assert [(row.get("role"), row["maxFileBytes"]) for row in rows] == [(None, 10), ("ADMIN", 1000)]
    assert owner.data("GET", PATH) == rows
    order = owner.new_order()
    assert refused(_attach(owner, order, bytes(500)))[1] == "TYPE_NOT_ALLOWED"
    picture = png("x" * 500)
    assert _attach(owner, order, picture, "IMAGE").is_success
    set_limits(owner, role="ADMIN")
    assert refused(_attach(owner, order, png("y" * 500), "IMAGE"))[1] == "TOO_LARGE"


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
def test_what_is_noset_limits(owner: PmsClient, body: Json, field: str) -> None:
    problem = owner.refused(400, "INVALID_BODY", "PUT", PATH, json=body)
    assert problem["details"][0]["field"] == field


def test_one_company_limits_no_other(owner: PmsClient, client: PmsClient, operator: PmsClient, order: Json) -> None:
    set_limits(owner, maxFileBytes=1)
    assert _attach(client, order, b"more than one").is_success
    operator.refused(403, "FORBIDDEN", "PUT", PATH, json={})
    assert operator.data("GET", PATH) == []
