"""The Chromium of the system, driven by Playwright: one for a session, and a fresh profile for each page."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Root has no sandbox; the rest keeps Chromium from calling home.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = _program()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield started
        await started.close()


@pytest.fixture
def expected_errors() -> list[str]:
    """How errors begin that the page's console may tell of; a test that causes some adds them."""
    return []


@pytest.fixture
async def page(browser: Browser, expected_errors: list[str]) -> AsyncIterator[Page]:
    """A page without a past. An error in its console that is not expected fails the test."""
    errors: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    context = await browser.new_context()
    made = await context.new_page()
    made.on("console", hear)
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    await context.close()
    assert not [error for error in errors if not error.startswith(tuple(expected_errors))]


def _program() -> str:
    """Where Chromium is. Skips the test when it is nowhere, and fails it where everything has to be tested."""
    for name in _NAMES:
        if program := shutil.which(name):
            return program
    if os.environ.get("CI") == "true":
        pytest.fail("needs Chromium, which .ci/run installs")
    pytest.skip("NOT RUN: needs Chromium; .ci/run installs it")
