"""A company whose administrator limits what may be sent, and leaves no limits behind."""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from tests.contracts.pms.client import Json, PmsClient

PATH: Final = "/v1/upload-limits"


@pytest.fixture(autouse=True)
def no_limits_afterwards(owner: PmsClient) -> Iterator[None]:
    yield
    for role in (None, "ADMIN", "OPERATOR"):
        owner.data("PUT", PATH, json={} if role is None else {"role": role})


def set_limits(owner: PmsClient, **limits: Any) -> list[Json]:
    rows: list[Json] = owner.data("PUT", PATH, json=limits)
    return rows


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
