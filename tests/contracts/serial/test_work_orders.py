"""Making, reading, editing, moving and commenting work orders."""

import json
from typing import Any

import pytest

from tests.contracts.serial.client import Json, SerialClient
from tests.serving import Demo

NOBODY = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


def test_a_new_order_is_a_draft_with_the_next_number(client: SerialClient) -> None:
    first, second = client.new_order(), client.new_order()
    assert first["status"] == "DRAFT"
    assert second["wo_number"] == first["wo_number"] + 1
    assert first["created_by_user_id"] == client.user_id
    assert [entry["type"] for entry in first["activity_log"]] == ["CREATED"]
    empty = {name: first[name] for name in ("description", "part_number_id", "phase", "approvals", "attachments")}
    assert empty == {"description": None, "part_number_id": None, "phase": "", "approvals": {}, "attachments": []}
    assert first["last_edited_at"] is None


def test_every_field_comes_back(client: SerialClient, demo: Demo) -> None:
    sent = {
        "name": "Étanchéité 🔧",
        "quantity": 2_147_483_647,
        "description": "Line one\nline two",
        "part_number_id": demo.part_number_id,
        "phase": "assembly",
        "assignee_user_id": demo.operator_user_id,
    }
    made = client.new_order(**sent, deadline="2027-01-02T03:04:05.678901+02:00")
    assert {name: made[name] for name in sent} == sent
    assert made["deadline"] == "2027-01-02T01:04:05.678Z"


def test_null_is_none_where_a_field_is_optional(client: SerialClient) -> None:
    nulls = dict.fromkeys(("description", "part_number_id", "phase", "assignee_user_id", "deadline"))
    made = client.new_order(**nulls)
    assert {name: made[name] for name in nulls} == {**nulls, "phase": ""}


@pytest.mark.parametrize("path", ["/work-order/{}", "/work-orders/{}", "/work-order/{}/", "/work-orders/{}/"])
def test_id_in_any_case_and_number_map_to_the_same_order(client: SerialClient, order: Json, path: str) -> None:
    for reference in (order["id"], order["id"].upper(), order["wo_number"]):
        assert client.whole("GET", path.format(reference)) == order


@pytest.mark.parametrize("reference", ["0", "-1", "01", "99999999999", "abc", "1.0", "%31%00", NOBODY, "{id}"])
def test_what_names_no_order_is_not_found(client: SerialClient, reference: str) -> None:
    client.refused(404, "WORK_ORDER_NOT_FOUND", "GET", f"/work-order/{reference}")


def test_ids_in_a_body_may_be_in_upper_case(client: SerialClient) -> None:
    made = client.new_order(component_id=client.component_id.upper(), created_by_user_id=client.user_id.upper())
    assert (made["component_id"], made["created_by_user_id"]) == (client.component_id, client.user_id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 501),
        ("name", 7),
        ("name", None),
        ("quantity", 0),
        ("quantity", 2_147_483_648),
        ("quantity", "1"),
        ("quantity", 1.5),
        ("quantity", True),
        ("component_id", NOBODY),
        ("component_id", "pump"),
        ("component_id", None),
        ("part_number_id", NOBODY),
        ("part_number_id", ""),
        ("assignee_user_id", "me"),
        ("deadline", "2027-01-02"),
        ("deadline", "2027-02-30T00:00:00Z"),
        ("deadline", 1),
        ("description", "x" * 20_001),
        ("phase", "x" * 501),
        ("color", "red"),
        ("id", NOBODY),
    ],
)
def test_a_field_that_does_not_fit_is_named(client: SerialClient, field: str, value: Any) -> None:
    body = {"name": "x", "component_id": client.component_id, "quantity": 1, "created_by_user_id": client.user_id}
    refusal = client.refused(400, "INVALID_BODY", "POST", "/work-orders", json={**body, field: value})
    assert [detail["field"] for detail in refusal["details"]] == [field]


@pytest.mark.parametrize("field", ["name", "component_id", "quantity", "created_by_user_id"])
def test_a_required_field_is_required(client: SerialClient, field: str) -> None:
    body = {"name": "x", "component_id": client.component_id, "quantity": 1, "created_by_user_id": client.user_id}
    del body[field]
    refusal = client.refused(400, "INVALID_BODY", "POST", "/work-orders", json=body)
    assert [detail["field"] for detail in refusal["details"]] == [field]


