"""The site that tests of pages visit."""

from pathlib import Path
from typing import Any, Final

import httpx
from playwright.async_api import Page

from tests.serving import FettleServer

_AXE: Final = (Path(__file__).parent / "axe-core-4.14.1" / "axe.min.js").read_text()

# As browsers say it of what a page of ours sends.
OWN: Final = {"Sec-Fetch-Site": "same-origin"}


class Site:
    """A server and what `fettle demo` printed of its company."""

    def __init__(self, server: FettleServer, demo: dict[str, Any]) -> None:
        self.server = server
        self.demo = demo

    @property
    def url(self) -> str:
        return self.server.base_url

    async def sign_in(self, page: Page, role: str) -> None:
        """By the form, as admin, planner or operator of the demo company."""
        await page.goto(f"{self.url}/sign-in")
        await page.get_by_label("E-mail address").fill(self.demo[f"{role}_email"])
        await page.get_by_label("Password").fill(self.demo[f"{role}_password"])
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(f"{self.url}/orders")

    def api(self) -> httpx.Client:
        """A client with the demo company's key."""
        return httpx.Client(base_url=self.url, headers={"X-API-Key": self.demo["api_key"]})


async def require_accessible(page: Page) -> None:
    """What axe finds fails, named by rule and element. It comes by the debugger, for the policy lets no script in."""
    await page.evaluate(_AXE + ";0")
    found = await page.evaluate("async () => (await axe.run()).violations")
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
