"""Checking: the log and its checkpoints, the bytes, and packs."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from fettle.domain.checkpoint_copies import Destination, Fault
from fettle.domain.checkpoints import read_note
from fettle.web.pages import check
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


@pytest.fixture
def pack(site: Site, desk: httpx.Client, tmp_path: Path) -> Path:
    """Of the demo's work order."""
    answer = desk.get(f"/v1/work-orders/{site.demo['work_order_id']}/evidence-pack")
    assert answer.is_success
    (tmp_path / "pack.zip").write_bytes(answer.content)
    return tmp_path / "pack.zip"


async def test_a_pack_holds_and_a_changed_one_does_not(
    planner: Page, site: Site, desk: httpx.Client, pack: Path
) -> None:
    (pack.parent / "kept.txt").write_text(_log(desk, "checkpoint")["note"])
    await planner.goto(f"{site.url}/check")
    await planner.get_by_label("Choose a pack").set_input_files(pack)
    await planner.get_by_text("Check it against what you kept").click()
    await planner.get_by_label("An earlier checkpoint").set_input_files(pack.parent / "kept.txt")
    await planner.get_by_role("button", name="Check", exact=True).click()
    found = planner.locator("#verdict")
    await expect(found).to_contain_text("pack.zip holds")
    await expect(found).to_contain_text("which is this server's for your company")
    await expect(found).to_contain_text("nothing that it covers was changed or dropped")
    await require_accessible(planner)

    changed = bytearray(pack.read_bytes())
    changed[len(changed) // 2] ^= 1
    pack.write_bytes(changed)
    await planner.get_by_label("Choose a pack").set_input_files(pack)
    await planner.get_by_role("button", name="Check", exact=True).click()
    await expect(found).to_contain_text("pack.zip does not hold")
    await expect(found.locator(".problems li")).not_to_have_count(0)
    await require_accessible(planner)
    assert not _left_in_spool(site)


def _left_in_spool(site: Site) -> list[Path]:
    return [path for path in (site.server.folder / "data" / "files").rglob("spool-*/*") if path.is_file()]


def test_a_pack_without_a_script_in_french(desk: httpx.Client, pack: Path) -> None:
    desk.cookies.set("fettle-language", "fr")
    key = _log(desk, "key")["verifierKey"]
    shown = desk.post("/check", files={"pack": ("pack.zip", pack.read_bytes())}, data={"key": key})
    assert (shown.status_code, "pack.zip est intègre" in shown.text) == (200, True)
    assert "celle que vous avez donnée" in shown.text
    assert "Sans point de contrôle antérieur" in shown.text


@pytest.mark.parametrize(
    ("files", "data", "said"),
    [
        ({}, {"key": ""}, "is required"),
        ({"pack": b"PK", "checkpoint": b"\xff"}, {}, "is no signed checkpoint"),
        ({"pack": b"PK"}, {"key": "mine"}, "is no public key"),
    ],
)
def test_what_cannot_be_checked_is_told(
    desk: httpx.Client, files: dict[str, bytes], data: dict[str, str], said: str
) -> None:
    parts = {name: (f"{name}.bin", content) for name, content in files.items()}
    texts = {name: (None, text.encode()) for name, text in data.items()}
    refused = desk.post("/check", files={**parts, **texts})
    assert (refused.status_code, said in refused.text) == (400, True)


def test_what_is_no_pack_does_not_hold(desk: httpx.Client) -> None:
    shown = desk.post("/check", files={"pack": ("photo.jpg", b"no ZIP")}).text
    assert "photo.jpg does not hold" in shown
    assert "it is not as packs are written" in shown


def test_every_destination_and_fault_has_words() -> None:
    assert check._DESTINATIONS.keys() == set(Destination)  # noqa: SLF001 - the table is the page's own
    assert check._FAULTS.keys() == set(Fault)  # noqa: SLF001 - as above
