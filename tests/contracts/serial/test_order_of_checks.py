"""Each request here is wrong in several ways; the answer names the one that contract A settles first."""

from typing import Any

import httpx
import pytest

from tests.contracts.serial.client import Json, SerialClient, flat, require_refusal
from tests.contracts.serial.raw import RawClient
from tests.serving import Demo, FettleServer

NOBODY = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def test_route_before_credential(server: FettleServer) -> None:
    require_refusal(httpx.put(f"{server.base_url}/work-orders/{NOBODY}/nothing"), 404, "NOT_FOUND")
    refused = httpx.delete(f"{server.base_url}/work-orders/{NOBODY}/comments")
    require_refusal(refused, 405, "METHOD_NOT_ALLOWED")
    assert refused.headers["allow"] == "POST"


def test_credential_before_media_type_and_order(server: FettleServer) -> None:
    for order_id in (NOBODY, "not-an-id"):
        refused = httpx.put(f"{server.base_url}/work-orders/{order_id}/attachments", content=b"x")
        require_refusal(refused, 401, "UNAUTHENTICATED")


def test_scope_before_declared_size(operator: SerialClient) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": str(3 << 20)}
    body = b" " * (3 << 20)
    operator.refused(403, "FORBIDDEN", "PATCH", f"/work-order/{NOBODY}", content=body, headers=headers)


def test_declared_size_before_media_type(server: FettleServer, demo: Demo) -> None:
    line = f"Content-Length: {(1 << 30) + (2 << 20)}"
    request = (
        f"PUT /work-orders/{NOBODY}/attachments HTTP/1.1\r\nHost: x\r\nX-API-Key: {demo.api_key}\r\n{line}\r\n\r\n"
    )
    answer = RawClient(server, demo.api_key).send(request.encode())
    assert (answer.status, answer.json["code"]) == (413, "TOO_LARGE")


def test_media_type_before_order(client: SerialClient) -> None:
    path = f"/work-orders/{NOBODY}/attachments"
    client.refused(415, "UNSUPPORTED_MEDIA_TYPE", "PUT", path, json={})


def test_order_before_body(client: SerialClient) -> None:
    path = f"/work-orders/{NOBODY}/attachments"
    client.refused(404, "WORK_ORDER_NOT_FOUND", "PUT", path, content=b"not a form", headers=FORM)


def test_body_before_person_and_state(client: SerialClient, operator: SerialClient, order: Json) -> None:
    client.move(order, "CANCELED")
    path = f"/work-orders/{order['id']}/attachments"
    fields: dict[str, Any] = flat(type="IMAGE", name="x", added_by_user_id=client.user_id)
    page = {**fields, "attachment": ("a.png", b"<html>")}
    operator.refused(415, "NOT_AN_IMAGE", "PUT", path, files=page)


def test_person_before_version_and_state(client: SerialClient, operator: SerialClient, order: Json) -> None:
    client.move(order, "CANCELED")
    path = f"/work-orders/{order['id']}/attachments"
    fields = flat(type="TEXT", name="x", added_by_user_id=client.user_id, value="x")
    operator.refused(403, "NOT_YOURSELF", "PUT", path, files=fields, headers={"If-Match": '"0"'})


def test_repeat_before_version_and_state(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/attachments"
    fields = flat(type="TEXT", name="x", added_by_user_id=client.user_id, value="x")
    client.whole("PUT", path, files=fields)
    client.move(order, "CANCELED")
    client.repeated("PUT", path, files=fields, headers={"If-Match": '"0"'})


def test_version_before_state(client: SerialClient, order: Json) -> None:
    client.move(order, "CANCELED")
    path = f"/work-orders/{order['id']}/attachments"
    fields = flat(type="TEXT", name="x", added_by_user_id=client.user_id, value="x")
    client.refused(412, "PRECONDITION_FAILED", "PUT", path, files=fields, headers={"If-Match": '"0"'})
    client.refused(409, "WORK_ORDER_NOT_DRAFT", "PUT", path, files=fields)


@pytest.mark.parametrize("path", ["/work-orders", "/users", "/files/" + NOBODY, "/work-order/1"])
def test_a_known_path_names_its_methods(client: SerialClient, path: str) -> None:
    refused = client.send("DELETE", path)
    require_refusal(refused, 405, "METHOD_NOT_ALLOWED")
    assert "GET" in refused.headers["allow"].split(", ")