def test_nobody_unknown_can_be_named(client: SerialClient, stranger: SerialClient, order: Json) -> None:
    for user_id in (NOBODY, stranger.user_id):
        refusal = client.refused(
            400,
            "USER_NOT_FOUND",
            "POST",
            f"/work-orders/{order['id']}/comments",
            json={"comment": "hm", "added_by_user_id": user_id},
        )
        assert [detail["field"] for detail in refusal["details"]] == ["added_by_user_id"]


def test_an_edit_changes_what_it_names_and_says_so(client: SerialClient, order: Json) -> None:
    changed = client.whole("PATCH", f"/work-order/{order['id']}", json={"name": "New", "quantity": 3, "phase": "late"})
    assert (changed["name"], changed["quantity"], changed["phase"]) == ("New", 3, "late")
    entry = changed["activity_log"][-1]
    assert entry["type"] == "EDITED"
    assert json.loads(entry["data"])["changes"]["quantity"] == [1, 3]
    assert changed["last_edited_at"] == entry["added_at"]


def test_an_edit_with_null_clears(client: SerialClient) -> None:
    order = client.new_order(description="x", phase="y", deadline="2027-01-01T00:00:00Z")
    nulls = {"description": None, "phase": None, "deadline": None}
    changed = client.whole("PATCH", f"/work-orders/{order['id']}", json=nulls)
    assert {name: changed[name] for name in nulls} == {**nulls, "phase": ""}


def test_an_edit_that_changes_nothing_is_not_logged(client: SerialClient, order: Json) -> None:
    assert client.whole("PATCH", f"/work-order/{order['id']}", json={"name": order["name"]}) == order


@pytest.mark.parametrize("body", [{}, {"created_by_user_id": NOBODY}, {"status": "REVIEW"}, {"name": None}])
def test_an_edit_of_nothing_or_of_what_cannot_change_is_refused(client: SerialClient, order: Json, body: Json) -> None:
    client.refused(400, "INVALID_BODY", "PATCH", f"/work-order/{order['id']}", json=body)


def test_the_plan_changes_in_draft_only_but_assignee_and_deadline_while_open(
    client: SerialClient, order: Json, demo: Demo
) -> None:
    path = f"/work-order/{order['id']}"
    client.move(order, "REVIEW")
    client.refused(409, "WORK_ORDER_NOT_DRAFT", "PATCH", path, json={"quantity": 2})
    late = {"assignee_user_id": demo.operator_user_id, "deadline": "2027-01-01T00:00:00Z"}
    assert client.whole("PATCH", path, json=late)["assignee_user_id"] == demo.operator_user_id
    client.move(order, "CANCELED")
    client.refused(409, "WORK_ORDER_CLOSED", "PATCH", path, json={"deadline": None})


