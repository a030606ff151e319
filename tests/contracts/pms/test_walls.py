"""Another company's and missing are the same, to the letter, on every address of `/v1`."""

from typing import Any

import pytest

from tests.contracts.pms import seed
from tests.contracts.pms.client import Json, PmsClient

_UNKNOWN = "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0"
_REASON: Json = {"json": {"reason": "x"}}
_TEXT: Json = {"files": {"type": (None, "TEXT"), "name": (None, "n"), "value": (None, "v")}}
_ON_AN_ORDER: list[tuple[str, str, Json]] = [
    ("GET", "", {}),
    ("PATCH", "", {"json": {"quantity": 2}}),
    ("PATCH", "/status", {"json": {"status": "REVIEW"}}),
    ("POST", "/comments", {"json": {"comment": "x"}}),
    ("GET", "/activity", {}),
    ("GET", "/approvals", {}),
    ("POST", "/approvals", {"json": {"approverUserId": _UNKNOWN}}),
    ("GET", f"/approvals/{_UNKNOWN}", {}),
    ("PATCH", f"/approvals/{_UNKNOWN}", {"json": {"status": "APPROVED"}}),
    ("DELETE", f"/approvals/{_UNKNOWN}", {}),
    ("GET", "/report.pdf", {}),
    ("GET", "/evidence-pack", {}),
    ("GET", "/photos", {}),
    ("POST", "/photos", {"json": seed.BODY}),
    ("GET", f"/photos/{_UNKNOWN}", {}),
    ("DELETE", f"/photos/{_UNKNOWN}", _REASON),
    ("GET", "/attachments", {}),
    ("POST", "/attachments", _TEXT),
    ("GET", f"/attachments/{_UNKNOWN}", {}),
    ("DELETE", f"/attachments/{_UNKNOWN}", _REASON),
]


def _refusal(caller: PmsClient, code: str, method: str, path: str, sent: Json) -> Json:
    body = caller.refused(404, code, method, path, **sent)
    body.pop("traceId")
    return body


@pytest.mark.parametrize(("method", "rest", "sent"), _ON_AN_ORDER, ids=lambda value: str(value)[:30])
def test_a_foreign_order_is_a_missing_one(
    stranger: PmsClient, order: Json, method: str, rest: str, sent: dict[str, Any]
) -> None:
    foreign = _refusal(stranger, "WORK_ORDER_NOT_FOUND", method, f"/v1/work-orders/{order['id']}{rest}", sent)
    for missing in (_UNKNOWN, "not-an-id", "0"):
        assert foreign == _refusal(stranger, "WORK_ORDER_NOT_FOUND", method, f"/v1/work-orders/{missing}{rest}", sent)


@pytest.mark.parametrize(("method", "sent"), [("GET", {}), ("DELETE", _REASON)])
def test_an_entry_is_found_on_its_own_order_only(
    client: PmsClient, stranger: PmsClient, order: Json, method: str, sent: Json
) -> None:
    photo = client.add_photo(order["id"]).headers["location"].rpartition("/")[2]
    other, theirs = client.new_order(), stranger.new_order()
    for caller, place in ((client, other), (stranger, theirs)):
        path = f"/v1/work-orders/{place['id']}/photos"
        foreign = _refusal(caller, "NOT_FOUND", method, f"{path}/{photo}", sent)
        assert foreign == _refusal(caller, "NOT_FOUND", method, f"{path}/{_UNKNOWN}", sent)
    assert client.data("GET", f"/v1/work-orders/{order['id']}/photos/{photo}")["state"] == "referenced"


def test_everything_else_of_another_company_is_missing(
    admin: PmsClient, client: PmsClient, stranger: PmsClient
) -> None:
    order = client.new_order()
    client.add_photo(order["id"])
    key = admin.data("POST", "/v1/api-keys", status=201, json={"name": "k", "scopes": ["read"]})
    part = {"partNumber": f"PN {order['id']}", "componentId": client.component_id}
    part_number = client.data("POST", "/v1/part-numbers", status=201, json=part)
    ids = {
        "users": admin.data("GET", "/v1/me")["userId"],
        "components": client.component_id,
        "part-numbers": part_number["id"],
        "datasets": client.walk("/v1/datasets")[0]["id"],
        "api-keys": key["id"],
    }
    changes: dict[str, tuple[str, Json]] = {
        "users": ("PATCH", {"json": {"role": "VIEWER"}}),
        "components": ("PATCH", {"json": {"name": "Mine"}}),
        "part-numbers": ("PATCH", {"json": {"partNumber": "Mine"}}),
        "api-keys": ("DELETE", {}),
    }
    for noun, foreign_id in ids.items():
        for method, sent in (("GET", {}), changes.get(noun, ("GET", {}))):
            foreign = _refusal(stranger, "NOT_FOUND", method, f"/v1/{noun}/{foreign_id}", sent)
            assert foreign == _refusal(stranger, "NOT_FOUND", method, f"/v1/{noun}/{_UNKNOWN}", sent)
            assert foreign == _refusal(stranger, "NOT_FOUND", method, f"/v1/{noun}/not-an-id", sent)
        assert foreign_id not in {item["id"] for item in stranger.walk(f"/v1/{noun}", pageSize=100)}


def test_another_method_is_405_with_those_there_are(client: PmsClient, order: Json) -> None:
    answer = client.send("PUT", f"/v1/work-orders/{order['id']}/photos")
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    client.refused(404, "NOT_FOUND", "GET", "/v1/nothing")


def test_the_credential_is_settled_before_the_order_and_the_body(client: PmsClient, order: Json) -> None:
    with PmsClient(client.base_url, {"X-API-Key": "wrong"}) as nobody:
        for order_id in (order["id"], _UNKNOWN):
            path = f"/v1/work-orders/{order_id}/photos"
            nobody.refused(401, "UNAUTHENTICATED", "POST", path, content=b"not json")
