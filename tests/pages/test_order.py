"""The page of a work order, as people in a browser work with it."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from PIL.ExifTags import IFD
from playwright.async_api import Browser, Page, Route, expect

from fettle.cli.demo import SAMPLE
from tests.pages.order_company import Company
from tests.serving import FettleServer

_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    server = FettleServer(Path(tmp_path_factory.mktemp("order")))
    server.command("demo")
    server.start()
    try:
        yield Company(server)
    finally:
        server.stop()


async def _touch(page: Page, *steps: list[tuple[float, float]]) -> None:
    """Fingers on the glass, from each of these places to the next, and off at last."""
    session = await page.context.new_cdp_session(page)
    down = 0
    for fingers in [*steps, []]:
        kind = "touchEnd" if not fingers else "touchStart" if len(fingers) > down else "touchMove"
        down = len(fingers)
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def _located() -> bytes:
    """A photo that says where it was taken."""
    exif, content = Image.Exif(), BytesIO()
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (48.0, 51.0, 29.7), 3: "E", 4: (2.0, 17.0, 40.2)})
    Image.new("RGB", (64, 48), "teal").save(content, "JPEG", exif=exif)
    return content.getvalue()


_REQUIRED = [{"step": "plate", "label": "Type plate", "minCount": 1}]


async def test_what_is_missing_is_told_and_comes_without_a_reload(company: Company, page: Page) -> None:
    order_id = company.order("Overhaul", "REVIEW", "PRODUCTION", requiredPhotos=_REQUIRED)
    await company.open(page, "operator", order_id)
    await expect(page.locator(".stages [aria-current=step]")).to_have_text("In production")
    await expect(page.locator(".barred")).to_contain_text("Type plate: 0 of 1 photos are there")
    await expect(page.locator(".shot.none")).to_have_count(1)
    await page.fill("#comment", "half a sentence")
    company.take(order_id, "plate")
    await expect(page.locator(".shot.none")).to_have_count(0, timeout=15_000)
    await expect(page.locator("#photos a.shot img").last).to_have_js_property("complete", value=True)
    await expect(page.locator("#comment")).to_have_value("half a sentence")
    await page.click("#move-COMPLETE button")
    await expect(page.locator(".stages [aria-current=step]")).to_have_text("Complete")
    assert company.status(order_id) == "COMPLETE"


async def test_an_approver_decides_with_a_reason_and_nobody_on_their_own_work(company: Company, page: Page) -> None:
    order_id = company.order("Weld", "REVIEW")
    for role in ("operator", "planner"):
        approver = company.demo[{"operator": "operator_user_id", "planner": "user_id"}[role]]
        company.send("planner", "POST", f"/v1/work-orders/{order_id}/approvals", json={"approverUserId": approver})
    await company.open(page, "operator", order_id)
    await page.click("text=Your approval is asked for")
    await page.click("#decision button[value=REJECTED]")
    await expect(page.locator("#decision [role=alert]")).to_be_visible()
    await page.fill("#decision-comment", "The drawing is of another housing.")
    await page.click("#decision button[value=REJECTED]")
    await expect(page.locator(".approval.rejected")).to_contain_text("The drawing is of another housing.")
    await page.click("text=Change your answer")
    await page.click("#decision button[value=APPROVED]")
    await expect(page.locator(".approval.approved")).to_contain_text("Olga Operator")
    await page.context.clear_cookies()
    await company.open(page, "planner", order_id)
    await expect(page.locator("#decision .note")).to_contain_text("Nobody approves what they made")
    await expect(page.locator("#decision button[value=APPROVED]")).to_be_disabled()


async def test_comments_name_people_by_the_keyboard_and_show_the_names(company: Company, page: Page) -> None:
    order_id = company.order("Pump")
    await company.open(page, "operator", order_id)
    await page.locator("#comment").press_sequentially("Look, @pat")
    await page.keyboard.press("Enter")
    await page.locator("#comment").press_sequentially("<b>please</b>")
    await page.click("#say button")
    newest = page.locator(".event").first
    await expect(newest.locator(".mention")).to_have_text("@Pat Planner")
    await expect(newest.locator(".text")).to_have_text("Look, @Pat Planner <b>please</b>")
    await expect(page.locator("#comment")).to_have_value("")
    await page.click("#proof a")
    await expect(page.locator("#proof.holds")).to_contain_text("2 entries")


async def test_photos_are_looked_at_by_keys_and_by_fingers(company: Company, page: Page) -> None:
    order_id = company.order("Line 3", "REVIEW")
    for number, step in enumerate(("Before: seam", "After: seam", "plate")):
        company.take(order_id, step, SAMPLE.read_bytes() + bytes([number]))
    await page.set_viewport_size({"width": 390, "height": 844})
    await company.open(page, "operator", order_id)
    await page.locator("#photos a.shot").first.focus()
    await page.keyboard.press("Enter")
    place = page.locator(".lightbox .place")
    await expect(place).to_have_text("1 / 3")
    await page.keyboard.press("ArrowRight")
    await expect(place).to_have_text("2 / 3")
    await page.keyboard.press("i")
    await expect(page.locator("#photo-facts")).to_contain_text("After: seam")
    await expect(page.locator("#photo-facts code")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    await page.keyboard.press("i")
    await _touch(page, [(300, 400)], [(200, 402)], [(100, 402)])
    await expect(place).to_have_text("3 / 3")
    await _touch(page, [(180, 400)], [(180, 400), (220, 400)], [(120, 400), (300, 400)])
    await expect(page.locator(".lightbox .low")).to_have_attribute("style", re.compile(r"scale\((?!1\))"))
    await page.go_back()
    await expect(page.locator("#lightbox")).to_be_hidden()
    await page.locator(".compare input").fill("80")
    await expect(page.locator(".compare .sides")).to_have_attribute("style", re.compile("80%"))


async def test_a_completion_is_signed_with_the_password_where_that_is_wanted(company: Company, page: Page) -> None:
    order_id = company.order("To be signed", "REVIEW", "PRODUCTION")
    company.send("admin", "PUT", "/v1/company-rules", json={"completionSignature": "required"})
    try:
        await company.open(page, "operator", order_id)
        await page.click("#move-COMPLETE summary")
        await page.fill("#sign-password", "not the password")
        await page.click("#move-COMPLETE form button")
        await expect(page.locator("#move-COMPLETE [role=alert]")).to_contain_text("password is wrong")
        await page.fill("#sign-password", company.demo["operator_password"])
        await page.click("#move-COMPLETE form button")
        await expect(page.locator(".signed")).to_contain_text("Signed by Olga Operator")
    finally:
        company.send("admin", "PUT", "/v1/company-rules", json={"completionSignature": "optional"})
    assert company.status(order_id) == "COMPLETE"


async def test_a_photo_that_came_late_is_decided_on_beside_it(company: Company, page: Page) -> None:
    order_id = company.order("Closed", "REVIEW", "PRODUCTION", "COMPLETE")
    company.take(order_id, "plate", takenAt="2026-01-05T10:00:00Z")
    await company.open(page, "planner", order_id)
    await expect(page.locator(".shot .flag.late")).to_be_visible()
    await page.click(".shot")
    await page.fill("#late-comment", "Taken in the basement, without a network.")
    await page.click("#photo-facts button[value=accepted]")
    await expect(page.locator("#photo-facts .note").last).to_contain_text("accepted by Pat Planner")
    await page.keyboard.press("Escape")
    await expect(page.locator(".shot .flag.accepted")).to_be_visible(timeout=15_000)


async def test_it_works_in_french_and_without_script(company: Company, browser: Browser) -> None:
    order_id = company.order("Carter", "REVIEW", requiredPhotos=_REQUIRED)
    company.take(order_id, "plate", _located())
    company.wait_for_facts(order_id)
    context = await browser.new_context(java_script_enabled=False, locale="fr")
    page = await context.new_page()
    await company.open(page, "planner", order_id)
    await page.click("#move-CANCELED summary")
    await page.fill("#why-CANCELED", "\u2800")
    await page.click("#move-CANCELED form button")
    await expect(page.locator("#move-CANCELED [role=alert]")).to_contain_text("Corps invalide")
    await page.fill("#why-CANCELED", "La pompe est remplacée.")
    await page.click("#move-CANCELED form button")
    await expect(page.locator(".event").first).to_contain_text("Statut changé de Revue à Annulé : La pompe est rempla")
    await page.click("a.shot")
    await expect(page.locator("#photo-facts")).to_contain_text("conservée, inchangée")
    place = page.locator("#photo-facts a", has_text="48,85")
    await expect(place).to_have_text(re.compile(r"48,85825°\sN ; 2,29450°\sE"))
    await expect(place).to_have_attribute("href", re.compile("^https://www.openstreetmap.org/"))
    await page.go_back()
    await page.click("#proof a")
    await expect(page.locator("#proof.holds")).to_contain_text("Vérifié")
    await context.close()


async def test_what_was_unfolded_of_the_log_stays_while_others_go_on(company: Company, page: Page) -> None:
    order_id = company.order("Long", "REVIEW")
    for number in range(40):
        company.send("operator", "POST", f"/v1/work-orders/{order_id}/comments", json={"comment": f"number {number}"})
    await company.open(page, "planner", order_id)
    await page.click(".earlier a")
    await expect(page.locator(".event")).to_have_count(42)
    company.send("operator", "POST", f"/v1/work-orders/{order_id}/comments", json={"comment": "the newest"})
    await expect(page.locator(".event").first).to_contain_text("the newest", timeout=15_000)
    await expect(page.locator(".event").last).to_contain_text("Status changed from Draft")


async def test_a_comment_whose_answer_is_lost_is_there_once(
    company: Company, page: Page, expected_errors: list[str]
) -> None:
    expected_errors += ["Failed to load resource: net::ERR_FAILED", "htmx: htmx:error"]
    order_id = company.order("Tunnel")
    await company.open(page, "operator", order_id)

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/comments", lose, times=1)
    await page.fill("#comment", "written in a tunnel")
    await page.click("#say button")
    await expect(page.locator("#trouble")).to_contain_text("cannot be reached")
    await expect(page.locator("#comment")).to_have_value("written in a tunnel")
    await page.click("#say button")
    await expect(page.locator("#comment")).to_have_value("")
    await expect(page.locator("#trouble")).to_be_empty()
    await expect(page.locator(".event.spoken")).to_have_count(1)


def test_asking_whether_anything_changed_is_answered_without_the_page(company: Company) -> None:
    order_id = company.order("Quiet")
    with httpx.Client(base_url=company.base_url, headers={"Origin": company.base_url}) as browser:
        person = {"email": company.demo["operator_email"], "password": company.demo["operator_password"]}
        assert browser.post("/sign-in", data=person).status_code == 303
        tag = browser.head(f"/orders/{order_id}/parts").headers["etag"]
        assert tag in browser.get(f"/orders/{order_id}").text.replace("&#34;", '"')
        for method in ("HEAD", "GET"):
            again = browser.request(method, f"/orders/{order_id}/parts", headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b"")
        company.send("planner", "PATCH", f"/v1/work-orders/{order_id}", json={"quantity": 2})
        changed = browser.get(f"/orders/{order_id}/parts", headers={"If-None-Match": tag, "HX-Request": "true"})
        assert changed.status_code == 200
        assert "<del>1</del> → <ins>2</ins>" in changed.text


async def test_documents_are_read_on_the_page(company: Company, page: Page) -> None:
    order_id = company.order("Plan")
    company.add(order_id, "file", "drawing.pdf", _PDF)
    company.add(order_id, "image", "detail.jpg", SAMPLE.read_bytes())
    await company.open(page, "operator", order_id)
    await page.click("text=drawing.pdf")
    await expect(page.locator("#paper iframe")).to_have_attribute("src", re.compile(r"/files/[0-9a-f-]{36}$"))
    await page.keyboard.press("Escape")
    await expect(page.locator("#paper iframe")).to_have_count(0)
    await page.locator(".document strong", has_text="detail.jpg").click()
    await expect(page.locator("#lightbox")).to_be_visible()
    await expect(page.locator("#photo-facts")).to_contain_text("SHA-256")


async def test_who_only_looks_reads_what_is_missing_and_changes_nothing(company: Company, page: Page) -> None:
    viewer = {"email": "vera@demo.example", "firstName": "Vera", "lastName": "Viewer", "role": "VIEWER"}
    company.send("admin", "POST", "/v1/users", json={**viewer, "password": "correct horse battery"})
    company.demo |= {"viewer_email": viewer["email"], "viewer_password": "correct horse battery"}
    order_id = company.order("To be looked at", "REVIEW", "PRODUCTION", requiredPhotos=_REQUIRED)
    await company.open(page, "viewer", order_id)
    await expect(page.locator(".barred li")).to_have_text(["Type plate: 0 of 1 photos are there"])
    await expect(page.locator("#order form")).to_have_count(0)
    await expect(page.locator("a.shot.none, .take")).to_have_count(0)
