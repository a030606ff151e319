"""Components, part numbers, datasets and users."""

from typing import Any
from uuid import uuid4

import pytest

from tests.contracts.serial.client import Json, SerialClient
from tests.serving import Demo

NOBODY = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


def _made(client: SerialClient, method: str, path: str, **body: Any) -> Json:
    answer = client.send(method, path, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _ids(client: SerialClient, path: str) -> list[str]:
    answer = client.send("GET", path)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()]


@pytest.fixture
def name() -> str:
    return f"Ünit {uuid4()}"


def test_a_component(client: SerialClient, name: str) -> None:
    made = _made(client, "POST", "/components", name=name, component_type="SN", is_active=False)
    assert list(made) == [
        "id",
        "name",
        "component_type",
        "is_active",
        "created_at",
        "last_edited_at",
        "last_edited_user_id",
        "pn_metadata_dataset_ids",
    ]
    assert (made["name"], made["component_type"], made["is_active"]) == (name, "SN", False)
    other = _made(client, "POST", "/components", name=name, component_type="LOT")
    assert other["is_active"] is True
    assert set(_ids(client, f"/components?name={name}")) == {made["id"], other["id"]}
    assert _ids(client, f"/components?name={name}&is_active=true") == [other["id"]]
    assert _ids(client, f"/components?name={name}&component_type=SN") == [made["id"]]
    assert _ids(client, f"/components?name={name.lower()}") == []


def test_a_part_number(client: SerialClient, name: str) -> None:
    body = {"part_number": name, "component_id": client.component_id.upper(), "description": "small"}
    made = _made(client, "POST", "/part-numbers", **body)
    assert list(made) == [
        "id",
        "part_number",
        "component_id",
        "description",
        "is_active",
        "created_at",
        "last_edited_at",
        "last_edited_user_id",
    ]
    assert (made["part_number"], made["component_id"]) == (name, client.component_id)
    assert client.send("GET", f"/part-numbers?part_number={name}").json() == [made]
    client.refused(409, "PART_NUMBER_TAKEN", "POST", "/part-numbers", json=body)
    order = client.new_order(part_number_id=made["id"])
    assert order["part_number_id"] == made["id"]
    component = _made(client, "POST", "/components", name=name, component_type="SN")
    refusal = client.refused(
        400, "INVALID_BODY", "PATCH", f"/work-order/{order['id']}", json={"component_id": component["id"]}
    )
    assert refusal["details"][0]["field"] == "part_number_id"


def test_a_dataset_is_found_or_made(client: SerialClient, name: str) -> None:
    made = _made(client, "PUT", "/datasets", name=name, type="NUMERICAL", process_id=None, lsl=1, usl=2.5, unit="mm")
    assert list(made) == [
        "id",
        "name",
        "process_id",
        "data_type",
        "created_at",
        "process_revision",
        "order",
        "lsl",
        "usl",
        "unit",
        "child_component_id",
        "expected_value",
        "is_active",
        "values",
    ]
    assert (made["data_type"], made["lsl"], made["usl"], made["unit"]) == ("PARAMETRIC_QUANTITATIVE", 1, 2.5, "mm")
    again = _made(client, "PUT", "/datasets", name=name, type="PARAMETRIC_QUANTITATIVE", lsl=0.5)
    assert again == {**made, "lsl": 0.5}
    other = _made(client, "PUT", "/datasets", name=name, type="BOOLEAN")
    assert (other["id"] != made["id"], other["data_type"]) == (True, "CHECKBOX")
    assert _ids(client, f"/datasets?name={name}&type=NUMERICAL") == [made["id"]]
    assert set(_ids(client, f"/datasets?name={name}")) == {made["id"], other["id"]}
    assert _ids(client, f"/datasets?process_id={NOBODY}") == []


def test_a_dataset_is_changed(client: SerialClient, name: str) -> None:
    made = _made(client, "PUT", "/datasets", name=name, type="UID", lsl=1, usl=2)
    path = f"/datasets/{made['id'].upper()}"
    changed = _made(client, "PATCH", path, lsl=None, usl=3, is_active=False, name=f"{name} 2")
    assert changed == {**made, "lsl": None, "usl": 3, "is_active": False, "name": f"{name} 2"}
    other = _made(client, "PUT", "/datasets", name=name, type="UID")
    client.refused(409, "DATASET_EXISTS", "PATCH", f"/datasets/{other['id']}", json={"name": f"{name} 2"})


