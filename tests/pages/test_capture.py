"""Taking photos on a phone: kept on the device first, stored once, whatever becomes of network, page and session."""

import asyncio
import re
import time
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Request, Response, expect

from tests.faults.proxy import Fault
from tests.pages.phone import ARRIVES_MS, Phone, sha256
from tests.pages.site import require_accessible


async def test_a_photo_whose_network_is_cut_and_whose_page_is_reloaded_is_stored_once(phone: Phone) -> None:
    patches: list[Request] = []
    phone.page.on("request", lambda request: patches.append(request) if request.method == "PATCH" else None)
    await phone.sign_in()
    await require_accessible(phone.page)
    await expect(phone.page.get_by_role("radio", name="Before the work")).to_be_checked()
    await phone.is_kept()
    file = phone.photo(1600)
    phone.proxy.strike("cut", "PATCH /v1/uploads", 2)
    async with phone.page.expect_event("requestfailed", lambda request: request.method == "PATCH"):
        await phone.take(file)
    phone.proxy.fault = "refuse"
    await phone.page.reload()
    await phone.shows("waiting")
    await expect(phone.page.get_by_text("No connection. The photos are kept on this device")).to_be_visible()
    assert phone.stored() == []
    phone.proxy.fault = "none"
    await phone.shows("stored")
    (photo,) = phone.stored()
    assert (photo["sha256"], photo["step"], photo["state"]) == (sha256(file), "before", "stored")
    assert int(patches[2].headers["upload-offset"]) > int(patches[1].headers["upload-offset"]) > 0
    await expect(phone.page.get_by_role("radio", name="Before the work 1/1")).to_be_visible()


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_an_answer_that_is_lost_makes_no_second_photo(phone: Phone, method: str) -> None:
    answers: list[Response] = []
    phone.page.on("response", lambda answer: answers.append(answer) if answer.request.method == "POST" else None)
    await phone.sign_in()
    phone.proxy.strike("lose the answer", f"{method} /v1/uploads", 1)
    file = phone.photo()
    await phone.take(file)
    await phone.shows("stored")
    assert phone.proxy.lost == 1
    assert [photo["sha256"] for photo in phone.stored()] == [sha256(file)]
    replayed = [answer.headers.get("fettle-replayed") for answer in answers if answer.url.endswith("/v1/uploads")]
    assert replayed == (["true"] if method == "POST" else [None])


async def test_what_is_on_its_way_says_how_far_and_a_phone_that_was_locked_goes_on(phone: Phone) -> None:
    await phone.sign_in()
    file = phone.photo(1200)
    phone.proxy.fault = "slow"
    await phone.take(file)
    await phone.shows("sending")
    await expect(phone.page.get_by_text(re.compile(r"Sending [1-9]\d? %"))).to_be_visible()
    assert phone.stored() == []
    debugger = await phone.page.context.new_cdp_session(phone.page)
    await debugger.send("Page.setWebLifecycleState", {"state": "frozen"})
    await asyncio.sleep(3)
    phone.proxy.fault = "none"
    await debugger.send("Page.setWebLifecycleState", {"state": "active"})
    await phone.shows("stored")
    assert [photo["sha256"] for photo in phone.stored()] == [sha256(file)]


async def test_two_tabs_send_each_photo_once(phone: Phone) -> None:
    posts: list[str] = []
    phone.page.context.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    await phone.sign_in()
    posts.clear()
    files = [phone.photo() for _ in range(4)]
    await phone.take(*files)
    other = await phone.page.context.new_page()
    await other.goto(f"{phone.url}/waiting")
    await expect(other.locator(".photo[data-state=stored]")).to_have_count(4, timeout=ARRIVES_MS)
    await phone.shows("stored", 4)
    assert sorted(photo["sha256"] for photo in phone.stored()) == sorted(map(sha256, files))
    assert len(posts) <= 5  # one may have been begun by the tab that lost the lock
    await require_accessible(other)


async def test_several_at_once_and_the_step_goes_on_to_what_is_still_required(phone: Phone) -> None:
    await phone.sign_in()
    files = [phone.photo(), phone.photo()]
    await phone.take(*files)
    await phone.shows("stored", 2)
    await expect(phone.page.get_by_role("radio", name="After the work")).to_be_checked()
    last = phone.photo()
    await phone.page.get_by_label("Gallery").set_input_files(last)
    await phone.shows("stored", 3)
    await expect(phone.page.get_by_text("All required photos are stored.")).to_be_visible()
    assert {photo["sha256"]: photo["step"] for photo in phone.stored()} == {
        **{sha256(file): "before" for file in files},
        sha256(last): "after",
    }
    await require_accessible(phone.page)


async def test_an_empty_place_of_the_order_leads_to_its_own_step(phone: Phone) -> None:
    await phone.sign_in()
    await phone.page.goto(f"{phone.page.url.removesuffix('/capture')}")
    await phone.page.get_by_role("link", name="Take a photo: After the work").first.click()
    await expect(phone.page.get_by_role("radio", name="After the work")).to_be_checked()


async def test_without_a_network_pages_opened_before_open_and_photos_of_any_label_are_kept(phone: Phone) -> None:
    other = phone.another_order()
    await phone.sign_in()
    await phone.is_kept()
    phone.proxy.fault = "refuse"
    await phone.page.reload()
    await expect(phone.page.get_by_text("No connection. This page is as it was on")).to_be_visible()
    await phone.take(phone.photo())
    await phone.shows("waiting")
    await phone.page.goto(f"{phone.url}/orders/{other['woNumber']}/capture")
    await expect(phone.page.get_by_role("heading", name="No connection")).to_be_visible()
    await expect(phone.page.get_by_role("link", name="Pump 4")).to_be_visible()
    await phone.take(phone.photo())
    await phone.shows("waiting")
    await require_accessible(phone.page)
    phone.proxy.fault = "none"
    await phone.page.goto(f"{phone.url}/waiting")
    await phone.shows("stored", 2)
    assert len(phone.stored()) == 1
    phone.order = other
    (photo,) = phone.stored()
    assert "step" not in photo


