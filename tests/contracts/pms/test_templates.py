"""Templates: a plan kept under a name, and the orders made from it."""

from typing import Any
from uuid import uuid4

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.serving import Demo

_PATH = "/v1/work-order-templates"
_STEP = {"step": "before", "label": "Before the work", "minCount": 2}
_UNKNOWN = "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0"


def _body(client: PmsClient, **fields: Any) -> Json:
    return {"name": f"Overhaul {uuid4()}", "componentId": client.component_id, "quantity": 3, **fields}


def _make(client: PmsClient, **fields: Any) -> Json:
    made = client.data("POST", _PATH, status=201, json=_body(client, **fields))
    template: Json = client.data("GET", f"{_PATH}/{made['id']}")
    return template


def _order_from(client: PmsClient, template: Json, **fields: Any) -> Json:
    body = {"templateId": template["id"].upper(), **fields}
    made = client.data("POST", "/v1/work-orders", status=201, json=body)
    order: Json = client.data("GET", f"/v1/work-orders/{made['workOrderId']}")
    assert order["version"] == made["version"]
    return order


def _attach(client: PmsClient, order: Json, name: str, kind: str, **form: Any) -> None:
    fields = {"type": (None, kind), "name": (None, name), **form}
    answer = client.send("POST", f"/v1/work-orders/{order['id']}/attachments", files=fields)
    assert answer.status_code == 201, answer.text


def test_one_is_made_of_fields_and_makes_orders(client: PmsClient, demo: Demo) -> None:
    plan = {"description": "All of it.", "partNumberId": demo.part_number_id, "phase": "Workshop"}
    template = _make(client, **plan, requiredPhotos=[_STEP])
    assert {name: template[name] for name in plan} == plan
    assert (template["requiredPhotos"], template["attachments"], template["quantity"]) == ([_STEP], [], 3)
    assert template["createdByUserId"] == client.data("GET", "/v1/me")["userId"]
    assert template.keys().isdisjoint({"changedAt", "changedByUserId", "deletedAt"})
    order = _order_from(client, template, assigneeUserId=demo.operator_user_id)
    assert {name: order[name] for name in (*plan, "name", "quantity")} == {
        **plan,
        "name": template["name"],
        "quantity": 3,
    }
    assert (order["status"], order["assigneeUserId"]) == ("DRAFT", demo.operator_user_id)
    assert order["requiredPhotos"] == [{**_STEP, "stored": 0, "awaited": 0}]
    (entry,) = client.walk(f"/v1/work-orders/{order['id']}/activity")
    assert entry["data"]["templateId"] == template["id"]
    found = client.walk("/v1/work-orders", q=template["name"].split("-")[-1])
    assert [each["id"] for each in found] == [order["id"]]


def test_fields_of_the_body_count_and_null_clears(client: PmsClient, demo: Demo) -> None:
    template = _make(client, description="Old", partNumberId=demo.part_number_id, requiredPhotos=[_STEP])
    fields = {"name": "Own", "quantity": 1, "description": None, "partNumberId": None, "requiredPhotos": []}
    order = _order_from(client, template, **fields)
    assert (order["name"], order["quantity"]) == ("Own", 1)
    assert order.keys().isdisjoint({"description", "partNumberId", "requiredPhotos", "photoProgress"})


