"""Work orders below `/v1`: their life, versions, comments, approvals and log."""

from typing import Any

import pytest

from tests.contracts.pms.client import Json, PmsClient
from tests.serving import Demo


def _path(order: Json, rest: str = "") -> str:
    return f"/v1/work-orders/{order['id']}{rest}"


def test_a_work_order_is_made_and_shown(client: PmsClient, demo: Demo) -> None:
    fields = {
        "name": "Pump 7: overhaul",
        "componentId": demo.component_id.upper(),
        "partNumberId": demo.part_number_id,
        "quantity": 2,
        "description": "Change the bearings.",
        "phase": "Workshop",
        "assigneeUserId": demo.operator_user_id,
        "deadline": "2026-05-01T14:00:00+02:00",
        "createdByUserId": demo.user_id,
    }
    answer = client.send("POST", "/v1/work-orders", json=fields)
    assert answer.status_code == 201, answer.text
    made = answer.json()["data"]
    assert made == {"workOrderId": made["workOrderId"], "status": "DRAFT", "version": 1}
    assert answer.headers["location"] == f"/v1/work-orders/{made['workOrderId']}"
    assert answer.headers["etag"] == '"1"'
    shown = client.data("GET", answer.headers["location"])
    expected = {**fields, "componentId": demo.component_id, "deadline": "2026-05-01T12:00:00.000Z"}
    assert {name: shown[name] for name in expected} == expected
    assert (shown["approvals"], shown["attachmentCount"], shown["photoCount"]) == ([], 0, 0)
    assert client.data("GET", f"/v1/work-orders/{shown['woNumber']}") == shown


def test_optional_keys_are_absent(order: Json) -> None:
    absent = {"description", "partNumberId", "assigneeUserId", "deadline", "lastEditedAt"}
    assert order.keys().isdisjoint(absent)
    assert order["phase"] == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "n" * 501),
        ("name", None),
        ("quantity", 0),
        ("quantity", 2_147_483_648),
        ("quantity", "1"),
        ("quantity", 1.5),
        ("componentId", "x"),
        ("componentId", "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0"),
        ("partNumberId", "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0"),
        ("deadline", "2026-05-01"),
        ("deadline", "9999-05-01T00:00:00Z"),
        ("description", "d" * 20_001),
        ("colour", "red"),
    ],
)
def test_a_bad_field_of_a_new_order_is_named(client: PmsClient, field: str, value: Any) -> None:
    body = {"name": "Pump", "componentId": client.component_id, "quantity": 1, field: value}
    refused = client.refused(400, "INVALID_BODY", "POST", "/v1/work-orders", json=body)
    assert [detail["field"] for detail in refused["details"]] == [field]


@pytest.mark.parametrize("field", ["assigneeUserId", "createdByUserId"])
def test_a_stranger_cannot_be_named(client: PmsClient, stranger: PmsClient, field: str) -> None:
    for user_id in (stranger.data("GET", "/v1/me")["userId"], "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0"):
        body = {"name": "Pump", "componentId": client.component_id, "quantity": 1, field: user_id}
        refused = client.refused(400, "USER_NOT_FOUND", "POST", "/v1/work-orders", json=body)
        assert [detail["field"] for detail in refused["details"]] == [field]


def test_an_edit_changes_what_it_names_and_null_clears(client: PmsClient, demo: Demo, order: Json) -> None:
    fields = {"description": "New", "phase": "Paint", "deadline": "2026-05-01T12:00:00Z"}
    changed = client.data("PATCH", _path(order), json={**fields, "assigneeUserId": demo.operator_user_id})
    assert changed == {"workOrderId": order["id"], "status": "DRAFT", "version": 2}
    client.data("PATCH", _path(order), json={"description": None, "phase": None, "deadline": None, "quantity": 4})
    shown = client.data("GET", _path(order))
    assert shown.keys().isdisjoint({"description", "deadline"})
    assert (shown["phase"], shown["quantity"], shown["assigneeUserId"]) == ("", 4, demo.operator_user_id)
    last = client.walk(_path(order, "/activity"))[-1]
    assert last["data"]["changes"]["quantity"] == [1, 4]
    assert last["data"]["changes"]["phase"] == ["Paint", ""]


def test_an_edit_of_nothing_is_refused_and_of_the_same_changes_nothing(client: PmsClient, order: Json) -> None:
    client.refused(400, "INVALID_BODY", "PATCH", _path(order), json={})
    assert client.data("PATCH", _path(order), json={"quantity": 1})["version"] == 1


def test_the_plan_is_fixed_once_it_is_no_draft(client: PmsClient, demo: Demo, order: Json) -> None:
    client.move(order["id"], "REVIEW")
    client.refused(409, "WORK_ORDER_NOT_DRAFT", "PATCH", _path(order), json={"name": "Other"})
    client.data("PATCH", _path(order), json={"assigneeUserId": demo.user_id})
    client.move(order["id"], "CANCELED")
    client.refused(409, "WORK_ORDER_CLOSED", "PATCH", _path(order), json={"assigneeUserId": None})


