"""Every move x every role x both dialects: the table is what happens, and what an order tells of it beforehand."""

import httpx
import pytest

from fettle.domain.people import Role
from fettle.domain.roles import ROLES_OF_APPROVALS, ROLES_OF_MOVE, ApprovalDeed
from fettle.domain.work_orders import Status
from tests.contracts.pms.firm import ROLES, Firm

_DIALECTS = ("/v1/work-orders", "/work-orders")
_BAR = {"VIEWER": "FORBIDDEN"}


@pytest.mark.parametrize("step", ROLES_OF_MOVE, ids="-".join)
@pytest.mark.parametrize("dialect", _DIALECTS)
def test_a_role_makes_the_moves_of_the_table_and_no_others(
    firm: Firm, dialect: str, step: tuple[Status, Status]
) -> None:
    start, to = step
    order = firm.order(start.value)
    for role in ROLES:
        before = firm.shown(order, role)
        told = next(move for move in before["moves"] if move["to"] == to.value)
        body = {"status": to.value, "comment": "as agreed"}
        answer = firm.people[role].send("PATCH", f"{dialect}/{order['id']}/status", json=body)
        assert answer.is_success is told["allowed"] is (Role(role) in ROLES_OF_MOVE[step]), (role, answer.text)
        if answer.is_success:
            assert firm.shown(order)["status"] == to.value
            order = firm.order(start.value)
        else:
            refused = answer.json()
            assert (answer.status_code, refused["code"]) == (403, _BAR.get(role, "ROLE_NOT_ALLOWED"))
            assert told["missing"][0] == {"code": refused["code"], "message": refused["message"]}
            assert firm.shown(order, role) == before


@pytest.mark.parametrize("deed", ApprovalDeed)
@pytest.mark.parametrize("dialect", _DIALECTS)
def test_a_role_deals_with_approvals_as_the_table_says(firm: Firm, dialect: str, deed: ApprovalDeed) -> None:
    for role in ROLES:
        order = firm.order(by="PLANNER" if role == "ADMIN" else "ADMIN")
        if deed is not ApprovalDeed.ASK and role != "VIEWER":  # nobody can ask a viewer
            firm.ask(order, role)
        before = firm.shown(order)
        answer = _deal(firm, dialect, order["id"], deed, role)
        assert answer.is_success is (Role(role) in ROLES_OF_APPROVALS[deed]), (role, answer.text)
        if not answer.is_success:
            assert (answer.status_code, answer.json()["code"]) == (403, _BAR.get(role, "ROLE_NOT_ALLOWED"))
            assert firm.shown(order) == before


@pytest.mark.parametrize("dialect", _DIALECTS)
def test_a_key_lends_nobody_its_role(firm: Firm, dialect: str) -> None:
    order = firm.order("REVIEW")
    field = "updatedByUserId" if dialect.startswith("/v1") else "updated_by_user_id"
    path = f"{dialect}/{order['id']}/status"
    for role in ("VIEWER", "OPERATOR"):
        body = {"status": "PRODUCTION", field: firm.ids[role]}
        refused = firm.robot.refused(403, "ROLE_NOT_ALLOWED", "PATCH", path, json=body)
        assert role in refused["message"]
        assert "PLANNER, ADMIN" in refused["message"]
    body = {"status": "PRODUCTION", field: firm.ids["PLANNER"]}
    assert firm.robot.send("PATCH", path, json=body).is_success


def _deal(firm: Firm, dialect: str, order_id: str, deed: ApprovalDeed, role: str) -> httpx.Response:
    """The deed with the person's own approval, as that dialect spells it."""
    client, user_id = firm.people[role], firm.ids[role]
    one = f"{dialect}/{order_id}/approvals/{user_id}"
    if deed is ApprovalDeed.WITHDRAW:
        return client.send("DELETE", one)
    if deed is not ApprovalDeed.ASK:
        status = "APPROVED" if deed is ApprovalDeed.APPROVE else "REJECTED"
        return client.send("PATCH", one, json={"status": status, "comment": "as I see it"})
    if dialect.startswith("/v1"):
        return client.send("POST", f"{dialect}/{order_id}/approvals", json={"approverUserId": user_id})
    return client.send("PUT", one, json={"requested_by_user_id": user_id})
