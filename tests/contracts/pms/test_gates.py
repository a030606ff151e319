"""What bars the way to production: approvals, the content they were given on, four eyes, and reasons."""

import hashlib
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contracts.pms.client import Json
from tests.contracts.pms.firm import UNDECIDED, Firm, attach

_AT_ONCE = 50


def _status(order: Json) -> str:
    return f"/v1/work-orders/{order['id']}/status"


def test_production_waits_for_every_approval_and_names_who_is_missing(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR", "ADMIN")
    firm.planner.move(order["id"], "REVIEW")
    refused = firm.planner.refused(409, "APPROVALS_MISSING", "PATCH", _status(order), json={"status": "PRODUCTION"})
    assert {detail["field"] for detail in refused["details"]} == {
        f"approvals.{firm.ids[role]}" for role in ("OPERATOR", "ADMIN")
    }
    firm.approve(order, "OPERATOR")
    rejected = {"status": "REJECTED", "comment": "too long"}
    firm.admin.data("PATCH", firm.place(order, "ADMIN"), json=rejected)
    refused = firm.planner.refused(409, "APPROVALS_MISSING", "PATCH", _status(order), json={"status": "PRODUCTION"})
    assert [detail["field"] for detail in refused["details"]] == [f"approvals.{firm.ids['ADMIN']}"]
    assert "rejected" in refused["details"][0]["message"]
    firm.approve(order, "ADMIN")
    firm.planner.move(order["id"], "PRODUCTION")
    again = firm.planner.send("PATCH", _status(order), json={"status": "PRODUCTION"})
    assert (again.status_code, again.headers["fettle-replayed"]) == (200, "true")


def test_the_content_hash_can_be_computed_from_what_is_shown(firm: Firm) -> None:
    order = firm.order()
    place = attach(firm.planner, order)
    shown, attached = firm.shown(order), firm.planner.data("GET", place)
    content = {
        "name": shown["name"],
        "description": shown.get("description"),
        "component_id": shown["componentId"],
        "part_number_id": shown.get("partNumberId"),
        "phase": shown["phase"],
        "quantity": shown["quantity"],
        "attachments": [
            {
                "id": attached["id"],
                "name": "note",
                "type": "TEXT",
                "value": "text é",
                "file_sha256": hashlib.sha256("text é".encode()).hexdigest(),
            }
        ],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert shown["contentSha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_an_approval_belongs_to_the_content_that_it_was_given_on(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR", "ADMIN")
    seen = firm.shown(order)["contentSha256"]
    assert firm.last_entry(order)["data"]["contentSha256"] == seen
    firm.planner.data("PATCH", f"/v1/work-orders/{order['id']}", json={"quantity": 2})
    assert firm.last_entry(order)["data"]["contentSha256"] == firm.shown(order)["contentSha256"] != seen
    decision = {"status": "APPROVED", "contentSha256": seen}
    refused = firm.operator.refused(409, "CONTENT_CHANGED", "PATCH", firm.place(order, "OPERATOR"), json=decision)
    now = firm.shown(order)["contentSha256"]
    assert [(each["field"], now in each["message"]) for each in refused["details"]] == [("contentSha256", True)]
    firm.operator.data("PATCH", firm.place(order, "OPERATOR"), json=decision | {"contentSha256": now.upper()})
    approval = firm.operator.data("GET", firm.place(order, "OPERATOR"))
    assert (approval["status"], approval["contentSha256"]) == ("APPROVED", now)
    entry = firm.last_entry(order)
    assert (entry["type"], entry["data"]["contentSha256"]) == ("APPROVAL_GIVEN", now)


@pytest.mark.parametrize("sent", ["", "x" * 64, "a" * 63, "a" * 65, 7])
def test_what_is_no_hash_is_named(firm: Firm, sent: object) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR")
    body = {"status": "APPROVED", "contentSha256": sent}
    refused = firm.operator.refused(400, "INVALID_BODY", "PATCH", firm.place(order, "OPERATOR"), json=body)
    assert [detail["field"] for detail in refused["details"]] == ["contentSha256"]


def test_an_edit_of_the_content_asks_anew_in_the_same_entry(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR", "ADMIN")
    place = f"/v1/work-orders/{order['id']}"
    note = ""
    for edit in ("field", "add", "delete"):
        firm.approve(order, "OPERATOR")
        before = firm.shown(order)
        if edit == "field":
            firm.planner.data("PATCH", place, json={"phase": "paint", "deadline": "2027-01-01T00:00:00Z"})
        elif edit == "add":
            note = attach(firm.planner, order)
        else:
            firm.planner.data("DELETE", note, json={"reason": "wrong"})
        entry, after = firm.last_entry(order), firm.shown(order)
        assert firm.answers(order) == {"OPERATOR": "PENDING", "ADMIN": "PENDING"}
        assert after["version"] == before["version"] + 1
        changes = {key: value for key, value in entry["data"]["changes"].items() if key.startswith("approvals.")}
        assert changes == {f"approvals.{firm.ids['OPERATOR']}": ["APPROVED", "PENDING"]}
        assert entry["data"]["contentSha256"] == after["contentSha256"] != before["contentSha256"]
        assert {each["contentSha256"] for each in after["approvals"]} == {after["contentSha256"]}
        assert "asked for again: 1" in entry["message"]


def test_what_is_no_content_leaves_the_answers(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR")
    firm.approve(order, "OPERATOR")
    place, seen = f"/v1/work-orders/{order['id']}", firm.shown(order)["contentSha256"]
    fields = {"assigneeUserId": firm.ids["OPERATOR"], "deadline": "2027-01-01T00:00:00Z"}
    firm.planner.data("PATCH", place, json=fields)
    firm.planner.data("POST", f"{place}/comments", status=201, json={"comment": "hm"})
    photo = firm.operator.add_photo(order["id"]).headers["location"]
    firm.operator.data("DELETE", photo, json={"reason": "blurred"})
    firm.planner.data("PATCH", place, json={"quantity": 1})
    assert firm.answers(order) == {"OPERATOR": "APPROVED"}
    assert firm.shown(order)["contentSha256"] == seen


def test_every_way_back_to_draft_asks_anew(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR", "ADMIN")
    firm.planner.move(order["id"], "REVIEW")
    firm.approve(order, "OPERATOR")
    firm.approve(order, "ADMIN")
    firm.planner.move(order["id"], "PRODUCTION", "REVIEW")
    assert firm.answers(order) == {"OPERATOR": "APPROVED", "ADMIN": "APPROVED"}
    firm.planner.move(order["id"], "DRAFT")
    assert firm.answers(order) == {"OPERATOR": "PENDING", "ADMIN": "PENDING"}
    assert len(firm.last_entry(order)["data"]["changes"]) == 3
    rejected = {"status": "REJECTED", "comment": "no"}
    firm.operator.data("PATCH", firm.place(order, "OPERATOR"), json=rejected)
    firm.planner.move(order["id"], "CANCELED")
    firm.planner.move(order["id"], "DRAFT", comment="needed after all")
    approval = firm.operator.data("GET", firm.place(order, "OPERATOR"))
    assert approval["status"] == "PENDING"
    assert "comment" not in approval


@pytest.mark.parametrize("comment", [None, " ", "\u200b\u00a0"])
def test_what_ends_or_undoes_needs_a_reason_that_can_be_seen(firm: Firm, comment: str | None) -> None:
    draft, complete, canceled = firm.order(), firm.order("COMPLETE"), firm.order("CANCELED")
    firm.ask(draft, "OPERATOR")
    note, photo = attach(firm.planner, draft), firm.operator.add_photo(draft["id"]).headers["location"]
    said = {} if comment is None else {"comment": comment}
    attempts = [
        ("comment", "PATCH", firm.place(draft, "OPERATOR"), {"status": "REJECTED", **said}),
        ("comment", "PATCH", _status(complete), {"status": "PRODUCTION", **said}),
        ("comment", "PATCH", _status(canceled), {"status": "DRAFT", **said}),
        ("reason", "DELETE", note, {} if comment is None else {"reason": comment}),
        ("reason", "DELETE", photo, {} if comment is None else {"reason": comment}),
        ("comment", "PATCH", _status(draft), {"status": "CANCELED", **said}),
    ]
    for field, method, path, body in attempts:
        client = firm.operator if "approvals" in path or method == "DELETE" else firm.planner
        late = {"If-Match": '"0"'}  # the body is judged before the version
        refused = client.refused(400, "INVALID_BODY", method, path, json=body, headers=late)
        assert [detail["field"] for detail in refused["details"]] == [field]
        client.data(method, path, json=body | {field: "!"})
        again = client.send(method, path, json=body)
        is_repeat = method == "DELETE" or "status" in path
        assert again.headers.get("fettle-replayed") == ("true" if is_repeat else None), again.text


def test_an_administrator_relaxes_the_rules_and_the_log_says_so(firm: Firm) -> None:
    assert firm.operator.data("GET", "/v1/company-rules") == UNDECIDED
    for client in (firm.operator, firm.planner):
        client.refused(403, "FORBIDDEN", "PUT", "/v1/company-rules", json={"fourEyes": False})
    order = firm.order()
    firm.ask(order, "PLANNER")
    try:
        firm.rules(fourEyes=False, reasonsRequired=False)
        shown = firm.operator.data("GET", "/v1/company-rules")
        assert (shown["fourEyes"], shown["reasonsRequired"]) == (False, False)
        assert shown["changedByUserId"] == firm.ids["ADMIN"]
        firm.approve(order, "PLANNER")
        assert firm.last_entry(order)["data"]["fourEyes"] is False
        firm.planner.data("DELETE", attach(firm.planner, order), json={})
        firm.planner.data("PATCH", firm.place(order, "PLANNER"), json={"status": "REJECTED"})
        assert not any(move["needsReason"] for move in firm.shown(order)["moves"])
        firm.planner.data("PATCH", _status(order), json={"status": "CANCELED"})
    finally:
        firm.rules()
    assert firm.operator.data("GET", "/v1/company-rules").items() >= UNDECIDED.items()


def test_a_rule_that_is_not_named_stays_as_it_is(firm: Firm) -> None:
    try:
        firm.rules(completionSignature="required", retentionDays=0)
        firm.admin.data("PUT", "/v1/company-rules", json={"fourEyes": False})
        firm.admin.data("PUT", "/v1/company-rules", json={})
        shown = firm.operator.data("GET", "/v1/company-rules")
        expected = UNDECIDED | {"completionSignature": "required", "retentionDays": 0, "fourEyes": False}
        assert shown.items() >= expected.items()
    finally:
        firm.rules()


def test_an_order_tells_what_may_be_done_with_it_and_what_bars_the_rest(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR")
    firm.planner.move(order["id"], "REVIEW")
    moves = {move["to"]: move for move in firm.shown(order)["moves"]}
    assert [(to, move["allowed"], move["needsReason"]) for to, move in moves.items()] == [
        ("PRODUCTION", False, False),
        ("DRAFT", True, False),
        ("CANCELED", True, True),
    ]
    refused = firm.planner.refused(409, "APPROVALS_MISSING", "PATCH", _status(order), json={"status": "PRODUCTION"})
    assert moves["PRODUCTION"]["missing"] == [{key: refused[key] for key in ("code", "message", "details")}]
    seen = firm.shown(order, "VIEWER")["moves"]
    assert [move["missing"][0]["code"] for move in seen] == ["FORBIDDEN"] * 3
    french = firm.planner.send("GET", f"/v1/work-orders/{order['id']}", headers={"Accept-Language": "fr"})
    assert "approbations" in french.json()["data"]["moves"][0]["missing"][0]["message"]
    assert "Authorization" in french.headers["vary"]


def test_of_many_decisions_at_once_there_is_one(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR")
    version = firm.shown(order)["version"]
    place, seen = firm.place(order, "OPERATOR"), {"If-Match": f'"{version}"'}
    said = [{"status": "APPROVED"}, {"status": "REJECTED", "comment": "no"}]

    def decide(number: int) -> int:
        return firm.operator.send("PATCH", place, json=said[number % 2], headers=seen).status_code

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = Counter(threads.map(decide, range(_AT_ONCE)))
    assert firm.shown(order)["version"] == version + 1
    assert answers == {200: _AT_ONCE // 2, 412: _AT_ONCE // 2}  # those who said the same were repeats


def test_of_many_completions_and_approvals_at_once_each_is_one(firm: Firm) -> None:
    order = firm.order("PRODUCTION")
    firm.ask(order, "OPERATOR")
    version = firm.shown(order)["version"]
    complete = {"status": "COMPLETE"}

    def press(number: int) -> bool:
        if number % 2:
            answer = firm.operator.send("PATCH", _status(order), json=complete)
        else:
            answer = firm.operator.send("PATCH", firm.place(order, "OPERATOR"), json={"status": "APPROVED"})
        assert answer.status_code in {200, 409}, answer.text
        return answer.status_code == 200 and "fettle-replayed" not in answer.headers

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        done = list(threads.map(press, range(_AT_ONCE * 2)))
    assert sum(done[1::2]) == 1
    assert sum(done[::2]) <= 1
    assert firm.shown(order)["version"] == version + sum(done)
