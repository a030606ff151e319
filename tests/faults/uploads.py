"""Single requests whose outcome a test wants to see."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from time import monotonic, sleep

import httpx

from tests.faults.machine import Machine

MIB = 1 << 20


def upload(client: httpx.Client, machine: Machine, content: bytes, name: str = "upload") -> httpx.Response:
    """Attach a file to the demo's draft."""
    path = f"/v1/work-orders/{machine.demo.work_order_id}/attachments"
    return client.post(path, data={"type": "FILE", "name": name}, files={"attachment": (name, content)})


_TUS = {"Tus-Resumable": "1.0.0"}


def begin_parts(client: httpx.Client, machine: Machine, length: int) -> str:
    """The path of a fresh upload in parts, of a file for the demo's draft."""
    said = {"workOrderId": machine.demo.work_order_id, "kind": "file", "filename": f"{length}.bin"}
    pairs = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())
    answer = client.post("/v1/uploads", headers={**_TUS, "Upload-Length": str(length), "Upload-Metadata": pairs})
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def append_part(client: httpx.Client, path: str, offset: int, content: bytes) -> httpx.Response:
    headers = {**_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(path, headers=headers, content=content)


def offset_of(client: httpx.Client, path: str) -> int:
    answer = client.head(path, headers=_TUS)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def read_evidence(client: httpx.Client, machine: Machine, evidence_id: str) -> bytes:
    """The bytes of an attachment of the demo's draft."""
    shown = client.get(f"/v1/work-orders/{machine.demo.work_order_id}/attachments/{evidence_id}").json()["data"]
    return client.get(f"/files/{shown['fileName']}").content


def register(client: httpx.Client, machine: Machine, key: str) -> httpx.Response:
    """Register a photo by reference."""
    body = {"minioObjectKey": key, "cdnUrl": f"https://cdn.example.com/{key}", "takenAt": "2026-04-15T12:00:00Z"}
    return client.post(f"/v1/work-orders/{machine.demo.work_order_id}/photos", json=body)


def read_back(client: httpx.Client, added: httpx.Response) -> str:
    """The SHA-256 of what comes back of an attachment that was added."""
    shown = client.get(added.headers["location"]).json()["data"]
    answer = client.get(f"/files/{shown['fileName']}")
    assert answer.status_code == 200, answer.text
    return hashlib.sha256(answer.content).hexdigest()


def assert_unavailable(answer: httpx.Response) -> None:
    """503 with a time to come back."""
    assert answer.status_code == 503, f"{answer.status_code} {answer.text}"
    assert int(answer.headers["retry-after"]) > 0


def wait_until(holds: Callable[[], bool], within_s: float = 5) -> None:
    """Ask again and again; fails when it does not hold in time."""
    deadline = monotonic() + within_s
    while not holds():
        assert monotonic() < deadline, f"not within {within_s} s"
        sleep(0.02)
