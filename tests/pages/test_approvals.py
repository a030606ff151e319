"""Deciding: what waits for an answer, what is new in it, and the answer itself."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.pages.site import Site, require_accessible

_OWN = {"Sec-Fetch-Site": "same-origin"}


class Desk:
    """Somebody's session without a browser."""

    def __init__(self, site: Site, role: str, client: httpx.Client) -> None:
        self._site = site
        self.client = client
        form = {"email": site.demo[f"{role}_email"], "password": site.demo[f"{role}_password"]}
        assert client.post("/sign-in", data=form).status_code == 303
        self.user_id: str = client.get("/v1/me").json()["data"]["userId"]

    def new_order(self, name: str, *approver_ids: str) -> str:
        body = {"name": name, "componentId": self._site.demo["component_id"], "quantity": 2}
        order_id: str = self._send("POST", "/v1/work-orders", body)["workOrderId"]
        for each in approver_ids:
            self._send("POST", f"/v1/work-orders/{order_id}/approvals", {"approverUserId": each})
        return order_id

    def edit(self, order_id: str, **fields: object) -> None:
        self._send("PATCH", f"/v1/work-orders/{order_id}", fields)

    def approve(self, order_id: str) -> None:
        self._send("PATCH", f"/v1/work-orders/{order_id}/approvals/{self.user_id}", {"status": "APPROVED"})

    def attach(self, order_id: str, name: str, text: str) -> str:
        fields = {"type": (None, "TEXT"), "name": (None, name), "value": (None, text)}
        answer = self.client.post(f"/v1/work-orders/{order_id}/attachments", files=fields)
        assert answer.is_success, answer.text
        added: str = answer.json()["data"]["id"]
        return added

    def detach(self, order_id: str, attachment_id: str) -> None:
        self._send("DELETE", f"/v1/work-orders/{order_id}/attachments/{attachment_id}", {"reason": "Superseded."})

    def answers(self, order_id: str) -> list[tuple[str, str | None]]:
        found = self.client.get(f"/v1/work-orders/{order_id}/approvals").json()["data"]
        return [(each["status"], each.get("comment")) for each in found]

    def waiting(self) -> int:
        """What the number in the navigation says."""
        return int(re.findall(r'id="awaited"[^>]*>(\d+)', self.client.get("/orders").text)[0])

    def number_of(self, order_id: str) -> int:
        number: int = self.client.get(f"/v1/work-orders/{order_id}").json()["data"]["woNumber"]
        return number

    def _send(self, method: str, path: str, body: dict[str, object]) -> dict[str, str]:
        answer = self.client.request(method, path, json=body)
        assert answer.is_success, answer.text
        data: dict[str, str] = answer.json()["data"]
        return data


def _desk(site: Site, role: str) -> Iterator[Desk]:
    with httpx.Client(base_url=site.url, headers=_OWN) as client:
        yield Desk(site, role, client)


@pytest.fixture
def planning(site: Site) -> Iterator[Desk]:
    yield from _desk(site, "planner")


@pytest.fixture
def working(site: Site) -> Iterator[Desk]:
    yield from _desk(site, "operator")


async def test_approved_with_one_tap_on_a_phone(page: Page, site: Site, planning: Desk, working: Desk) -> None:
    order_id = planning.new_order("Guide rail", working.user_id)
    planning.attach(order_id, "Drawing A", "Seen from above")
    number, waiting = planning.number_of(order_id), working.waiting()
    await page.set_viewport_size({"width": 390, "height": 844})
    await site.sign_in(page, "operator")
    await expect(page.locator("#awaited")).to_contain_text(str(waiting))
    await page.get_by_role("link", name="Approvals").click()
    card = page.get_by_role("article", name="Guide rail")
    await expect(card.locator(".news")).to_contain_text("Since you were asked")
    await expect(card.locator(".news")).to_contain_text("Drawing A")
    await require_accessible(page)
    await card.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("status")).to_have_text(f"You approved work order {number}.")
    await expect(card).to_have_count(0)
    if waiting > 1:
        await expect(page.locator("#awaited")).to_contain_text(str(waiting - 1))
    else:
        await expect(page.locator("#awaited")).to_be_hidden()
    assert planning.answers(order_id) == [("APPROVED", None)]


