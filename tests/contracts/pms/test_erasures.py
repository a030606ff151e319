"""Erasures as clients ask for them, on both engines and stores."""

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json
from tests.contracts.pms.firm import Firm


def _attach(firm: Firm, order: Json) -> Json:
    form = {"type": (None, "FILE"), "name": (None, "Drawing"), "attachment": ("Kim.png", png())}
    path = f"/v1/work-orders/{order['id']}/attachments"
    added = firm.planner.data("POST", path, status=201, files=form)
    shown: Json = firm.planner.data("GET", f"{path}/{added['id']}")
    return shown


def test_bytes_are_erased_at_once_and_everything_says_so(firm: Firm) -> None:
    order = firm.order()
    drawing = _attach(firm, order)
    path = f"/v1/work-orders/{order['id']}"
    link = firm.planner.data("POST", f"/v1/files/{drawing['fileName']}/links", status=201, json={"expiresInS": 600})
    assert firm.planner.send("GET", f"/files/{drawing['fileName']}/thumbnail").is_success
    firm.admin.move(order["id"], "REVIEW", "PRODUCTION", "COMPLETE")
    body = {"what": ["bytes", "fileNames"], "reason": "asked for", "evidenceIds": [drawing["id"]]}
    made = firm.admin.data("POST", f"{path}/erasure", json=body)
    assert made["status"] == "COMPLETE"
    for way in (drawing["url"], f"{drawing['url']}/thumbnail", f"/v1/files/{drawing['fileName']}/links"):
        firm.planner.refused(410, "BYTES_REMOVED", "GET", way)
    assert firm.planner.send("GET", link["url"].partition(firm.planner.base_url)[2]).status_code == 410
    shown = firm.planner.data("GET", f"{path}/attachments/{drawing['id']}")
    assert (shown["state"], shown["sha256"], shown["size"]) == ("removed", drawing["sha256"], drawing["size"])
    assert shown.keys().isdisjoint({"originalFileName", "renditions"})
    assert "bytesRemovedAt" in shown
    verified = firm.planner.data("GET", f"{path}/verification")
    assert verified["holds"]
    assert verified["files"][0]["removedAt"] == shown["bytesRemovedAt"]
    report = firm.planner.send("GET", f"{path}/report.pdf")
    assert report.content.startswith(b"%PDF")
    assert firm.planner.send("GET", f"{path}/originals.zip").is_success
    firm.planner.refused(410, "BYTES_REMOVED", "GET", f"/files/{drawing['fileName']}")
    entry = firm.last_entry(order)
    assert entry["message"] == "Erased: originals, file names: asked for"
    again = firm.admin.send("POST", f"{path}/erasure", json=body)
    assert again.headers["fettle-replayed"] == "true"


def test_a_person_is_erased_and_listed(firm: Firm) -> None:
    body = {"email": f"{firm.ids['ADMIN']}@x.example", "firstName": "Kim", "lastName": "Ng", "role": "OPERATOR"}
    user_id = firm.admin.data("POST", "/v1/users", status=201, json=body)["id"]
    path = f"/v1/users/{user_id}/erasure"
    firm.planner.refused(403, "FORBIDDEN", "POST", path, json={"email": body["email"], "reason": "asked for"})
    refused = firm.admin.refused(400, "INVALID_BODY", "POST", path, json={"email": "a@b.example", "reason": "x"})
    assert [detail["field"] for detail in refused["details"]] == ["email"]
    firm.admin.data("POST", path, json={"email": body["email"], "reason": "asked for"})
    shown = firm.planner.data("GET", f"/v1/users/{user_id}")
    assert (shown["firstName"], shown["lastName"], shown["isActive"]) == ("Erased", user_id[-8:], False)
    assert shown["email"].endswith("@erased.invalid")
    assert "erasedAt" in shown
    firm.admin.refused(404, "NOT_FOUND", "PATCH", f"/v1/users/{user_id}", json={"isActive": True})
    last = firm.admin.walk("/v1/erasures")[-1]
    assert (last["what"], last["userId"], last["reason"]) == (["person"], user_id, "asked for")
    firm.planner.refused(403, "FORBIDDEN", "GET", "/v1/erasures")


def test_an_open_order_whose_description_is_erased_is_asked_about_anew(firm: Firm) -> None:
    order = firm.order()
    firm.planner.data("PATCH", f"/v1/work-orders/{order['id']}", json={"description": "At Kim's"})
    firm.ask(order, "OPERATOR")
    firm.approve(order, "OPERATOR")
    firm.admin.data("POST", f"/v1/work-orders/{order['id']}/erasure", json={"what": ["description"], "reason": "x"})
    assert firm.answers(order) == {"OPERATOR": "PENDING"}
    assert "description" not in firm.shown(order)
    assert firm.planner.page("/v1/work-orders", q="Kim")[0] == []
