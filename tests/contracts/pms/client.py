"""A client of `/v1` written from the contract alone: it takes no answer that breaks a promise all answers share."""

from typing import Any, Self
from uuid import uuid4

import httpx
import jsonschema

from tests.contracts.pms import seed

Json = dict[str, Any]
_success = jsonschema.Draft202012Validator(seed.SUCCESS, format_checker=jsonschema.FormatChecker())
_error = jsonschema.Draft202012Validator(seed.ERROR)
_META = {"page", "pageSize", "total", "totalIsExact"}


def fresh_key() -> str:
    """The key of an object that no other test names."""
    return f"photos/{uuid4()}.jpg"


def require_no_null(value: Any) -> None:
    """Raise when any key is null: what is optional is absent."""
    if isinstance(value, dict):
        assert None not in value.values(), value
        for member in value.values():
            require_no_null(member)
    elif isinstance(value, list):
        for member in value:
            require_no_null(member)


class PmsClient:
    """Speaks for one credential; `component_id` is what it makes work orders of."""

    def __init__(self, base_url: str, headers: dict[str, str], component_id: str = "") -> None:
        self.base_url = base_url
        self.http = httpx.Client(base_url=base_url, headers=headers, timeout=30)
        self.component_id = component_id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        return self.http.request(method, path, **sent)

    def data(self, method: str, path: str, *, status: int = 200, **sent: Any) -> Any:
        """Send; the answer has to be of this status, in the envelope, without null."""
        answer = self.send(method, path, **sent)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/json"
        body = answer.json()
        assert list(body) == ["data"]
        require_no_null(body)
        return body["data"]

    def page(self, path: str, **params: Any) -> tuple[list[Any], Json]:
        """The items and the meta of one page of a list."""
        answer = self.send("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert list(body) == ["data", "meta"]
        assert body["meta"].keys() - {"nextCursor"} == _META
        require_no_null(body["meta"])
        assert len(body["data"]) <= body["meta"]["pageSize"]
        return body["data"], body["meta"]

    def walk(self, path: str, **params: Any) -> list[Any]:
        """Every item of a list, by its cursors."""
        found, meta = self.page(path, **params)
        number = 1
        while "nextCursor" in meta:
            items, meta = self.page(path, **params, cursor=meta["nextCursor"])
            number += 1
            assert meta["page"] == number
            found += items
        return found

    def refused(self, status: int, code: str, method: str, path: str, **sent: Any) -> Json:
        """Send; the answer has to be this refusal, in the page's error body."""
        answer = self.send(method, path, **sent)
        assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
        body: Json = answer.json()
        _error.validate(body)
        require_no_null(body)
        assert answer.headers["content-type"] == "application/json"
        assert body["status"] == status
        assert body["traceId"] == answer.headers["x-trace-id"]
        return body

    def new_order(self, **fields: Any) -> Json:
        """A fresh work order in DRAFT, as `/v1` shows it."""
        body = {"name": "Pump", "componentId": self.component_id, "quantity": 1, **fields}
        made = self.data("POST", "/v1/work-orders", status=201, json=body)
        order: Json = self.data("GET", f"/v1/work-orders/{made['workOrderId']}")
        return order

    def move(self, order_id: str, *statuses: str, comment: str | None = None) -> None:
        """Take an order along its life, saying why where it is cancelled."""
        for status in statuses:
            said = comment or ("not needed" if status == "CANCELED" else None)
            body = {"status": status} | ({"comment": said} if said else {})
            self.data("PATCH", f"/v1/work-orders/{order_id}/status", json=body)

    def add_photo(self, order_id: str, **fields: Any) -> httpx.Response:
        """Register a photo; the answer has to fit the page to the letter."""
        body = {**seed.BODY, "minioObjectKey": fresh_key(), **fields}
        answer = self.send("POST", f"/v1/work-orders/{order_id}/photos", json=body)
        assert answer.status_code == 201, answer.text
        _success.validate(answer.json())
        assert answer.json()["data"]["workOrderId"] == order_id
        assert answer.headers["location"].startswith(f"/v1/work-orders/{order_id}/photos/")
        return answer


def signed_in(base_url: str, email: str, password: str) -> PmsClient:
    """A client with a fresh user token."""
    with PmsClient(base_url, {}) as anonymous:
        sent = {"email": email, "password": password}
        token = anonymous.data("POST", "/v1/sessions", status=201, json=sent)["token"]
    return PmsClient(base_url, {"Authorization": f"Bearer {token}"})