def test_one_is_made_of_an_order_with_its_attachments(client: PmsClient) -> None:
    order = client.new_order(description="As done", quantity=2, requiredPhotos=[_STEP])
    picture = png(str(uuid4()))
    _attach(client, order, "drawing", "IMAGE", value=(None, "front"), attachment=("d.png", picture))
    _attach(client, order, "note", "TEXT", value=(None, "Mind the seal."))
    _attach(client, order, "later", "FILE", fileName=(None, "later.pdf"))
    name = f"Of an order {uuid4()}"
    made = client.data("POST", _PATH, status=201, json={"name": name, "fromWorkOrderId": order["id"], "quantity": 7})
    template = client.data("GET", f"{_PATH}/{made['id']}")
    assert (template["name"], template["description"], template["quantity"]) == (name, "As done", 7)
    assert template["requiredPhotos"] == [_STEP]
    shown = [(each["type"], each["name"], each.get("caption"), each.get("text")) for each in template["attachments"]]
    assert shown == [("IMAGE", "drawing", "front", None), ("TEXT", "note", None, "Mind the seal.")]
    assert client.send("GET", template["attachments"][0]["url"]).content == picture
    copy = _order_from(client, template)
    assert (copy["attachmentCount"], copy["version"]) == (2, 3)
    attached = client.walk(f"/v1/work-orders/{copy['id']}/attachments")
    assert [(each["name"], each["state"]) for each in attached] == [("drawing", "stored"), ("note", "stored")]
    assert client.send("GET", attached[0]["url"]).content == picture
    reason = {"reason": "Not for this one."}
    client.data("DELETE", f"/v1/work-orders/{copy['id']}/attachments/{attached[0]['id']}", json=reason)
    assert _order_from(client, template)["attachmentCount"] == 2


def test_attachments_stay_behind_where_they_are_not_wanted(client: PmsClient, order: Json) -> None:
    _attach(client, order, "note", "TEXT", value=(None, "Mind the seal."))
    body = {"name": f"Bare {uuid4()}", "fromWorkOrderId": order["id"], "withAttachments": False}
    made = client.data("POST", _PATH, status=201, json=body)
    assert client.data("GET", f"{_PATH}/{made['id']}")["attachments"] == []


def test_one_is_changed_as_a_whole(client: PmsClient, order: Json) -> None:
    _attach(client, order, "note", "TEXT", value=(None, "Mind the seal."))
    body = {"name": f"To change {uuid4()}", "fromWorkOrderId": order["id"], "requiredPhotos": [_STEP]}
    path = f"{_PATH}/{client.data('POST', _PATH, status=201, json=body)['id']}"
    first = _order_from(client, client.data("GET", path))
    new = _body(client, phase="Paint", requiredPhotos=[{**_STEP, "minCount": 1}])
    client.data("PUT", path, json=new)
    changed = client.data("GET", path)
    assert {name: changed[name] for name in new} == new
    assert [each["name"] for each in changed["attachments"]] == ["note"]
    assert changed["changedByUserId"] == client.data("GET", "/v1/me")["userId"]
    client.data("PUT", path, json=new)
    assert client.data("GET", path)["changedAt"] == changed["changedAt"]
    client.data("PUT", path, json={**new, "withAttachments": False})
    assert client.data("GET", path)["attachments"] == []
    assert client.data("GET", f"/v1/work-orders/{first['id']}") == first


def test_a_name_is_given_once_until_it_is_free_again(client: PmsClient, stranger: PmsClient) -> None:
    template, other = _make(client), _make(client)
    body = _body(client, name=template["name"])
    refused = client.refused(409, "TEMPLATE_NAME_TAKEN", "POST", _PATH, json=body)
    assert [detail["field"] for detail in refused["details"]] == ["name"]
    client.refused(409, "TEMPLATE_NAME_TAKEN", "PUT", f"{_PATH}/{other['id']}", json=body)
    client.data("PUT", f"{_PATH}/{template['id']}", json=body)
    _make(stranger, name=template["name"])
    client.data("DELETE", f"{_PATH}/{template['id']}")
    client.data("PUT", f"{_PATH}/{other['id']}", json=body)


def test_a_deleted_one_is_gone(client: PmsClient) -> None:
    template = _make(client)
    path = f"{_PATH}/{template['id']}"
    assert client.data("DELETE", path) == {"id": template["id"]}
    assert client.send("DELETE", path).headers["fettle-replayed"] == "true"
    client.refused(404, "NOT_FOUND", "GET", path)
    client.refused(404, "NOT_FOUND", "PUT", path, json=_body(client))
    refused = client.refused(400, "INVALID_BODY", "POST", "/v1/work-orders", json={"templateId": template["id"]})
    assert refused["details"][0]["field"] == "templateId"
    assert template["id"] not in {each["id"] for each in client.walk(_PATH, pageSize=100)}


