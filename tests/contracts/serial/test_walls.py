"""Another company's work orders and files do not exist; and a person speaks for nobody else."""

from typing import Any

import httpx
import pytest

from tests.contracts.pictures import png
from tests.contracts.serial.client import Json, SerialClient, flat, require_refusal
from tests.serving import Demo, FettleServer


def _requests(user_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    text = flat(type="TEXT", name="note", added_by_user_id=user_id, value="x")
    return [
        ("GET", "", {}),
        ("PATCH", "", {"json": {"quantity": 2}}),
        ("PATCH", "/status", {"json": {"status": "REVIEW"}}),
        ("PUT", "/attachments", {"files": text}),
        ("POST", "/comments", {"json": {"comment": "x", "added_by_user_id": user_id}}),
        ("PUT", f"/approvals/{user_id}", {"json": {"requested_by_user_id": user_id}}),
        ("PATCH", f"/approvals/{user_id}", {"json": {"status": "APPROVED"}}),
        ("DELETE", f"/approvals/{user_id}", {}),
        ("DELETE", f"/attachments/{user_id}", {}),
    ]


def test_another_companys_order_is_as_one_that_is_not(
    client: SerialClient, stranger: SerialClient, order: Json
) -> None:
    missing = "0" * 8 + order["id"][8:]
    for method, path, sent in _requests(stranger.user_id):
        foreign = stranger.refused(404, "WORK_ORDER_NOT_FOUND", method, f"/work-orders/{order['id']}{path}", **sent)
        unknown = stranger.refused(404, "WORK_ORDER_NOT_FOUND", method, f"/work-orders/{missing}{path}", **sent)
        assert {**foreign, "traceId": ""} == {**unknown, "traceId": ""}
    assert client.whole("GET", f"/work-order/{order['id']}") == order


def test_another_companys_file_is_as_one_that_is_not(client: SerialClient, stranger: SerialClient) -> None:
    name = client.send("POST", "/files", files={"file": ("a.png", png())}).json()["name"]
    stranger.refused(404, "NOT_FOUND", "GET", f"/files/{name}")


def test_another_companys_file_cannot_be_named(client: SerialClient, stranger: SerialClient, order: Json) -> None:
    theirs = stranger.send("POST", "/files", files={"file": ("a.png", png())}).json()["name"]
    fields = flat(type="FILE", name="plan", added_by_user_id=client.user_id, file_name=theirs)
    (attachment,) = client.attach(order, **fields)["attachments"]
    assert attachment["file_name"] != theirs
    client.refused(404, "NOT_STORED", "GET", f"/files/{attachment['file_name']}")


def test_an_attachment_of_another_order_is_not_found_under_this_one(client: SerialClient, order: Json) -> None:
    fields = flat(type="TEXT", name="note", added_by_user_id=client.user_id, value="x")
    name = client.attach(client.new_order(), **fields)["attachments"][0]["file_name"]
    client.refused(404, "NOT_FOUND", "DELETE", f"/work-orders/{order['id']}/attachments/{name}")


def test_who_may_not_speak_for_others_speaks_for_himself_only(
    client: SerialClient, operator: SerialClient, order: Json
) -> None:
    path = f"/work-orders/{order['id']}/comments"
    for other in (client.user_id, "3c90c3cc-0d44-4b50-8888-8dd25736052a"):
        body = {"comment": "x", "added_by_user_id": other}
        operator.refused(403, "NOT_YOURSELF", "POST", path, json=body)
    own = {"comment": "x", "added_by_user_id": operator.user_id.upper()}
    assert operator.whole("POST", path, json=own)["activity_log"][-1]["added_by_user_id"] == operator.user_id


def test_a_missing_right_is_refused_before_anything_else(operator: SerialClient, demo: Demo) -> None:
    body = {"name": "x", "component_id": demo.component_id, "quantity": 1, "created_by_user_id": operator.user_id}
    operator.refused(403, "FORBIDDEN", "POST", "/work-orders", json=body)
    operator.refused(403, "FORBIDDEN", "PATCH", "/work-order/3c90c3cc-0d44-4b50-8888-8dd25736052a", content=b"\0")
    operator.refused(403, "FORBIDDEN", "POST", "/components", json={"name": "x", "component_type": "SN"})


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}, {"X-API-Key": "fettle_x"}],
)
def test_without_a_valid_credential_nothing_is_told(server: FettleServer, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{server.base_url}/work-order/1?api_key=x", headers=headers)
    require_refusal(answer, 401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == 'Bearer realm="fettle"'


def test_scheme_and_header_of_the_credential_may_vary(server: FettleServer, demo: Demo) -> None:
    for headers in ({"Authorization": f"bEaReR {demo.api_key}"}, {"X-API-Key": demo.api_key}):
        assert httpx.get(f"{server.base_url}/work-order/1", headers=headers).status_code == 200


def test_two_different_credentials_are_refused(client: SerialClient) -> None:
    client.refused(400, "TWO_CREDENTIALS", "GET", "/work-order/1", headers={"X-API-Key": "fettle_other"})
