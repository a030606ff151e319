"""Somebody in a browser who uploads a file, through a network that fails when it is told to."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.faults.proxy import Fault, Proxy

CHUNK_BYTES = 256 * 1024
_RETRY_DELAYS_MS = [50, 100, 200, 400, 800, 1600, 3200]


class Browsing:
    """Speaks with the site's page; `requests` are those that tus-js-client made: the method and Upload-Offset."""

    def __init__(self, page: Page, proxy: Proxy, api_key: str) -> None:
        self.page = page
        self.requests: list[tuple[str, str | None]] = []
        self.endpoint = f"http://127.0.0.1:{proxy.port}/v1/uploads"
        self._api_key = api_key
        self._proxy = proxy
        self._faults: Iterator[Fault] = iter(())
        self._reached: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.requests]

    async def visit(self, origin: str) -> None:
        await self.page.expose_function("before", self._before)
        await self.page.goto(f"{origin}/page.html")

    async def begin(self, file: Path, faults: Iterable[Fault] = (), /, **options: Any) -> int:
        """Begin to upload, or go on; how many earlier attempts tus-js-client knew of.

        What becomes of the requests in turn is `faults`; those after them pass.
        """
        self._faults = iter(faults)
        await self.page.locator("input").set_input_files(file)
        options = {
            "endpoint": self.endpoint,
            "headers": {"X-API-Key": self._api_key},
            "chunkSize": CHUNK_BYTES,
            "retryDelays": _RETRY_DELAYS_MS,
            **options,
        }
        earlier: int = await self.page.evaluate("begin", options)
        return earlier

    async def reached(self, count: int) -> None:
        """Wait until so many requests were begun and the last of them is somewhere on its way."""
        await self._reached[count].wait()
        await asyncio.sleep(0.2)

    async def outcome(self) -> str | None:
        """The Fettle-Evidence-Id that the page reads from the last answer; raises playwright's Error for a failure."""
        evidence_id: str | None = await self.page.evaluate("outcome")
        return evidence_id

    async def readable(self) -> dict[str, set[str]]:
        """By method, the headers of the last answer that the browser lets the page read."""
        return {method: set(names) for method, names in (await self.page.evaluate("answers")).items()}

    def _before(self, method: str, offset: str | None) -> None:
        self.requests.append((method, offset))
        self._proxy.fault = next(self._faults, "none")
        self._reached[len(self.requests)].set()