def test_they_are_listed_by_name(client: PmsClient) -> None:
    made = [_make(client, name=f"Listed {letter} {uuid4()}") for letter in "cab"]
    listed = client.walk(_PATH, pageSize=2)
    names = [each["name"] for each in listed]
    assert names == sorted(names)
    assert {each["id"] for each in made} <= {each["id"] for each in listed}
    assert "attachments" not in listed[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("componentId", "x"),
        ("componentId", _UNKNOWN),
        ("partNumberId", _UNKNOWN),
        ("quantity", 0),
        ("description", "d" * 20_001),
        ("requiredPhotos", [{**_STEP, "minCount": 0}]),
        ("colour", "red"),
    ],
)
def test_a_bad_field_is_named(client: PmsClient, field: str, value: Any) -> None:
    template = _make(client)
    body = _body(client, **{field: value})
    for method, path in (("POST", _PATH), ("PUT", f"{_PATH}/{template['id']}")):
        refused = client.refused(400, "INVALID_BODY", method, path, json=body)
        assert [detail["field"].partition("[")[0] for detail in refused["details"]] == [field]
    assert client.data("GET", f"{_PATH}/{template['id']}") == template


def test_what_nothing_else_gives_is_needed(client: PmsClient) -> None:
    for path, body in ((_PATH, {"name": "Bare"}), ("/v1/work-orders", {"name": "Bare"})):
        refused = client.refused(400, "INVALID_BODY", "POST", path, json=body)
        assert [detail["field"] for detail in refused["details"]] == ["componentId", "quantity"]
    refused = client.refused(400, "INVALID_BODY", "POST", "/v1/work-orders", json={})
    assert [detail["field"] for detail in refused["details"]] == ["name", "componentId", "quantity"]


def test_what_a_stranger_owns_does_not_exist(client: PmsClient, stranger: PmsClient, order: Json) -> None:
    template = _make(client)
    for field, path, ids in (
        ("fromWorkOrderId", _PATH, (order["id"], _UNKNOWN)),
        ("templateId", "/v1/work-orders", (template["id"], _UNKNOWN)),
    ):
        for id_ in ids:
            refused = stranger.refused(400, "INVALID_BODY", "POST", path, json={"name": "Mine", field: id_})
            assert [detail["field"] for detail in refused["details"]] == [field]
    path = f"{_PATH}/{template['id']}"
    stranger.refused(404, "NOT_FOUND", "GET", path)
    stranger.refused(404, "NOT_FOUND", "DELETE", path)
    stranger.refused(404, "NOT_FOUND", "PUT", path, json=_body(stranger))
    assert template["id"] not in {each["id"] for each in stranger.walk(_PATH, pageSize=100)}
    assert client.data("GET", path) == template


def test_an_operator_reads_them_and_makes_none(client: PmsClient, operator: PmsClient) -> None:
    template = _make(client)
    assert operator.data("GET", f"{_PATH}/{template['id']}") == template
    operator.refused(403, "FORBIDDEN", "POST", _PATH, json=_body(client))
    operator.refused(403, "FORBIDDEN", "DELETE", f"{_PATH}/{template['id']}")


def test_an_order_under_an_idempotency_key_is_made_once(client: PmsClient) -> None:
    template, headers = _make(client), {"Idempotency-Key": str(uuid4())}
    body = {"templateId": template["id"]}
    first = client.send("POST", "/v1/work-orders", json=body, headers=headers)
    client.data("DELETE", f"{_PATH}/{template['id']}")
    again = client.send("POST", "/v1/work-orders", json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["fettle-replayed"] == "true"
