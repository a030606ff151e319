"""Approvals: asked for, decided by the approver, withdrawn."""

from typing import Any

import pytest

from tests.contracts.serial.client import Json, SerialClient
from tests.serving import Demo

NOBODY = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


def _path(order: Json, user_id: str) -> str:
    return f"/work-orders/{order['id']}/approvals/{user_id}"


def test_an_approval_is_keyed_by_its_approver(client: SerialClient, order: Json, demo: Demo) -> None:
    path = _path(order, demo.operator_user_id.upper())
    asked = client.whole("PUT", path, json={"requested_by_user_id": client.user_id})
    approval = asked["approvals"][demo.operator_user_id]
    assert list(asked["approvals"]) == [demo.operator_user_id]
    assert approval["approver_user_id"] == demo.operator_user_id
    assert approval["requested_by_user_id"] == client.user_id
    assert approval["status"] == "PENDING"
    assert approval["requested_at"] == approval["last_updated_at"] == asked["last_edited_at"]
    assert client.repeated("PUT", path, json={"requested_by_user_id": client.user_id}) == asked


@pytest.mark.parametrize("status", ["APPROVED", "REJECTED"])
def test_a_key_that_speaks_for_others_decides_for_the_approver_in_the_path(
    client: SerialClient, order: Json, demo: Demo, status: str
) -> None:
    path = _path(order, demo.operator_user_id)
    client.whole("PUT", path, json={"requested_by_user_id": client.user_id})
    decided = client.whole("PATCH", path, json={"status": status, "comment": "as drawn"})
    assert decided["approvals"][demo.operator_user_id]["status"] == status
    entry = decided["activity_log"][-1]
    assert entry["added_by_user_id"] == demo.operator_user_id
    assert entry["message"].endswith(": as drawn")
    assert client.repeated("PATCH", path, json={"status": status, "comment": "as drawn"}) == decided


def test_nobody_decides_for_another(client: SerialClient, operator: SerialClient, order: Json, demo: Demo) -> None:
    path = _path(order, demo.operator_user_id)
    client.whole("PUT", path, json={"requested_by_user_id": client.user_id})
    operator.refused(403, "NOT_YOURSELF", "PATCH", path, json={"status": "APPROVED"})
    named = {"status": "APPROVED", "updated_by_user_id": client.user_id}
    client.refused(403, "NOT_YOURSELF", "PATCH", path, json=named)


def test_an_approver_decides_with_an_own_key(client: SerialClient, operator: SerialClient, order: Json) -> None:
    path = _path(order, operator.user_id)
    client.whole("PUT", path, json={"requested_by_user_id": client.user_id})
    decided = operator.whole("PATCH", path, json={"status": "APPROVED", "updated_by_user_id": operator.user_id})
    assert decided["approvals"][operator.user_id]["status"] == "APPROVED"


def test_asked_again_after_the_answer_it_is_pending_again(client: SerialClient, order: Json, demo: Demo) -> None:
    path, body = _path(order, demo.operator_user_id), {"requested_by_user_id": client.user_id}
    client.whole("PUT", path, json=body)
    client.whole("PATCH", path, json={"status": "REJECTED", "comment": "too long"})
    assert client.whole("PUT", path, json=body)["approvals"][demo.operator_user_id]["status"] == "PENDING"


def test_a_withdrawn_approval_is_gone(client: SerialClient, order: Json, demo: Demo) -> None:
    path = _path(order, demo.operator_user_id)
    client.refused(404, "NOT_FOUND", "DELETE", path)
    client.whole("PUT", path, json={"requested_by_user_id": client.user_id})
    withdrawn = client.whole("DELETE", path)
    assert withdrawn["approvals"] == {}
    assert [entry["type"] for entry in withdrawn["activity_log"]][-1] == "APPROVAL_WITHDRAWN"
    client.refused(404, "NOT_FOUND", "PATCH", path, json={"status": "APPROVED"})


def test_a_closed_order_is_not_approved(client: SerialClient, order: Json, demo: Demo) -> None:
    client.move(order, "CANCELED")
    path = _path(order, demo.operator_user_id)
    client.refused(409, "WORK_ORDER_CLOSED", "PUT", path, json={"requested_by_user_id": client.user_id})


def test_nobody_unknown_is_asked(client: SerialClient, stranger: SerialClient, order: Json) -> None:
    body = {"requested_by_user_id": client.user_id}
    for user_id in (NOBODY, stranger.user_id, "me"):
        client.refused(404, "NOT_FOUND", "PUT", _path(order, user_id), json=body)
    body = {"requested_by_user_id": NOBODY}
    client.refused(400, "USER_NOT_FOUND", "PUT", _path(order, client.user_id), json=body)


@pytest.mark.parametrize(
    ("method", "body", "field"),
    [
        ("PUT", {}, "requested_by_user_id"),
        ("PUT", {"requested_by_user_id": "me"}, "requested_by_user_id"),
        ("PATCH", {}, "status"),
        ("PATCH", {"status": "PENDING"}, "status"),
        ("PATCH", {"status": "APPROVED", "comment": ""}, "comment"),
        ("PATCH", {"status": "APPROVED", "reason": "x"}, "reason"),
        ("PATCH", {"status": "APPROVED", "updated_by_user_id": "me"}, "updated_by_user_id"),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    client: SerialClient, order: Json, demo: Demo, method: str, body: Any, field: str
) -> None:
    refusal = client.refused(400, "INVALID_BODY", method, _path(order, demo.operator_user_id), json=body)
    assert [detail["field"] for detail in refusal["details"]] == [field]
