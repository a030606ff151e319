"""A work order as a PDF: the address, its parameters, its headers, and who gets it."""

import json
import socket
import time
from typing import Any

import httpx
import pytest

from tests.contracts.pms.client import Json, PmsClient
from tests.media import samples
from tests.services.papers import Paper
from tests.serving import FettleServer


def attach(client: PmsClient, order: Json, name: str, content: bytes, kind: str = "IMAGE") -> str:
    form = {"type": (None, kind), "name": (None, name), "attachment": ("picture.jpg", content)}
    made: Json = client.data("POST", f"/v1/work-orders/{order['id']}/attachments", status=201, files=form)
    return str(made["id"])


def report(client: PmsClient, order: Json, headers: dict[str, str] | None = None, **params: str) -> httpx.Response:
    answer = client.send("GET", f"/v1/work-orders/{order['id']}/report.pdf", params=params, headers=headers or {})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert int(answer.headers["content-length"]) == len(answer.content)
    return answer


def test_it_is_a_pdf_with_the_pictures_and_safe_headers(client: PmsClient, order: Json) -> None:
    attach(client, order, "Drawing", samples.photo())
    answer = report(client, order)
    paper = Paper(answer.content)
    assert paper.says(f"Work order {order['woNumber']}")
    assert paper.says("Drawing")
    assert paper.pictures == 1
    number = order["woNumber"]
    assert answer.headers["content-disposition"] == f'inline; filename="work-order-{number}.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("accepted", "params", "begins"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.5", {}, "Ordre de travail"),
        ("fr", {"language": "en"}, "Work order"),
        ("en", {"language": "fr"}, "Ordre de travail"),
        ("de", {}, "Work order"),
    ],
)
def test_its_language_is_what_was_asked_for(
    client: PmsClient, order: Json, accepted: str, params: dict[str, str], begins: str
) -> None:
    answer = report(client, order, {"Accept-Language": accepted}, **params)
    assert Paper(answer.content).says(f"{begins} {order['woNumber']}")
    assert (begins == "Work order") is ("work-order-" in answer.headers["content-disposition"])


def test_its_times_are_those_of_the_zone(client: PmsClient, order: Json) -> None:
    paper = Paper(report(client, order, timeZone="Asia/Kolkata").content)
    assert paper.says("+05:30, Asia/Kolkata)")


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"timeZone": "Europe"}, "timeZone"),
        ({"timeZone": ""}, "timeZone"),
        ({"language": "de"}, "language"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_it_cannot_be_is_refused(client: PmsClient, order: Json, params: dict[str, str], field: str) -> None:
    path = f"/v1/work-orders/{order['id']}/report.pdf"
    refused = client.refused(400, "INVALID_PARAMETER", "GET", path, params=params)
    assert [detail["field"] for detail in refused["details"]] == [field]


def test_head_makes_none(client: PmsClient, order: Json) -> None:
    began = time.monotonic()
    for _ in range(10):
        answer = client.send("HEAD", f"/v1/work-orders/{order['id']}/report.pdf")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith("inline; filename=")
        assert "content-length" not in answer.headers
    assert time.monotonic() - began < 5


def test_a_stranger_finds_nothing(client: PmsClient, stranger: PmsClient, order: Json) -> None:
    path = f"/v1/work-orders/{order['id']}/report.pdf"
    stranger.refused(404, "WORK_ORDER_NOT_FOUND", "GET", path)
    assert client.send("GET", f"/v1/work-orders/{order['woNumber']}/report.pdf").status_code == 200


def test_a_client_that_hangs_up_ends_the_work(server: FettleServer, client: PmsClient, order: Json) -> None:
    for number in range(12):
        attach(client, order, f"Drawing {number}", samples.photo(size=(1600 + number, 1200)))
    path, key = f"/v1/work-orders/{order['id']}/report.pdf", client.http.headers["x-api-key"]
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: fettle\r\nX-API-Key: {key}\r\n\r\n".encode())
        time.sleep(0.2)
    until = time.monotonic() + 10
    while not (logged := _logged(server, path)) and time.monotonic() < until:
        time.sleep(0.05)
    assert [line["status"] for line in logged] == [499]
    assert Paper(report(client, order).content).pictures == 12


def _logged(server: FettleServer, path: str) -> list[Any]:
    return [json.loads(line) for line in server.log.splitlines() if path in line]