async def test_signing_out_leaves_nothing_but_what_waits_and_that_is_sent_in_nobody_elses_name(phone: Phone) -> None:
    await phone.sign_in()
    await phone.is_kept()
    await phone.take(phone.photo())
    await phone.shows("stored")
    phone.proxy.strike("503", "POST /v1/uploads", 1)
    await phone.take(phone.photo())
    await expect(phone.page.locator("#waiting .badge")).to_have_text("1")
    await phone.page.route("**/v1/**", lambda route: route.abort())
    await phone.sign_out()
    assert await phone.page.evaluate("async () => (await caches.keys()).filter(name => !name.includes('static'))") == []
    phone.proxy.fault = "refuse"
    await phone.page.goto(phone.capture)
    await expect(phone.page.get_by_role("heading", name="No connection")).to_be_visible()
    await expect(phone.page.get_by_label("Take photos")).to_be_hidden()
    phone.proxy.fault = "none"
    await phone.page.unroute_all()
    await phone.sign_in("planner")
    await phone.page.goto(f"{phone.url}/waiting")
    await expect(phone.page.get_by_text("1 more photo is somebody else's.")).to_be_visible()
    await phone.shows("stored", 0)
    await phone.sign_out()
    await phone.sign_in()
    await phone.shows("stored")
    assert [photo["addedByUserId"] for photo in phone.stored()] == [phone.site.demo["operator_user_id"]] * 2


async def test_a_session_that_has_ended_is_told_and_loses_nothing(phone: Phone) -> None:
    await phone.sign_in()
    await phone.end_session()
    file = phone.photo()
    await phone.take(file)
    await expect(phone.page.get_by_text("Your session has ended.")).to_be_visible()
    await phone.shows("waiting")
    await phone.sign_in()
    await phone.shows("stored")
    assert [photo["sha256"] for photo in phone.stored()] == [sha256(file)]


async def test_while_somebody_else_is_signed_in_nothing_is_sent_in_their_name(phone: Phone) -> None:
    await phone.sign_in()
    async with httpx.AsyncClient(base_url=phone.url) as planner:
        form = {"email": phone.site.demo["planner_email"], "password": phone.site.demo["planner_password"]}
        await planner.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        token = planner.cookies["fettle-session"]
    await phone.page.context.add_cookies([{"name": "fettle-session", "value": token, "url": phone.url}])
    await phone.take(phone.photo())
    await expect(phone.page.get_by_text("Somebody else has signed in on this device.")).to_be_visible()
    await phone.shows("waiting")
    assert phone.stored() == []


@pytest.mark.parametrize("fault", ["cut", "lose the answer"])
async def test_an_upload_that_is_gone_is_begun_anew_unless_it_had_become_a_photo(phone: Phone, fault: Fault) -> None:
    await phone.sign_in()
    phone.proxy.strike(fault, "PATCH /v1/uploads", 1)
    file = phone.photo()
    async with phone.page.expect_event("requestfailed", lambda request: request.method == "PATCH") as failed:
        await phone.take(file)
    phone.proxy.fault = "refuse"
    await phone.forget_upload((await failed.value).url)
    phone.proxy.fault = "none"
    await phone.shows("stored")
    assert [photo["sha256"] for photo in phone.stored()] == [sha256(file)]


async def test_of_a_work_order_that_was_completed_meanwhile_only_what_was_taken_before_is_taken(phone: Phone) -> None:
    await phone.sign_in()
    before = phone.photo(taken_at=time.time() - 3600)
    with phone.site.api() as client:
        client.put(f"/v1/work-orders/{phone.order['id']}/required-photos", json={"requiredPhotos": []})
    phone.complete()
    await phone.take(before)
    await phone.shows("stored")
    await expect(phone.page.get_by_text("Came after the completion")).to_be_visible()
    await expect(phone.page.get_by_text("has been completed meanwhile")).to_be_visible()
    (photo,) = phone.stored()
    assert (photo["sha256"], photo["late"]) == (sha256(before), {"state": "late"})
    await phone.take(phone.photo())
    await phone.shows("refused")
    await expect(phone.page.locator(".photo[data-state=refused] .said")).to_contain_text("COMPLETE")
    await require_accessible(phone.page)
    phone.page.on("dialog", lambda dialog: dialog.accept())
    await phone.page.get_by_role("button", name="Remove").click()
    await phone.shows("refused", 0)


async def test_what_is_no_picture_is_refused_with_the_servers_sentence(phone: Phone, tmp_path: Path) -> None:
    await phone.sign_in()
    file = tmp_path / "note.jpg"
    file.write_text("no picture")
    await phone.take(file)
    await phone.shows("refused")
    await expect(phone.page.locator(".said")).to_contain_text("image")
    assert phone.stored() == []


async def test_who_may_add_nothing_is_told_so(phone: Phone) -> None:
    email = f"looker{time.time_ns()}@demo.example"
    command = ("user", "add", "--email", email, "--role", "VIEWER", "--company", phone.site.demo["company_id"])
    password = phone.site.server.command(*command)["password"]
    phone.site.demo |= {"viewer_email": email, "viewer_password": password}
    await phone.sign_in("viewer")
    await expect(phone.page.get_by_text("Your role lets you look at photos, not add any.")).to_be_visible()
    await expect(phone.page.get_by_label("Take photos")).to_be_hidden()
