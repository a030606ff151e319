"""Checking: the log and its checkpoints, the bytes, and packs."""

import os
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from fettle.domain.checkpoints import read_note
from tests.pages.site import Site, require_accessible
from tests.serving import FETTLE


@pytest.fixture
def desk(site: Site) -> Iterator[httpx.Client]:
    """The planner's session without a browser."""
    with httpx.Client(base_url=site.url, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        form = {"email": site.demo["planner_email"], "password": site.demo["planner_password"]}
        assert client.post("/sign-in", data=form).status_code == 303
        yield client


def _add_entry(site: Site, desk: httpx.Client) -> None:
    order_id = site.demo["work_order_id"]
    assert desk.post(f"/v1/work-orders/{order_id}/comments", json={"comment": "One entry more"}).is_success


def _log(desk: httpx.Client, what: str) -> dict[str, Any]:
    data: dict[str, Any] = desk.get(f"/v1/log/{what}").json()["data"]
    return data


def _attach(site: Site, desk: httpx.Client, content: bytes) -> None:
    body = {"name": "Checked", "componentId": site.demo["component_id"], "quantity": 1}
    order_id = desk.post("/v1/work-orders", json=body).json()["data"]["workOrderId"]
    fields = {"type": "FILE", "name": "The plan"}
    path = f"/v1/work-orders/{order_id}/attachments"
    assert desk.post(path, data=fields, files={"attachment": ("plan.txt", content)}).is_success


def _check_all(site: Site) -> None:
    environment = {"PATH": os.defpath, **site.server.environment}
    subprocess.run([FETTLE, "check"], env=environment, cwd=site.server.folder, check=False)


async def test_the_log_and_a_checkpoint_to_keep(planner: Page, site: Site, desk: httpx.Client) -> None:
    _add_entry(site, desk)
    await planner.get_by_role("link", name="Proof").click()
    log = planner.get_by_role("region", name="The company's log")
    sign = log.get_by_role("button", name="Sign one over all entries now")
    if await sign.is_visible():
        await sign.click()
    key = _log(desk, "key")["verifierKey"]
    await expect(log.locator(".key code")).to_have_text(key)
    await expect(log.locator(".key strong")).to_have_text(key.split("+")[1])
    await require_accessible(planner)
    async with planner.expect_download() as waiting:
        await log.get_by_role("link", name="Download the newest checkpoint").click()
    kept = (await (await waiting.value).path()).read_text()
    newest = _log(desk, "checkpoint")
    assert kept == newest["note"]
    assert read_note(kept).size == newest["size"]


def test_a_checkpoint_that_there_is_not_is_not_found(desk: httpx.Client) -> None:
    name = f"1-{'0' * 16}-{'0' * 8}.txt"
    assert desk.get("/check/checkpoint.txt", params={"name": name}).status_code == 404
    assert desk.get("/check/checkpoint.txt", params={"name": "../x"}).status_code == 400


def test_what_is_damaged_is_told(site: Site, desk: httpx.Client) -> None:
    """As the check finds it: the bytes of one file are changed on the disk, and put right again."""
    assert "Nothing is missing or damaged" in desk.get("/check").text
    right = b"a plan of its own"
    _attach(site, desk, right)
    files = (site.server.folder / "data" / "files" / "kept").glob("*/*")
    (kept,) = (path for path in files if path.read_bytes() == right)
    kept.write_bytes(right.upper())
    try:
        _check_all(site)
        shown = desk.get("/check").text
        assert "One file is missing or damaged" in shown
        assert "part of a work order: The plan" in shown
    finally:
        kept.write_bytes(right)
        _check_all(site)
    assert "Nothing is missing or damaged" in desk.get("/check").text
