"""One server for all tests of pages, with the demo company, and people who have signed in on a phone or at a desk."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page

from tests.faults.proxy import Proxy
from tests.pages.phone import Phone
from tests.pages.site import OWN, Site
from tests.serving import FettleServer


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """They share a server, so they share a process."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("pages"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the demo company."""
    server = FettleServer(tmp_path_factory.mktemp("pages"))
    demo: dict[str, Any] = server.command("demo")
    server.start()
    try:
        yield Site(server, demo)
    finally:
        server.stop()


@pytest.fixture
async def planner(page: Page, site: Site) -> Page:
    """The demo company's planner, who has just signed in."""
    await site.sign_in(page, "planner")
    return page


@pytest.fixture
async def phone(page: Page, site: Site, tmp_path: Path, expected_errors: list[str]) -> AsyncIterator[Phone]:
    """Somebody of the demo company before a work order, not signed in yet. The console may tell of failed requests."""
    expected_errors.append("Failed to load resource")
    await page.set_viewport_size({"width": 390, "height": 844})
    proxy = Proxy(site.server.port)
    yield Phone(page, site, proxy, tmp_path)
    await page.close()
    proxy.close()


@pytest.fixture
def desk(site: Site) -> Iterator[httpx.Client]:
    """The planner's session without a browser."""
    with httpx.Client(base_url=site.url, headers=OWN) as client:
        form = {"email": site.demo["planner_email"], "password": site.demo["planner_password"]}
        client.post("/sign-in", data=form)
        yield client
