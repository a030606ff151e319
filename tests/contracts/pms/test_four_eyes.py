"""Four eyes: whose own work something is, and what they may not do with it."""

from tests.contracts.pms.firm import Firm, attach


def test_nobody_approves_what_they_made_or_last_edited(firm: Firm) -> None:
    order = firm.order(by="PLANNER")
    firm.ask(order, "PLANNER", "OPERATOR", "ADMIN")
    approved = {"status": "APPROVED"}
    firm.planner.refused(403, "FOUR_EYES", "PATCH", firm.place(order, "PLANNER"), json=approved)
    firm.approve(order, "OPERATOR")
    attach(firm.operator, order)
    firm.operator.refused(403, "FOUR_EYES", "PATCH", firm.place(order, "OPERATOR"), json=approved)
    firm.admin.data("POST", f"/v1/work-orders/{order['id']}/comments", status=201, json={"comment": "hm"})
    assignee = {"assigneeUserId": firm.ids["ADMIN"]}
    firm.admin.data("PATCH", f"/v1/work-orders/{order['id']}", json=assignee)
    firm.approve(order, "ADMIN")
    firm.admin.data("PATCH", f"/v1/work-orders/{order['id']}", json={"phase": "paint"})
    firm.approve(order, "OPERATOR")
    firm.admin.refused(403, "FOUR_EYES", "PATCH", firm.place(order, "ADMIN"), json=approved)
    firm.planner.refused(403, "FOUR_EYES", "PATCH", firm.place(order, "PLANNER"), json=approved)
    rejected = {"status": "REJECTED", "comment": "my own mistake"}
    firm.planner.data("PATCH", firm.place(order, "PLANNER"), json=rejected)


def test_a_key_is_no_way_around_four_eyes(firm: Firm) -> None:
    order = firm.order(by="PLANNER")
    firm.ask(order, "PLANNER", "OPERATOR")
    named = {"status": "APPROVED", "updatedByUserId": firm.ids["PLANNER"]}
    firm.robot.refused(403, "FOUR_EYES", "PATCH", firm.place(order, "PLANNER"), json=named)
    for role in ("PLANNER", "ADMIN"):  # nor does the key decide for another than the one who was asked
        body = {"status": "APPROVED", "updatedByUserId": firm.ids[role]}
        firm.robot.refused(403, "NOT_YOURSELF", "PATCH", firm.place(order, "OPERATOR"), json=body)
    firm.robot.refused(403, "NOT_YOURSELF", "PATCH", firm.place(order, "OPERATOR"), json={"status": "APPROVED"})
    body = {"status": "APPROVED", "updatedByUserId": firm.ids["OPERATOR"]}
    firm.robot.data("PATCH", firm.place(order, "OPERATOR"), json=body)
    own = firm.robot.new_order()  # made in the name of the key's own user
    firm.ask(own, "OPERATOR")
    firm.robot.refused(403, "FOUR_EYES", "PATCH", firm.place(own, "OPERATOR"), json=body)
    firm.approve(own, "OPERATOR")


def test_what_a_key_does_in_somebodys_name_is_its_users_work_too(firm: Firm) -> None:
    """And the log says through whom it came."""
    tool, admin_id = firm.tool, firm.ids["ADMIN"]
    named = {"componentId": tool.component_id, "name": "Pump", "quantity": 1, "createdByUserId": admin_id}
    made = {"id": tool.data("POST", "/v1/work-orders", status=201, json=named)["workOrderId"]}
    edited = firm.order(by="ADMIN")
    body = {"quantity": 2, "updatedByUserId": admin_id}
    tool.data("PATCH", f"/v1/work-orders/{edited['id']}", json=body)
    (key_id,) = [key["id"] for key in firm.admin.walk("/v1/api-keys") if key["userId"] == firm.ids["PLANNER"]]
    for order in (made, edited):
        entry = firm.last_entry(order)
        assert entry["addedByUserId"] == admin_id
        through = (entry["data"]["throughUserId"], entry["data"]["throughKeyId"])
        assert through == (firm.ids["PLANNER"], key_id)
        firm.ask(order, "PLANNER", "OPERATOR")
        assert "throughUserId" not in firm.last_entry(order)["data"]
        approved = {"status": "APPROVED"}
        firm.planner.refused(403, "FOUR_EYES", "PATCH", firm.place(order, "PLANNER"), json=approved)
        firm.approve(order, "OPERATOR")
        checked = firm.planner.data("GET", f"/v1/work-orders/{order['id']}/verification")
        assert checked["holds"] is True


def test_who_could_never_answer_is_not_asked(firm: Firm) -> None:
    order = firm.order()
    path, body = f"/v1/work-orders/{order['id']}/approvals", {"approverUserId": firm.ids["VIEWER"]}
    refused = firm.planner.refused(400, "INVALID_BODY", "POST", path, json=body)
    assert [detail["field"] for detail in refused["details"]] == ["approverUserId"]
    assert "VIEWER" in refused["details"][0]["message"]


def test_what_was_asked_by_mistake_is_taken_back_freely(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR")
    firm.planner.data("DELETE", firm.place(order, "OPERATOR"))
    assert firm.answers(order) == {}


def test_what_was_answered_is_not_taken_back_by_its_author_nor_without_a_reason(firm: Firm) -> None:
    order = firm.order()
    firm.ask(order, "OPERATOR")
    place, why = firm.place(order, "OPERATOR"), {"reason": "Sam has left us"}
    firm.operator.data("PATCH", place, json={"status": "REJECTED", "comment": "unsafe"})
    firm.planner.refused(403, "FOUR_EYES", "DELETE", place, params=why)
    firm.ask(order, "OPERATOR")  # asked anew it is pending, and was answered all the same
    firm.planner.refused(403, "FOUR_EYES", "DELETE", place, params=why)
    for reason in ({}, {"reason": " "}):
        refused = firm.admin.refused(400, "INVALID_BODY", "DELETE", place, params=reason)
        assert [detail["field"] for detail in refused["details"]] == ["reason"]
    firm.admin.data("DELETE", place, params=why)
    assert firm.last_entry(order)["data"]["reason"] == why["reason"]
    serial = {"requested_by_user_id": firm.ids["PLANNER"]}
    path = f"/work-orders/{order['id']}/approvals/{firm.ids['OPERATOR']}"
    assert firm.planner.send("PUT", path, json=serial).is_success
    firm.planner.refused(403, "FOUR_EYES", "DELETE", path, params=why)
    assert firm.admin.send("DELETE", path, params=why).is_success
