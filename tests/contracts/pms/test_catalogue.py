"""Components, part numbers and datasets below `/v1`."""

from uuid import uuid4

from tests.contracts.pms.client import PmsClient


def _component(client: PmsClient, name: str) -> str:
    body = {"name": name, "componentType": "SN"}
    answer = client.send("POST", "/v1/components", json=body)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["data"]["id"]
    assert answer.headers["location"] == f"/v1/components/{made}"
    return made


def test_a_component_is_made_found_and_put_away(client: PmsClient) -> None:
    name = f"Rotor {uuid4()}"
    component_id = _component(client, name)
    shown = client.data("GET", f"/v1/components/{component_id}")
    assert (shown["name"], shown["componentType"], shown["isActive"]) == (name, "SN", True)
    assert "lastEditedAt" not in shown
    assert [item["id"] for item in client.walk("/v1/components", name=name)] == [component_id]
    assert client.walk("/v1/components", name=name, isActive=False) == []
    assert client.data("PATCH", f"/v1/components/{component_id}", json={"isActive": False}) == {"id": component_id}
    (found,) = client.walk("/v1/components", name=name, isActive="false", componentType="SN")
    assert found["lastEditedUserId"] == client.data("GET", "/v1/me")["userId"]
    client.refused(400, "INVALID_BODY", "PATCH", f"/v1/components/{component_id}", json={})
    client.refused(400, "INVALID_BODY", "POST", "/v1/components", json={"name": name, "componentType": "BOX"})
    client.refused(400, "INVALID_PARAMETER", "GET", "/v1/components", params={"isActive": "maybe"})


def test_components_walk_by_name(client: PmsClient) -> None:
    for number in range(3):
        _component(client, f"Walk {number} {uuid4()}")
    everything, meta = client.page("/v1/components", pageSize=100)
    assert meta["total"] == len(everything)
    assert [item["id"] for item in client.walk("/v1/components", pageSize=2)] == [item["id"] for item in everything]
    assert [item["name"] for item in everything] == sorted(item["name"] for item in everything)


def test_a_part_number_belongs_to_a_component_and_is_unique(client: PmsClient, stranger: PmsClient) -> None:
    component_id, text = _component(client, f"Housing {uuid4()}"), f"PN-{uuid4()}"
    body = {"partNumber": text, "componentId": component_id, "description": "Brass"}
    made = client.data("POST", "/v1/part-numbers", status=201, json=body)["id"]
    taken = client.refused(409, "PART_NUMBER_TAKEN", "POST", "/v1/part-numbers", json=body)
    assert "details" not in taken or taken["details"][0]["field"] == "partNumber"
    foreign = client.refused(
        400, "INVALID_BODY", "POST", "/v1/part-numbers", json={**body, "componentId": stranger.component_id}
    )
    assert foreign["details"][0]["field"] == "componentId"
    client.data("PATCH", f"/v1/part-numbers/{made}", json={"description": None})
    shown = client.data("GET", f"/v1/part-numbers/{made}")
    assert (shown["partNumber"], shown["componentId"]) == (text, component_id)
    assert "description" not in shown
    assert [item["id"] for item in client.walk("/v1/part-numbers", componentId=component_id.upper())] == [made]
    assert [item["id"] for item in client.walk("/v1/part-numbers", partNumber=text)] == [made]
    client.refused(400, "INVALID_PARAMETER", "GET", "/v1/part-numbers", params={"componentId": "x"})


def test_evidence_makes_its_datasets(client: PmsClient) -> None:
    step, order = f"step {uuid4()}", client.new_order()
    client.add_photo(order["id"], step=step)
    client.add_photo(order["id"], step=step)
    (dataset,) = client.walk("/v1/datasets", name=step, dataType="IMAGE")
    assert (dataset["name"], dataset["dataType"], dataset["isActive"]) == (step, "IMAGE", True)
    assert client.data("GET", f"/v1/datasets/{dataset['id']}") == dataset
    assert client.walk("/v1/datasets", name=step, dataType="FILE") == []
    everything = client.walk("/v1/datasets", pageSize=100)
    assert [item["id"] for item in client.walk("/v1/datasets", pageSize=3)] == [item["id"] for item in everything]
