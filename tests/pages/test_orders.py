"""Finding work orders: as one types, by conditions in the address, on a board, in a calendar, in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.pages.site import Site, require_accessible

_NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def desk(site: Site) -> Iterator[httpx.Client]:
    """The planner's session without a browser, after work orders of this file were made."""
    with site.api() as api:
        for number, name in enumerate(["Zebra pump", "Zebra valve, late", "=Zebra()", "Zebra, done late"]):
            days = (None, -2, 3, -2)[number]
            body = {"name": name, "componentId": site.demo["component_id"], "quantity": 1}
            if days is not None:
                body["deadline"] = (_NOW + timedelta(days=days)).isoformat()
            order_id = api.post("/v1/work-orders", json=body).json()["data"]["workOrderId"]
            if name.endswith("done late"):
                for status in ("REVIEW", "PRODUCTION", "COMPLETE"):
                    moved = api.patch(f"/v1/work-orders/{order_id}/status", json={"status": status})
                    assert moved.is_success, moved.text
    with httpx.Client(base_url=site.url) as client:
        form = {"email": site.demo["planner_email"], "password": site.demo["planner_password"]}
        client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        yield client


def _names(desk: httpx.Client, **query: str) -> list[str]:
    answer = desk.get("/orders.csv", params=query)
    assert answer.is_success
    return [row["name"] for row in csv.DictReader(io.StringIO(answer.text))]


@pytest.mark.usefixtures("desk")
async def test_found_as_one_types(planner: Page, site: Site) -> None:
    await planner.get_by_label("Search").press_sequentially("zeb val")
    await expect(planner.locator(".line .name")).to_have_text(["Zebra valve, late"])
    assert "q=zeb+val" in planner.url
    await planner.reload()
    await expect(planner.locator(".line .name")).to_have_text(["Zebra valve, late"])
    await planner.get_by_label("Search").fill("nothing like it")
    await expect(planner.get_by_text("Nothing found.")).to_be_visible()
    await require_accessible(planner)
    await planner.get_by_role("link", name="Show all work orders").click()
    await planner.wait_for_url(f"{site.url}/orders")
    await expect(planner.get_by_text("Zebra pump")).to_be_visible()
    await require_accessible(planner)


@pytest.mark.usefixtures("desk")
async def test_by_status_on_a_phone(planner: Page) -> None:
    await planner.set_viewport_size({"width": 390, "height": 844})
    await planner.get_by_text("Complete", exact=True).first.click()
    await expect(planner.locator(".line .state:not(:has(.complete))")).to_have_count(0)
    await expect(planner.locator(".line .state").first).to_contain_text("Complete")
    assert "status=COMPLETE" in planner.url


@pytest.mark.usefixtures("desk")
async def test_the_board_and_the_calendar(planner: Page) -> None:
    await planner.get_by_role("link", name="Board").click()
    await expect(planner.get_by_role("region", name="Draft").get_by_text("Zebra pump")).to_be_visible()
    await expect(planner.get_by_role("region", name="Complete").get_by_text("Zebra, done late")).to_be_visible()
    await require_accessible(planner)
    await planner.get_by_role("link", name="Calendar").click()
    due = _NOW + timedelta(days=3)
    if due.month != _NOW.month:
        await planner.get_by_role("link", name="Month after").click()
    await expect(planner.locator(".day", has_text=f"{due.day}").get_by_text("=Zebra()").first).to_be_visible()
    await require_accessible(planner)


def test_overdue_is_what_is_open_and_past_its_deadline(desk: httpx.Client) -> None:
    assert _names(desk, overdue="true", q="zebra") == ["Zebra valve, late"]
    assert _names(desk, overdue="true", q="zebra", status="DRAFT") == ["Zebra valve, late"]
    assert _names(desk, overdue="true", q="zebra", status="COMPLETE") == []
    two_days_ago = f"{_NOW - timedelta(days=2):%Y-%m}"
    for status, is_there in (("DRAFT", True), ("COMPLETE", False)):
        query = {"overdue": "true", "q": "zebra", "status": status, "view": "calendar", "month": two_days_ago}
        page = desk.get("/orders", params=query, headers={"HX-Request": "true"}).text
        assert ('class="due ' in page) is is_there, status


def test_a_spreadsheet_takes_no_name_for_a_formula(desk: httpx.Client) -> None:
    assert _names(desk, q="zebra", sort="number") == [
        "Zebra pump",
        "Zebra valve, late",
        "'=Zebra()",
        "Zebra, done late",
    ]
    answer = desk.get("/orders.csv")
    assert answer.headers["content-type"].startswith("text/csv")


def test_page_after_page(site: Site, desk: httpx.Client) -> None:
    with site.api() as api:
        for number in range(60):
            body = {"name": f"Yak {number}", "componentId": site.demo["component_id"], "quantity": 1}
            assert api.post("/v1/work-orders", json=body).is_success
    found, path = [], "/orders?q=yak&sort=number"
    while path:
        part = desk.get(path, headers={"HX-Request": "true"}).text
        found += [line.split("<")[0] for line in part.split('class="name">')[1:]]
        path = part.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert found == [f"Yak {number}" for number in range(60)]
    assert len(_names(desk, q="yak")) == 60


@pytest.mark.parametrize("query", ["sort=name", "status=LOST", "view=tree", "after=x", "mine=perhaps"])
def test_a_wrong_condition_is_told_on_a_page(desk: httpx.Client, query: str) -> None:
    answer = desk.get(f"/orders?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "A parameter is not valid." in answer.text


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "x", "9999-12", "0001-01"])
def test_any_month_can_be_asked_for(desk: httpx.Client, month: str) -> None:
    assert desk.get("/orders", params={"view": "calendar", "month": month}).status_code == 200