def test_the_life_of_an_order(client: PmsClient, order: Json) -> None:
    client.refused(409, "ILLEGAL_MOVE", "PATCH", _path(order, "/status"), json={"status": "COMPLETE"})
    client.move(order["id"], "REVIEW", "DRAFT", "REVIEW", "PRODUCTION", "REVIEW", "PRODUCTION", "COMPLETE")
    client.move(order["id"], "PRODUCTION", comment="a bolt is missing")
    client.move(order["id"], "COMPLETE", "ARCHIVED")
    client.refused(409, "ILLEGAL_MOVE", "PATCH", _path(order, "/status"), json={"status": "DRAFT"})
    again = client.send("PATCH", _path(order, "/status"), json={"status": "ARCHIVED"})
    assert (again.status_code, again.headers["fettle-replayed"]) == (200, "true")
    log = client.walk(_path(order, "/activity"))
    assert [entry["version"] for entry in log] == list(range(1, 12))
    assert log[-1]["data"]["changes"]["status"] == ["COMPLETE", "ARCHIVED"]
    client.refused(409, "WORK_ORDER_CLOSED", "POST", _path(order, "/comments"), json={"comment": "Too late"})


def test_versions_hold_back_who_has_not_seen_the_last(client: PmsClient, order: Json) -> None:
    shown = client.send("GET", _path(order))
    seen = shown.headers["etag"]
    assert seen == f'"{order["version"]}"'
    same = client.send("GET", _path(order), headers={"If-None-Match": seen})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", seen)
    changed = client.send("PATCH", _path(order), json={"quantity": 2}, headers={"If-Match": seen})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    late = {"If-Match": seen}
    client.refused(412, "PRECONDITION_FAILED", "PATCH", _path(order), json={"quantity": 3}, headers=late)
    client.refused(
        412, "PRECONDITION_FAILED", "PATCH", _path(order, "/status"), json={"status": "REVIEW"}, headers=late
    )
    assert client.send("GET", _path(order), headers={"If-None-Match": seen}).status_code == 200
    assert client.data("GET", _path(order))["quantity"] == 2


def test_comments_land_in_the_log(client: PmsClient, demo: Demo, order: Json) -> None:
    body = {"comment": "Worn out.", "addedByUserId": demo.operator_user_id}
    answer = client.send("POST", _path(order, "/comments"), json=body)
    assert (answer.status_code, answer.json()["data"]["version"]) == (201, 2)
    entry = client.walk(_path(order, "/activity"))[-1]
    assert (entry["type"], entry["data"]["comment"]) == ("COMMENTED", "Worn out.")
    assert (entry["addedByUserId"], entry["data"]["throughUserId"]) == (
        demo.operator_user_id,
        client.data("GET", "/v1/me")["userId"],
    )
    client.refused(400, "INVALID_BODY", "POST", _path(order, "/comments"), json={"comment": ""})


def test_who_may_only_speak_for_itself(operator: PmsClient, demo: Demo, order: Json) -> None:
    body = {"comment": "Done", "addedByUserId": demo.user_id}
    operator.refused(403, "NOT_YOURSELF", "POST", _path(order, "/comments"), json=body)
    operator.refused(403, "FORBIDDEN", "PATCH", _path(order), json={"quantity": 2})
    operator.data("POST", _path(order, "/comments"), status=201, json={"comment": "Done"})


def test_the_log_is_read_in_the_readers_language(client: PmsClient, order: Json) -> None:
    answer = client.send("GET", _path(order, "/activity"), headers={"Accept-Language": "fr"})
    assert answer.json()["data"][0]["message"] == "Ordre de travail créé"
    assert answer.headers["vary"] == "Accept-Language"


def test_approvals_are_asked_given_and_withdrawn(client: PmsClient, admin: PmsClient, demo: Demo, order: Json) -> None:
    approver = demo.operator_user_id
    asked = client.send("POST", _path(order, "/approvals"), json={"approverUserId": approver.upper()})
    place = _path(order, f"/approvals/{approver}")
    assert (asked.status_code, asked.headers["location"], asked.headers["etag"]) == (201, place, '"2"')
    again = client.send("POST", _path(order, "/approvals"), json={"approverUserId": approver})
    assert (again.status_code, again.headers["fettle-replayed"]) == (201, "true")
    assert client.data("GET", place)["status"] == "PENDING"
    client.refused(403, "NOT_YOURSELF", "PATCH", place, json={"status": "APPROVED"})
    decision = {"status": "REJECTED", "comment": "Too long", "updatedByUserId": approver}
    assert client.data("PATCH", place, json=decision)["version"] == 3
    (approval,) = client.data("GET", _path(order, "/approvals"))
    assert (approval["status"], approval["comment"]) == ("REJECTED", "Too long")
    assert client.data("GET", _path(order))["approvals"] == [approval]
    client.refused(400, "INVALID_BODY", "PATCH", place, json={"status": "PENDING"})
    admin.data("DELETE", place, params={"reason": "Asked for by mistake."})
    client.refused(404, "NOT_FOUND", "GET", place)
    client.refused(404, "NOT_FOUND", "DELETE", place)
    assert client.data("GET", _path(order, "/approvals")) == []


def test_a_create_under_an_idempotency_key_happens_once(client: PmsClient, order: Json) -> None:
    headers = {"Idempotency-Key": f"make {order['id']}"}
    body = {"name": "Once", "componentId": client.component_id, "quantity": 1}
    first = client.send("POST", "/v1/work-orders", json=body, headers=headers)
    again = client.send("POST", "/v1/work-orders", json=body, headers=headers)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["fettle-replayed"] == "true"
    client.refused(
        409, "IDEMPOTENCY_KEY_REUSED", "POST", "/v1/work-orders", json={**body, "quantity": 2}, headers=headers
    )