def test_users_are_those_of_the_company(client: SerialClient, stranger: SerialClient, demo: Demo) -> None:
    users = {user["id"]: user for user in client.send("GET", "/users").json()}
    assert {demo.user_id, demo.admin_user_id, demo.operator_user_id} <= set(users)
    assert stranger.user_id not in users
    keys = ["id", "email", "first_name", "last_name", "role", "is_active", "created_at"]
    assert all(list(user) == keys for user in users.values())
    assert (users[demo.operator_user_id]["role"], users[demo.operator_user_id]["is_active"]) == ("OPERATOR", True)


def test_other_companies_have_catalogues_of_their_own(client: SerialClient, stranger: SerialClient, name: str) -> None:
    component = _made(client, "POST", "/components", name=name, component_type="SN")
    dataset = _made(client, "PUT", "/datasets", name=name, type="LINK")
    assert _ids(stranger, f"/components?name={name}") == []
    assert _ids(stranger, f"/datasets?name={name}") == []
    stranger.refused(404, "NOT_FOUND", "PATCH", f"/datasets/{dataset['id']}", json={"is_active": False})
    body = {"part_number": name, "component_id": component["id"]}
    refusal = stranger.refused(400, "INVALID_BODY", "POST", "/part-numbers", json=body)
    assert refusal["details"][0]["field"] == "component_id"


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/components", {"name": "", "component_type": "SN"}, "name"),
        ("POST", "/components", {"name": "x", "component_type": "sn"}, "component_type"),
        ("POST", "/components", {"name": "x", "component_type": "SN", "is_active": "yes"}, "is_active"),
        ("POST", "/components", {"name": "x"}, "component_type"),
        ("POST", "/part-numbers", {"part_number": "x"}, "component_id"),
        ("POST", "/part-numbers", {"part_number": "x", "component_id": "x"}, "component_id"),
        ("POST", "/part-numbers", {"part_number": "x" * 501, "component_id": NOBODY}, "part_number"),
        ("PUT", "/datasets", {"name": "x", "type": "VIDEO"}, "type"),
        ("PUT", "/datasets", {"name": "x", "type": "UID", "lsl": "1"}, "lsl"),
        ("PUT", "/datasets", {"name": "x", "type": "UID", "lsl": 2, "usl": 1}, "lsl"),
        ("PUT", "/datasets", {"name": "x", "type": "UID", "process_id": NOBODY}, "process_id"),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    client: SerialClient, method: str, path: str, body: Json, field: str
) -> None:
    refusal = client.refused(400, "INVALID_BODY", method, path, json=body)
    assert [detail["field"] for detail in refusal["details"]] == [field]


def test_a_number_beyond_all_numbers_is_refused(client: SerialClient) -> None:
    headers = {"Content-Type": "application/json"}
    for number in (b"1e400", b"1" + b"0" * 400, b"NaN", b"-Infinity", b"9" * 5000):
        body = b'{"name": "x", "type": "UID", "usl": ' + number + b"}"
        client.refused(400, "INVALID_BODY", "PUT", "/datasets", content=body, headers=headers)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/components?is_active=maybe", "is_active"),
        ("/components?component_type=BOX", "component_type"),
        ("/components?color=red", "color"),
        ("/part-numbers?component_id=x", "component_id"),
        ("/datasets?type=VIDEO", "type"),
        ("/datasets?type=null", "type"),
        ("/users?role=ADMIN", "role"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(client: SerialClient, path: str, field: str) -> None:
    refusal = client.refused(400, "INVALID_PARAMETER", "GET", path)
    assert [detail["field"] for detail in refusal["details"]] == [field]


@pytest.mark.parametrize("body", [{}, {"name": None}, {"unit": "mm"}, {"type": "UID"}])
def test_a_change_of_nothing_or_of_what_cannot_change_is_refused(client: SerialClient, name: str, body: Json) -> None:
    made = _made(client, "PUT", "/datasets", name=name, type="UID")
    client.refused(400, "INVALID_BODY", "PATCH", f"/datasets/{made['id']}", json=body)