async def test_told_what_changed_since_the_last_answer_and_rejected_with_a_reason(
    page: Page, site: Site, planning: Desk, working: Desk, expected_errors: list[str]
) -> None:
    expected_errors.append("Failed to load resource: the server responded with a status of 400")
    order_id = planning.new_order("Rack", working.user_id)
    drawing = planning.attach(order_id, "Drawing B", "Seen from below")
    working.approve(order_id)
    planning.edit(order_id, name="Rack, long", quantity=3)
    planning.edit(order_id, quantity=5)
    planning.detach(order_id, drawing)
    planning.detach(order_id, planning.attach(order_id, "A mistake", "x"))
    await site.sign_in(page, "operator")
    await page.goto(f"{site.url}/approvals")
    card = page.get_by_role("article", name="Rack, long")
    news = card.locator(".news")
    await expect(news.get_by_role("heading")).to_contain_text("Since you approved")
    await expect(news.locator("dl > div")).to_have_count(2)
    await expect(news.locator("dl > div").first).to_contain_text("was Rack → is now Rack, long")
    await expect(news.locator("dl > div").last).to_contain_text("was 2 → is now 5")
    await expect(news.locator(".papers li")).to_have_count(1)
    await expect(news.locator(".papers li")).to_contain_text("Document removed: Drawing B")
    await require_accessible(page)
    await card.locator("summary", has_text="Reject").click()
    await card.get_by_role("button", name="Reject").click()
    await expect(card.get_by_role("alert")).to_be_visible()
    assert planning.answers(order_id) == [("PENDING", None)]
    await card.get_by_label("What has to change?").fill("Five are too many.")
    await card.get_by_role("button", name="Reject").click()
    await expect(page.get_by_role("status")).to_contain_text("You rejected")
    assert planning.answers(order_id) == [("REJECTED", "Five are too many.")]


async def test_an_answer_counts_only_for_the_content_that_was_shown(
    page: Page, site: Site, planning: Desk, working: Desk, expected_errors: list[str]
) -> None:
    expected_errors.append("Failed to load resource: the server responded with a status of 409")
    order_id = planning.new_order("Coupling", working.user_id)
    await site.sign_in(page, "operator")
    await page.goto(f"{site.url}/approvals")
    planning.edit(order_id, quantity=40)
    card = page.get_by_role("article", name="Coupling")
    await card.get_by_role("button", name="Approve").click()
    await expect(card.get_by_role("alert")).to_contain_text("The content has changed since you looked at it")
    await expect(card.locator(".news")).to_contain_text("is now 40")
    assert planning.answers(order_id) == [("PENDING", None)]
    await card.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("status")).to_contain_text("You approved")
    assert planning.answers(order_id) == [("APPROVED", None)]


def test_nobody_approves_their_own_work_and_the_page_says_so_in_french(planning: Desk) -> None:
    order_id = planning.new_order("Own work", planning.user_id)
    planning.client.cookies.set("fettle-language", "fr")
    shown = planning.client.get("/approvals").text
    assert "Mes approbations" in shown
    assert "nul n&#39;approuve ce qu&#39;il a créé" in shown
    seen = shown.partition('name="seen" value="')[2][:64]
    form = {"status": "APPROVED", "seen": seen}
    refused = planning.client.post(f"/approvals/{order_id}", data=form)
    assert (refused.status_code, "nul n&#39;approuve" in refused.text) == (403, True)
    form = {"status": "REJECTED", "seen": seen, "comment": "Pas encore."}
    answered = planning.client.post(f"/approvals/{order_id}", data=form)
    assert (answered.status_code, planning.answers(order_id)) == (303, [("REJECTED", "Pas encore.")])
    assert "Vous avez rejeté" in planning.client.get(answered.headers["location"]).text


def test_what_was_withdrawn_or_closed_waits_no_more(planning: Desk, working: Desk) -> None:
    taken_back, canceled = (planning.new_order(name, working.user_id) for name in ("Taken back", "Canceled"))
    shown = working.client.get("/approvals").text
    assert all(name in shown for name in ("Taken back", "Canceled"))
    seen = shown.partition('name="seen" value="')[2][:64]
    assert planning.client.delete(f"/v1/work-orders/{taken_back}/approvals/{working.user_id}").is_success
    body = {"status": "CANCELED", "comment": "Not needed."}
    assert planning.client.patch(f"/v1/work-orders/{canceled}/status", json=body).is_success
    shown = working.client.get("/approvals").text
    assert not any(name in shown for name in ("Taken back", "Canceled"))
    for order_id, status in ((taken_back, 404), (canceled, 409)):
        answer = working.client.post(f"/approvals/{order_id}", data={"status": "APPROVED", "seen": seen})
        assert (answer.status_code, 'role="alert"' in answer.text) == (status, True)