def test_the_life_cycle(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/status"
    client.refused(409, "ILLEGAL_MOVE", "PATCH", path, json={"status": "COMPLETE"})
    moved = client.move(order, "REVIEW", "DRAFT", "REVIEW", "PRODUCTION", "REVIEW", "PRODUCTION", "COMPLETE")
    assert moved["status"] == "COMPLETE"
    client.move(order, "PRODUCTION", comment="a bolt is missing")
    assert client.move(order, "COMPLETE", "ARCHIVED")["status"] == "ARCHIVED"
    client.refused(409, "ILLEGAL_MOVE", "PATCH", path, json={"status": "DRAFT"})


def test_the_same_status_again_records_nothing(client: SerialClient, order: Json) -> None:
    moved = client.move(order, "REVIEW")
    assert client.repeated("PATCH", f"/work-order/{order['id']}/status", json={"status": "REVIEW"}) == moved


def test_a_move_names_its_person_and_reason(client: SerialClient, order: Json, demo: Demo) -> None:
    body = {"status": "REVIEW", "updated_by_user_id": demo.operator_user_id, "comment": "ready"}
    moved = client.whole("PATCH", f"/work-orders/{order['id']}/status", json=body)
    entry = moved["activity_log"][-1]
    assert entry["added_by_user_id"] == demo.operator_user_id
    assert entry["message"] == "Status changed from DRAFT to REVIEW: ready"


@pytest.mark.parametrize("status", ["draft", "", None, "OPEN", 1])
def test_an_unknown_status_is_refused(client: SerialClient, order: Json, status: Any) -> None:
    path = f"/work-orders/{order['id']}/status"
    refusal = client.refused(400, "INVALID_BODY", "PATCH", path, json={"status": status})
    assert refusal["details"][0]["field"] == "status"


@pytest.mark.parametrize("path", ["/work-order/{}/comments", "/work-orders/{}/comments"])
def test_a_comment_is_the_message_of_its_entry(client: SerialClient, order: Json, path: str) -> None:
    body = {"comment": "Left bearing worn.\n<b>é</b>", "added_by_user_id": client.user_id}
    entry = client.whole("POST", path.format(order["id"]), json=body)["activity_log"][-1]
    assert (entry["type"], entry["message"]) == ("COMMENTED", body["comment"])
    said = json.loads(entry["data"])
    assert said.keys() == {"comment", "through_user_id", "through_key_id"}  # the key is not the person's own
    assert said["comment"] == body["comment"]


def test_messages_are_in_the_readers_language(client: SerialClient, order: Json) -> None:
    client.move(order, "REVIEW")
    french = client.whole("GET", f"/work-order/{order['id']}", headers={"Accept-Language": "fr"})
    messages = [entry["message"] for entry in french["activity_log"]]
    assert messages == ["Ordre de travail créé", "Statut changé de DRAFT à REVIEW"]


def test_a_version_that_is_known_is_not_sent_again(client: SerialClient, order: Json) -> None:
    path = f"/work-order/{order['id']}"
    etag = client.send("GET", path).headers["etag"]
    unchanged = client.send("GET", path, headers={"If-None-Match": f'"x", W/{etag}'})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)
    client.move(order, "REVIEW")
    assert client.send("GET", path, headers={"If-None-Match": etag}).status_code == 200


def test_a_change_of_an_old_version_is_refused(client: SerialClient, order: Json) -> None:
    path = f"/work-order/{order['id']}"
    etag = client.send("GET", path).headers["etag"]
    changed = client.send("PATCH", path, json={"quantity": 2}, headers={"If-Match": etag})
    assert changed.status_code == 200
    client.refused(412, "PRECONDITION_FAILED", "PATCH", path, json={"quantity": 3}, headers={"If-Match": etag})
    newer = {"If-Match": changed.headers["etag"]}
    assert client.whole("PATCH", path, json={"quantity": 3}, headers=newer)["quantity"] == 3


def test_the_same_request_under_a_key_is_done_once(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/comments"
    key = {"Idempotency-Key": f"key {order['id']}"}
    body = {"comment": "once", "added_by_user_id": client.user_id}
    done = client.whole("POST", path, json=body, headers=key)
    assert client.repeated("POST", path, json=body, headers=key) == done
    client.refused(409, "IDEMPOTENCY_KEY_REUSED", "POST", path, json={**body, "comment": "other"}, headers=key)


def test_an_order_made_under_a_key_is_made_once(client: SerialClient) -> None:
    body = {"name": "once", "component_id": client.component_id, "quantity": 1, "created_by_user_id": client.user_id}
    key = {"Idempotency-Key": f"made {id(body)} {client.new_order()['id']}"}
    made = client.whole("POST", "/work-orders", json=body, headers=key)
    assert client.repeated("POST", "/work-orders", json=body, headers=key) == made


def test_head_is_get_without_the_body(client: SerialClient, order: Json) -> None:
    path = f"/work-order/{order['id']}"
    got, head = client.send("GET", path), client.send("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("query", ["?x=1", "?limit=1"])
def test_unknown_parameters_are_named(client: SerialClient, order: Json, query: str) -> None:
    refusal = client.refused(400, "INVALID_PARAMETER", "GET", f"/work-order/{order['id']}{query}")
    assert refusal["details"][0]["field"] == query[1:].partition("=")[0]
