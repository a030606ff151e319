"""The people of the demo company, and what they do to work orders without a browser."""

import time
from base64 import b64encode
from typing import Any

import httpx
from playwright.async_api import Page

from fettle.cli.demo import SAMPLE
from tests.serving import FettleServer

_TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


class Company:
    """The demo company on a server: its people, signed in, and what they do without a browser."""

    def __init__(self, server: FettleServer) -> None:
        self.base_url = server.base_url
        self.demo: dict[str, Any] = server.command("demo")
        self._tokens = {role: self._sign_in(role) for role in ("admin", "planner", "operator")}

    def send(self, role: str, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens[role]}", **sent.pop("headers", {})}
        answer = httpx.request(method, f"{self.base_url}{path}", headers=headers, **sent)
        assert answer.is_success, answer.text
        return answer

    def order(self, name: str, *statuses: str, **fields: Any) -> str:
        """A work order that the planner made and moved so far."""
        body = {"name": name, "componentId": self.demo["component_id"], "quantity": 1, **fields}
        made: str = self.send("planner", "POST", "/v1/work-orders", json=body).json()["data"]["workOrderId"]
        for status in statuses:
            self.send("planner", "PATCH", f"/v1/work-orders/{made}/status", json={"status": status})
        return made

    def take(self, order_id: str, step: str, content: bytes | None = None, **said: str) -> None:
        """A photo by the operator."""
        self.add(order_id, "photo", "photo.jpg", content or SAMPLE.read_bytes(), step=step, **said)

    def add(self, order_id: str, kind: str, name: str, content: bytes, **said: str) -> None:
        """Evidence by the operator."""
        about = {"workOrderId": order_id, "kind": kind, "filename": name, **said}
        written = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in about.items())
        headers = {**_TUS, "Upload-Length": str(len(content)), "Upload-Metadata": written}
        self.send("operator", "POST", "/v1/uploads", headers=headers, content=content)

    def wait_for_facts(self, order_id: str) -> None:
        """Until the photos of an order are read."""
        while not all("picture" in each for each in self._photos(order_id)):
            time.sleep(0.1)

    def _photos(self, order_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.send("planner", "GET", f"/v1/work-orders/{order_id}/photos").json()["data"]
        return found

    def status(self, order_id: str) -> str:
        found: str = self.send("planner", "GET", f"/v1/work-orders/{order_id}").json()["data"]["status"]
        return found

    async def open(self, page: Page, role: str, order_id: str) -> None:
        """Sign in and go to the order's page."""
        await page.goto(f"{self.base_url}/sign-in?next=/orders/{order_id}")
        await page.fill("#email", self.demo[f"{role}_email"])
        await page.fill("#password", self.demo[f"{role}_password"])
        await page.click("button.main")
        await page.wait_for_url(f"**/orders/{order_id}")

    def _sign_in(self, role: str) -> str:
        body = {"email": self.demo[f"{role}_email"], "password": self.demo[f"{role}_password"]}
        token: str = httpx.post(f"{self.base_url}/v1/sessions", json=body).json()["data"]["token"]
        return token
