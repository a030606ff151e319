"""What tests of pages read of the record, through `/v1`."""

import re
from typing import Any

import httpx


def read(desk: httpx.Client, path: str) -> Any:
    """The data of an answer."""
    return desk.get(f"/v1/{path}").json()["data"]


def order_of(desk: httpx.Client, reference: str) -> dict[str, Any]:
    """A work order by id or number."""
    found: dict[str, Any] = read(desk, f"work-orders/{reference}")
    return found


def number_in(url: str) -> str:
    """The number of the work order that the page edits."""
    found = re.search(r"/orders/(\d+)/edit", url)
    assert found, url
    return found[1]
