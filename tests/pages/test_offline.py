"""What makes the pages an app: the manifest, the worker, and what it keeps for when there is no network."""

import io
import re

import httpx
from PIL import Image
from playwright.async_api import expect

from tests.pages.phone import Phone
from tests.pages.site import Site, require_accessible


def test_the_manifest_names_icons_that_are_there_and_as_large_as_it_says(site: Site) -> None:
    answer = httpx.get(f"{site.url}/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["scope"], manifest["display"]) == ("/", "standalone")
    assert {"any", "maskable"} == {icon["purpose"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        picture = Image.open(io.BytesIO(httpx.get(f"{site.url}{icon['src']}").content))
        assert (picture.format, "x".join(map(str, picture.size))) == ("PNG", icon["sizes"])


def test_the_worker_is_asked_for_anew_and_names_files_that_are_there(site: Site) -> None:
    answer = httpx.get(f"{site.url}/worker.js")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")
    files = re.findall(r'"(/static/[^"]+)"', answer.text.split("\n")[1])
    assert any(file.endswith("/capture.js") for file in files)
    with httpx.Client(base_url=site.url) as client:
        assert [file for file in files if client.get(file).status_code != httpx.codes.OK] == []


def test_what_is_shown_without_a_network_knows_nobody(site: Site) -> None:
    """It is kept for everybody, so a session must make no difference."""
    with httpx.Client(base_url=site.url) as client:
        form = {"email": site.demo["planner_email"], "password": site.demo["planner_password"]}
        before = client.get("/offline").text
        assert client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
        assert client.get("/offline").text == before


async def test_the_worker_forgets_even_where_no_page_follows(phone: Phone) -> None:
    await phone.sign_in()
    await phone.is_kept()
    await phone.page.reload()
    await phone.page.evaluate("fetch('/sign-out', { method: 'POST', redirect: 'manual' })")
    await phone.until("caches.has('fettle-pages').then(is_there => !is_there)")


async def test_the_page_without_a_network_speaks_the_readers_language(phone: Phone) -> None:
    await phone.sign_in()
    await phone.is_kept()
    await phone.page.locator("summary").click()
    await phone.page.get_by_role("button", name="Français").click()
    await expect(phone.page.get_by_text("Que montre la photo ?")).to_be_visible()
    await require_accessible(phone.page)
    await phone.until(
        "caches.match('/offline', { ignoreVary: true }).then(kept => kept.text()).then(text => text.includes('Pas'))"
    )
    phone.proxy.fault = "refuse"
    await phone.page.goto(f"{phone.url}/orders/2")
    await expect(phone.page.get_by_role("heading", name="Pas de connexion")).to_be_visible()


async def test_after_another_release_kept_pages_find_their_files_until_both_go(phone: Phone) -> None:
    """Earlier releases are played by caches of their names; the worker comes anew, as it does with a release."""
    await phone.sign_in()
    await phone.is_kept()
    await phone.page.evaluate(
        """async () => {
          const pages = await caches.open("fettle-pages");
          for (const release of ["one", "two", "three"]) {
            await (await caches.open(`fettle-static-${release}`)).put(`/static/${release}/x.css`, new Response("x"));
            await pages.put(`/orders/${release}`, new Response(`<link href="/static/${release}/x.css">`));
          }
          for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
        }"""
    )
    await phone.page.reload()
    await phone.until("caches.has('fettle-static-one').then(is_there => !is_there)")
    await phone.until("caches.match('/orders/one').then(kept => !kept)")
    for release in ("two", "three"):
        assert await phone.page.evaluate("async path => Boolean(await caches.match(path))", f"/static/{release}/x.css")
        assert await phone.page.evaluate("async path => Boolean(await caches.match(path))", f"/orders/{release}")
    await phone.is_kept()
