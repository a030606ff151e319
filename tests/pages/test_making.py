"""Making work orders: new ones, from nothing, with what is not there made in place."""

import re

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.pages.records import number_in, order_of, read
from tests.pages.site import OWN, Site, require_accessible

_KEPT = "async () => (await (await caches.open('fettle-pages')).keys()).map((each) => each.url)"


async def test_a_draft_is_made_with_a_component_that_was_not_there(
    planner: Page, site: Site, desk: httpx.Client
) -> None:
    await planner.get_by_role("link", name="New work order").click()
    await planner.get_by_label("Name").fill("Overhaul of compressor 9")
    await planner.get_by_role("combobox", name="Component").press_sequentially("Compressor, screw type")
    await expect(planner.locator("#component-options .make")).to_have_count(2)
    await require_accessible(planner)
    await planner.get_by_role("option", name="Make Compressor, screw type by the lot").click()
    await planner.get_by_role("combobox", name="Part number").press_sequentially("CS-9")
    await planner.get_by_role("option", name="Make CS-9").click()
    await planner.get_by_label("Quantity").fill("2")
    await planner.get_by_label("Assignee").select_option("Olga Operator")
    for label in ("Nameplate", "Before", "After"):
        await planner.get_by_role("button", name="Add a photo").click()
        await planner.get_by_label("What the photo shows").last.fill(label)
    await planner.get_by_label("How many").nth(2).fill("3")
    await planner.get_by_role("button", name="Move up").nth(1).click()
    await planner.get_by_role("button", name="Remove").nth(1).click()
    await require_accessible(planner)
    await planner.get_by_role("button", name="Make the draft").click()
    await planner.wait_for_url(f"{site.url}/orders/*/edit")
    kept = await planner.evaluate(
        "async () => (await (await caches.open('fettle-pages')).keys()).map((each) => each.url)"
    )
    assert not [url for url in kept if url.endswith("/new")], "a form that was kept would send what it sent before"
    order = order_of(desk, number_in(planner.url))
    assert (order["name"], order["status"], order["quantity"]) == ("Overhaul of compressor 9", "DRAFT", 2)
    steps = [(each["step"], each["label"], each["minCount"]) for each in order["requiredPhotos"]]
    assert steps == [("Before", "Before", 1), ("After", "After", 3)]
    component = read(desk, f"components/{order['componentId']}")
    assert (component["name"], component["componentType"]) == ("Compressor, screw type", "LOT")
    assert read(desk, f"part-numbers/{order['partNumberId']}")["partNumber"] == "CS-9"


def test_without_script_what_is_refused_stays_as_it_was_typed(desk: httpx.Client, site: Site) -> None:
    form = {"name": "Valve <7>", "component": "Valve, plain", "quantity": "0", "deadline": "2031-07-01T09:30"}
    form |= {"zone": "Europe/Paris", "photos": "2 x Before & after\r\n\r\nSeal", "description": "a\r\nb"}
    refused = desk.post("/orders/new", data=form)
    assert refused.status_code == 400
    assert "must be from 1 to" in refused.text
    assert 'value="Valve &lt;7&gt;"' in refused.text
    form["quantity"] = "4"
    unknown = desk.post("/orders/new", data=form)
    assert (unknown.status_code, 'name="component_type" value="SN"' in unknown.text) == (400, True)
    form |= {"component_type": "SN", "once": site.demo["work_order_id"]}
    made, again = desk.post("/orders/new", data=form), desk.post("/orders/new", data=form)
    assert (made.status_code, made.headers["location"]) == (303, again.headers["location"])
    order = order_of(desk, number_in(made.headers["location"]))
    assert order["deadline"] == "2031-07-01T07:30:00.000Z"
    assert order["description"] == "a\nb"
    steps = [(each["label"], each["minCount"]) for each in order["requiredPhotos"]]
    assert steps == [("Before & after", 2), ("Seal", 1)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("deadline", "yesterday"),
        ("zone", "Mars/Base"),
        ("assignee", "x"),
        ("photos", "0 x Before"),
        ("photos", "Before\nBefore"),
        ("part_number", "NO-SUCH"),
        ("phase", "x" * 501),
    ],
)
def test_a_wrong_field_is_told_beside_it(desk: httpx.Client, field: str, value: str) -> None:
    name = read(desk, f"components/{order_of(desk, '1')['componentId']}")["name"]
    form = {"name": "Fit", "component": name, "quantity": "1", "deadline": "2031-07-01T09:30", field: value}
    refused = desk.post("/orders/new", data=form)
    assert refused.status_code == 400
    told = "deadline" if field == "zone" else field
    assert re.search(rf'id="trouble-{told}" role="status">This \w+', refused.text)


def test_who_may_not_plan_is_offered_nothing(site: Site) -> None:
    with httpx.Client(base_url=site.url, headers={**OWN, "Accept": "text/html"}) as client:
        form = {"email": site.demo["operator_email"], "password": site.demo["operator_password"]}
        client.post("/sign-in", data=form)
        assert "/orders/new" not in client.get("/orders").text
        assert client.get("/orders/new").status_code == 403
        assert client.post("/orders/new", data={"name": "x"}).status_code == 403
