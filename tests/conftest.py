from collections.abc import Sequence

import pytest

_LONGEST_S = 4 * 3600
pytest_plugins = [
    "tests.servers.fixtures",
    "tests.serving",
    "tests.browser",
    "tests.verifier.world",
    "tests.verifier.signed",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked `long` too, at full length")


def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    if config.getoption("--long"):
        for item in items:
            item.add_marker(pytest.mark.timeout(_LONGEST_S))
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="a long run: make faults"))


@pytest.fixture(scope="session")
def long_run(request: pytest.FixtureRequest) -> bool:
    """Whether to take the time that `make faults` takes, instead of the quick share of it."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The loop of the server: asyncio. Every `async def test_` runs on it."""
    return "asyncio"
