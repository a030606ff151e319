"""What bars a move, an approval or a deletion in this dialect."""

from collections.abc import Callable

import pytest

from tests.contracts.serial.client import Json, SerialClient, flat
from tests.serving import Demo

NOBODY = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


def _attach(client: SerialClient, order: Json) -> str:
    fields = flat(type="TEXT", name="note", added_by_user_id=client.user_id, value="x")
    attached = client.attach(order, **fields)
    return f"/work-orders/{order['id']}/attachments/{attached['attachments'][-1]['file_name']}"


def _ask(client: SerialClient, order: Json, user_id: str) -> str:
    path = f"/work-orders/{order['id']}/approvals/{user_id}"
    client.whole("PUT", path, json={"requested_by_user_id": client.user_id})
    return path


def test_production_waits_for_every_approval(client: SerialClient, order: Json, demo: Demo) -> None:
    place = _ask(client, order, demo.operator_user_id)
    client.move(order, "REVIEW")
    path, body = f"/work-orders/{order['id']}/status", {"status": "PRODUCTION"}
    refused = client.refused(409, "APPROVALS_MISSING", "PATCH", path, json=body)
    assert [detail["field"] for detail in refused["details"]] == [f"approvals.{demo.operator_user_id}"]
    client.whole("PATCH", place, json={"status": "APPROVED"})
    moved = client.move(order, "PRODUCTION")
    assert client.repeated("PATCH", path, json=body) == moved


def test_an_edit_asks_anew(client: SerialClient, order: Json, demo: Demo) -> None:
    place = _ask(client, order, demo.operator_user_id)
    note = _attach(client, order)
    editor = {"updated_by_user_id": demo.admin_user_id}
    changes: list[Callable[[], Json]] = [
        lambda: client.whole("PATCH", f"/work-order/{order['id']}", json={"quantity": 2, **editor}),
        lambda: client.whole("DELETE", note, params={"reason": "replaced", "deleted_by_user_id": demo.admin_user_id}),
        lambda: client.move(client.move(order, "REVIEW"), "DRAFT"),
    ]
    for change in changes:
        client.whole("PATCH", place, json={"status": "APPROVED"})
        changed = change()
        assert changed["approvals"][demo.operator_user_id]["status"] == "PENDING"
        assert "asked for again: 1" in changed["activity_log"][-1]["message"]


def test_a_key_names_nobody_who_made_the_order(client: SerialClient, order: Json) -> None:
    place = _ask(client, order, client.user_id)
    client.refused(403, "FOUR_EYES", "PATCH", place, json={"status": "APPROVED"})
    client.whole("PATCH", place, json={"status": "REJECTED", "comment": "my mistake"})


def test_a_key_that_edited_in_its_own_name_speaks_for_no_approver(
    client: SerialClient, order: Json, demo: Demo
) -> None:
    place, path = _ask(client, order, demo.operator_user_id), f"/work-order/{order['id']}"
    client.whole("PATCH", path, json={"quantity": 2})
    client.refused(403, "FOUR_EYES", "PATCH", place, json={"status": "APPROVED"})
    client.whole("PATCH", path, json={"quantity": 3, "updated_by_user_id": client.user_id})
    client.whole("PATCH", place, json={"status": "APPROVED"})


def test_nobody_edits_or_deletes_in_the_name_of_others(
    client: SerialClient, operator: SerialClient, order: Json
) -> None:
    path, note = f"/work-order/{order['id']}", _attach(client, order)
    named = {"reason": "x", "deleted_by_user_id": client.user_id}
    operator.refused(403, "NOT_YOURSELF", "DELETE", note, params=named)
    client.refused(400, "USER_NOT_FOUND", "DELETE", note, params=named | {"deleted_by_user_id": NOBODY})
    client.refused(400, "INVALID_PARAMETER", "DELETE", note, params=named | {"deleted_by_user_id": "me"})
    client.refused(400, "INVALID_BODY", "PATCH", path, json={"updated_by_user_id": client.user_id})
    client.refused(400, "USER_NOT_FOUND", "PATCH", path, json={"quantity": 2, "updated_by_user_id": NOBODY})


@pytest.mark.parametrize("said", [None, "", " ", "\u200b"])
def test_a_reason_can_be_seen(client: SerialClient, order: Json, demo: Demo, said: str | None) -> None:
    path, note = f"/work-orders/{order['id']}/status", _attach(client, order)
    place = _ask(client, order, demo.operator_user_id)
    comment = {} if said is None else {"comment": said}
    for body, at in (({"status": "CANCELED"}, path), ({"status": "REJECTED"}, place)):
        refused = client.refused(400, "INVALID_BODY", "PATCH", at, json=body | comment)
        assert [detail["field"] for detail in refused["details"]] == ["comment"]
    query = {} if said is None else {"reason": said}
    code = "INVALID_PARAMETER" if said == "" else "INVALID_BODY"  # too short for any reason, whatever the rule
    refused = client.refused(400, code, "DELETE", note, params=query)
    assert [detail["field"] for detail in refused["details"]] == ["reason"]
    deleted = client.whole("DELETE", note, params={"reason": "wrong revision"})
    assert deleted["activity_log"][-1]["message"].endswith(": wrong revision")
    assert client.repeated("DELETE", note) == deleted


def test_opening_again_needs_a_reason(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/status"
    for there, back in ((("REVIEW", "PRODUCTION", "COMPLETE"), "PRODUCTION"), (("CANCELED",), "DRAFT")):
        client.move(order, *there)
        refused = client.refused(400, "INVALID_BODY", "PATCH", path, json={"status": back})
        assert [detail["field"] for detail in refused["details"]] == ["comment"]
        client.move(order, back, comment="there is more to do")


def test_an_operator_does_not_cancel(client: SerialClient, operator: SerialClient, order: Json) -> None:
    path, body = f"/work-orders/{order['id']}/status", {"status": "CANCELED", "comment": "no time"}
    refused = operator.refused(403, "ROLE_NOT_ALLOWED", "PATCH", path, json=body)
    assert "PLANNER, ADMIN" in refused["message"]
    assert client.whole("GET", f"/work-order/{order['id']}") == order
