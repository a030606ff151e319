"""Somebody with a phone who takes photos, over a network that can fail."""

import hashlib
import io
import os
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from PIL import Image
from playwright.async_api import Page, expect

from tests.faults.proxy import Proxy
from tests.pages.site import Site

Json = dict[str, Any]
_STEPS: Final = [
    {"step": "before", "label": "Before the work", "minCount": 1},
    {"step": "after", "label": "After the work", "minCount": 1},
]
# A retry may have to wait for the next look of the page.
ARRIVES_MS: Final = 40_000  # a phone that was refused twice looks again after 15 s
_WAITING: Final = f"""async () => {{
  for (const end = Date.now() + {ARRIVES_MS}; Date.now() < end; await new Promise(go => setTimeout(go, 50)))
    if (await CONDITION) return;
  throw new Error("it never was so");
}}"""


class Phone:
    """A page whose every request goes through a proxy, and the work order that its owner stands before."""

    def __init__(self, page: Page, site: Site, proxy: Proxy, folder: Path) -> None:
        self.page = page
        self.proxy = proxy
        self.site = site
        self.url = f"http://127.0.0.1:{proxy.port}"
        self.order = self._new_order()
        self._folder = folder

    @property
    def capture(self) -> str:
        """The address on the label."""
        return f"{self.url}/orders/{self.order['woNumber']}/capture"

    async def sign_in(self, role: str = "operator") -> None:
        """By the form, and on to the page of the photos."""
        await self.page.goto(f"{self.url}/sign-in?next=/orders/{self.order['woNumber']}/capture")
        await self.page.get_by_label("E-mail address").fill(self.site.demo[f"{role}_email"])
        await self.page.get_by_label("Password").fill(self.site.demo[f"{role}_password"])
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.wait_for_url(self.capture)

    async def sign_out(self) -> None:
        await self.page.locator("summary").click()
        await self.page.get_by_role("button", name="Sign out").click()
        await self.page.wait_for_url(f"{self.url}/sign-in")

    async def is_kept(self) -> None:
        """Wait until the page can be opened without a network."""
        await self.until("(await caches.open('fettle-pages')).match(location.href, { ignoreVary: true })")

    async def until(self, condition: str) -> None:
        """Wait until a promise in the page is of something true."""
        await self.page.evaluate(_WAITING.replace("CONDITION", condition))

    async def take(self, *files: Path) -> None:
        """What the camera hands over to the page."""
        await self.page.get_by_label("Take photos").set_input_files(list(files))

    async def shows(self, state: str, count: int = 1) -> None:
        """Wait until so many photos are shown in this state."""
        tiles = self.page.locator(f".photo[data-state={state}]")
        await expect(tiles).to_have_count(count, timeout=ARRIVES_MS)

    def photo(self, side: int = 500, *, taken_at: float | None = None) -> Path:
        """A fresh picture of noise; 1,500 pixels a side are about 4 MB. `taken_at` is in seconds since 1970."""
        content = io.BytesIO()
        Image.frombytes("RGB", (side, side), token_bytes(side * side * 3)).save(content, "JPEG", quality=92)
        file = self._folder / f"{token_bytes(4).hex()}.jpg"
        file.write_bytes(content.getvalue())
        if taken_at is not None:
            os.utime(file, (taken_at, taken_at))
        return file

    def stored(self) -> list[Json]:
        """The photos that the server has of the work order."""
        with self.site.api() as client:
            answer = client.get(f"/v1/work-orders/{self.order['id']}/photos", params={"pageSize": 100})
            photos: list[Json] = answer.json()["data"]
            for photo in photos:
                content = client.get(photo["url"]).content
                assert hashlib.sha256(content).hexdigest() == photo["sha256"]
        return photos

    def complete(self) -> None:
        with self.site.api() as client:
            for status in ("REVIEW", "PRODUCTION", "COMPLETE"):
                path = f"/v1/work-orders/{self.order['id']}/status"
                assert client.patch(path, json={"status": status}).is_success

    def _new_order(self, *, steps: bool = True) -> Json:
        body = {"name": "Pump 4", "componentId": self.site.demo["component_id"], "quantity": 1}
        with self.site.api() as client:
            made = client.post("/v1/work-orders", json=body | ({"requiredPhotos": _STEPS} if steps else {}))
            order: Json = client.get(f"/v1/work-orders/{made.json()['data']['workOrderId']}").json()["data"]
        return order

    def another_order(self) -> Json:
        """One that requires nothing."""
        return self._new_order(steps=False)

    async def end_session(self) -> None:
        """As its ending by time does: the cookie is there, and counts no more."""
        await self._delete("/v1/sessions/current")

    async def forget_upload(self, address: str) -> None:
        """As its expiry does."""
        await self._delete(urlsplit(address).path)

    async def _delete(self, path: str) -> None:
        """In the name of whoever is signed in, over a network that works."""
        cookies = {cookie["name"]: cookie["value"] for cookie in await self.page.context.cookies()}
        headers = {"Authorization": f"Bearer {cookies['fettle-session']}", "Tus-Resumable": "1.0.0"}
        async with httpx.AsyncClient(base_url=self.site.url, headers=headers) as client:
            assert (await client.delete(path)).is_success


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
