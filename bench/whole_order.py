"""One work order as a user would leave it: 5 attachments and 8 log entries, made over the interface."""

import json
import urllib.request
from typing import Any

from bench.servers import Target

ATTACHMENTS = 5
COMMENTS = 2
LOG_ENTRIES = 1 + ATTACHMENTS + COMMENTS
BOUNDARY = "fettle-bench-whole-order"


def make_whole_order(target: Target) -> str:
    """The id of the new order."""
    fields = {
        "name": "Inspect the left pump",
        "component_id": target.component_id,
        "quantity": 1,
        "created_by_user_id": target.user_id,
    }
    order_id: str = send(target, "POST", "/work-orders", "application/json", json.dumps(fields).encode())["id"]
    for number in range(ATTACHMENTS):
        form = attachment(target, f"drawing {number}")
        send(target, "PUT", f"/work-orders/{order_id}/attachments", f"multipart/form-data; boundary={BOUNDARY}", form)
    for number in range(COMMENTS):
        comment = json.dumps({"comment": f"Comment {number}", "added_by_user_id": target.user_id}).encode()
        send(target, "POST", f"/work-orders/{order_id}/comments", "application/json", comment)
    return order_id


def attachment(target: Target, name: str) -> bytes:
    texts = {"type": "FILE", "name": name, "added_by_user_id": target.user_id}
    parts = [f'name="{key}"\r\n\r\n{value}' for key, value in texts.items()]
    parts.append(f'name="attachment"; filename="{name}.txt"\r\nContent-Type: text/plain\r\n\r\n{name}')
    start = f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
    return "".join([*(f"{start}{part}\r\n" for part in parts), f"--{BOUNDARY}--\r\n"]).encode()


def send(target: Target, method: str, path: str, content_type: str, body: bytes) -> dict[str, Any]:
    """The JSON answer; raises HTTPError for anything but success."""
    headers = {"Authorization": f"Bearer {target.token}", "Content-Type": content_type}
    request = urllib.request.Request(  # noqa: S310  # http, to the loopback
        target.address + path, body, headers, method=method
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # as above
        value: dict[str, Any] = json.load(answer)
        return value
