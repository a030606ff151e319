"""Signing in and out: the cookie, whom it serves, and whom it does not."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.pages.site import Site, require_accessible

_OWN = {"Sec-Fetch-Site": "same-origin"}


@contextmanager
def _signed_in(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url) as client:
        answer = _sign_in(client, site)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        yield client


def _sign_in(client: httpx.Client, site: Site, **fields: str) -> httpx.Response:
    form = {"email": site.demo["planner_email"], "password": site.demo["planner_password"], **fields}
    return client.post("/sign-in", data=form, headers=_OWN)


def test_the_cookie_is_hidden_from_scripts_and_other_sites(site: Site) -> None:
    with httpx.Client(base_url=site.url) as client:
        cookie = _sign_in(client, site).headers["set-cookie"]
    assert re.fullmatch(r"fettle-session=fettlesession_\S+; Max-Age=\d+; Path=/; HttpOnly; SameSite=Lax", cookie), (
        cookie
    )


def test_behind_tls_it_is_bound_to_the_host(site: Site) -> None:
    """As the server knows from its public address."""
    made = type(site.server)(site.server.folder, {"FETTLE_PUBLIC_URL": "https://fettle.example"})
    site.server.stop()
    try:
        made.start()
        with httpx.Client(base_url=made.base_url) as client:
            cookie = _sign_in(client, site).headers["set-cookie"]
        made.stop()
    finally:
        site.server.start()
    assert cookie.startswith("__Host-fettle-session=fettlesession_")
    assert cookie.endswith("; Secure")


def test_who_is_not_signed_in_comes_back_to_where_they_were_going(site: Site) -> None:
    with httpx.Client(base_url=site.url) as client:
        sent = client.get("/orders", params={"q": "pump é", "status": "DRAFT"})
        assert sent.status_code == 303
        form = client.get(sent.headers["location"])
        assert 'name="next" value="/orders?q=pump+%C3%A9&amp;status=DRAFT"' in form.text
        answer = _sign_in(client, site, next="/orders?q=pump+%C3%A9&status=DRAFT")
        assert answer.headers["location"] == "/orders?q=pump+%C3%A9&status=DRAFT"


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb", ""])
def test_nobody_is_led_to_another_site(site: Site, wanted: str) -> None:
    with httpx.Client(base_url=site.url) as client:
        assert _sign_in(client, site, next=wanted).headers["location"] == "/"


def test_a_wrong_password_is_told_in_the_form_and_gives_no_session(site: Site) -> None:
    with httpx.Client(base_url=site.url) as client:
        answer = _sign_in(client, site, password="wrong")
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
        assert "The e-mail address or the password is wrong." in answer.text
        assert f'value="{site.demo["planner_email"]}"' in answer.text
        assert "wrong</" not in answer.text


def test_guessing_is_throttled_with_the_api_together(site: Site) -> None:
    body = {"email": "nobody@demo.example", "password": "guess"}
    with httpx.Client(base_url=site.url) as client:
        by_api = [client.post("/v1/sessions", json=body).status_code for _ in range(5)]
        by_page = [client.post("/sign-in", data=body, headers=_OWN).status_code for _ in range(6)]
    assert by_api == [401] * 5
    assert by_page == [401] * 5 + [429]


def test_the_session_serves_the_api_too_but_no_other_sites_page(site: Site) -> None:
    with _signed_in(site) as client:
        assert client.get("/v1/me").json()["data"]["email"] == site.demo["planner_email"]
        order = f"/v1/work-orders/{site.demo['work_order_id']}/comments"
        for headers in (
            {},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
        ):
            refused = client.post(order, json={"comment": "x"}, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "CROSS_SITE"), headers
        for headers in (_OWN, {"Origin": site.url}):
            assert client.post(order, json={"comment": "x"}, headers=headers).status_code == 201


def test_a_credential_that_is_sent_counts_and_the_cookie_does_not(site: Site) -> None:
    with _signed_in(site) as client:
        assert client.get("/v1/me", headers={"X-API-Key": "wrong"}).status_code == 401
        with site.api() as robot:
            as_robot = client.get("/v1/me", headers=dict(robot.headers)).json()["data"]
    assert as_robot["credential"] == "KEY"


def test_forms_of_other_sites_sign_nobody_in_or_out(site: Site) -> None:
    with _signed_in(site) as client:
        forms = {
            "/sign-in": {"email": "a@b.example", "password": "x"},
            "/sign-out": {},
            "/language": {"language": "fr"},
        }
        for path, form in forms.items():
            headers = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"}
            answer = client.post(path, data=form, headers=headers)
            assert answer.status_code == 403, path
        assert client.get("/orders").status_code == 200


def test_signing_out_ends_the_session_itself(site: Site) -> None:
    with _signed_in(site) as client:
        token = client.cookies["fettle-session"]
        answer = client.post("/sign-out", headers=_OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert "fettle-session" not in client.cookies
    with httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.get("/v1/me").status_code == 401


async def test_somebody_signs_in_and_out_in_french(page: Page, site: Site) -> None:
    await page.goto(site.url)
    await page.get_by_role("button", name="Français").click()
    await require_accessible(page)
    await page.get_by_label("Adresse e-mail").fill(site.demo["planner_email"])
    await page.get_by_label("Mot de passe").fill(site.demo["planner_password"])
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_role("heading", name="Ordres de travail")).to_be_visible()
    await require_accessible(page)
    await page.locator("summary").click()
    await page.get_by_role("button", name="Se déconnecter").click()
    await expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
