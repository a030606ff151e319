"""Legal holds: set and lifted by an administrator with a reason, in whatever state the order is."""

import pytest

from tests.contracts.pms.closed import CLOSED, close
from tests.contracts.pms.firm import Firm


@pytest.mark.parametrize("status", ["DRAFT", *CLOSED])
def test_a_hold_is_set_shown_and_lifted_in_every_state(firm: Firm, status: str) -> None:
    order = {"id": close(firm, status).id} if status in CLOSED else firm.order()
    path = f"/v1/work-orders/{order['id']}/legal-hold"
    assert "legalHold" not in firm.shown(order)
    made = firm.admin.data("PUT", path, json={"reason": "Claim 114"})
    shown = firm.shown(order, "VIEWER")
    assert (shown["legalHold"]["reason"], shown["legalHold"]["setByUserId"]) == ("Claim 114", firm.ids["ADMIN"])
    assert shown["version"] == made["version"]
    again = firm.admin.send("PUT", path, json={"reason": "Claim 114"})
    assert again.headers["fettle-replayed"] == "true"
    entry = firm.last_entry(order)
    assert (entry["type"], entry["data"]["reason"]) == ("LEGAL_HOLD_SET", "Claim 114")
    assert entry["message"] == "Legal hold set: Claim 114"
    firm.admin.data("PUT", path, json={"reason": "Claims 114 and 115"})
    assert firm.last_entry(order)["data"]["changes"]["legalHold"] == [True, True]
    firm.admin.data("DELETE", path, json={"reason": "settled"})
    assert "legalHold" not in firm.shown(order)
    assert firm.last_entry(order)["type"] == "LEGAL_HOLD_LIFTED"
    assert firm.admin.send("DELETE", path, json={"reason": "settled"}).headers["fettle-replayed"] == "true"


def test_it_needs_a_reason_and_an_administrator(firm: Firm) -> None:
    order = firm.order()
    path = f"/v1/work-orders/{order['id']}/legal-hold"
    for reason in ("", " "):
        firm.admin.refused(400, "INVALID_BODY", "PUT", path, json={"reason": reason})
    for role in ("PLANNER", "OPERATOR", "VIEWER"):
        firm.people[role].refused(403, "FORBIDDEN", "PUT", path, json={"reason": "x"})
        firm.people[role].refused(403, "FORBIDDEN", "DELETE", path, json={"reason": "x"})
    headers = {"If-Match": '"99"'}
    firm.admin.refused(412, "PRECONDITION_FAILED", "PUT", path, json={"reason": "x"}, headers=headers)
    assert firm.shown(order)["version"] == 1


def test_evidence_can_still_be_marked_as_deleted(firm: Firm) -> None:
    """It is only a mark: the bytes stay."""
    order = firm.order()
    firm.admin.data("PUT", f"/v1/work-orders/{order['id']}/legal-hold", json={"reason": "Claim 114"})
    place = firm.robot.add_photo(order["id"]).headers["location"]
    firm.admin.data("DELETE", place, json={"reason": "a mistake"})
    assert firm.admin.data("GET", place)["state"] == "deleted"
