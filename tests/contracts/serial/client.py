"""A client written from the published page alone; whatever it is answered has to fit the page's schema."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import jsonschema

from tests.contracts.serial import seed

Json = dict[str, Any]
_KEYS = list(seed.example())
_LOG_KEYS = list(seed.example()["activity_log"][0])
_ATTACHMENT_KEYS = list(seed.example()["attachments"][0])
_whole = jsonschema.Draft202012Validator(seed.WORK_ORDER)
_error = jsonschema.Draft202012Validator(seed.ERROR)


def require_whole(order: Json) -> Json:
    """The order; raises unless it has the page's keys, in the page's order, and nothing else."""
    _whole.validate(order)
    assert list(order) == _KEYS
    for entry in order["activity_log"]:
        assert list(entry) == _LOG_KEYS
        json.loads(entry["data"])
    assert all(list(attachment) == _ATTACHMENT_KEYS for attachment in order["attachments"])
    return order


def flat(**fields: str) -> dict[str, tuple[None, str]]:
    """Plain fields as parts of a form."""
    return {name: (None, text) for name, text in fields.items()}


def metadata(**fields: Any) -> dict[str, tuple[None, str, str]]:
    """The same fields as the JSON part."""
    return {"metadata": (None, json.dumps(fields), "application/json")}


class SerialClient:
    """Speaks for one credential; `user_id` and `component_id` are what it uses when a test names none."""

    def __init__(self, base_url: str, token: str, user_id: str, component_id: str) -> None:
        self.http = httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self.user_id = user_id
        self.component_id = component_id

    def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        return self.http.request(method, path, **sent)

    def whole(self, method: str, path: str, **sent: Any) -> Json:
        """Send; the answer has to be a whole work order with its version."""
        answer = self.send(method, path, **sent)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["etag"].strip('"').isdigit()
        return require_whole(answer.json())

    def repeated(self, method: str, path: str, **sent: Any) -> Json:
        """As `whole`, and the answer has to say that nothing was done."""
        answer = self.send(method, path, **sent)
        assert answer.status_code == 200, answer.text
        assert answer.headers["fettle-replayed"] == "true"
        return require_whole(answer.json())

    def refused(self, status: int, code: str, method: str, path: str, **sent: Any) -> Json:
        """Send; the answer has to be the error body with this status and code."""
        answer = self.send(method, path, **sent)
        return require_refusal(answer, status, code)

    def new_order(self, **fields: Any) -> Json:
        made: Mapping[str, Any] = {
            "name": f"Overhaul {uuid4()}",
            "component_id": self.component_id,
            "quantity": 1,
            "created_by_user_id": self.user_id,
            **fields,
        }
        return self.whole("POST", "/work-orders", json=made)

    def attach(self, order: Json, **parts: Any) -> Json:
        return self.whole("PUT", f"/work-orders/{order['id']}/attachments", files=parts)

    def move(self, order: Json, *statuses: str, comment: str | None = None) -> Json:
        for status in statuses:
            said = comment or ("not needed" if status == "CANCELED" else None)
            body = {"status": status} | ({"comment": said} if said else {})
            order = self.whole("PATCH", f"/work-orders/{order['id']}/status", json=body)
        return order


def require_refusal(answer: httpx.Response, status: int, code: str) -> Json:
    """The error body; raises unless it is one, with this status and code."""
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    _error.validate(body)
    assert body["status"] == status
    assert body["code"] == code
    assert answer.headers["x-trace-id"] == body["traceId"]
    return body
