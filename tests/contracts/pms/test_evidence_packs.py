"""The evidence pack of a work order: the address, its parameters, its headers, who gets it, and that it verifies."""

import socket
import time
from pathlib import Path

import httpx
import pytest

from tests.contracts.pms.client import Json, PmsClient, fresh_key
from tests.contracts.pms.test_reports import attach
from tests.media import samples
from tests.services.packs import Pack, require_unzip
from tests.services.papers import Paper
from tests.serving import FettleServer

_MOST_S = 30


def pack_of(client: PmsClient, order: Json, headers: dict[str, str] | None = None, **params: str) -> httpx.Response:
    answer = client.send("GET", f"/v1/work-orders/{order['id']}/evidence-pack", params=params, headers=headers or {})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    return answer


def key_of(client: PmsClient) -> str:
    return str(client.data("GET", "/v1/log/key")["verifierKey"])


def test_it_holds_everything_and_verifies_against_the_key_got_elsewhere(
    client: PmsClient, order: Json, tmp_path: Path
) -> None:
    photo, number = samples.photo(), order["woNumber"]
    attach(client, order, "Drawing", photo)
    gone = attach(client, order, "Old drawing", b"old", "FILE")
    client.data("DELETE", f"/v1/work-orders/{order['id']}/attachments/{gone}", json={"reason": "Superseded."})
    awaited = {"minioObjectKey": fresh_key(), "cdnUrl": "https://cdn.example.com/1", "takenAt": "2026-04-15T12:00:00Z"}
    client.data("POST", f"/v1/work-orders/{order['id']}/photos", status=201, json=awaited | {"step": "before"})
    client.data("POST", f"/v1/work-orders/{order['id']}/comments", status=201, json={"comment": "Réparé."})
    answer = pack_of(client, order)
    require_unzip(answer.content, tmp_path)
    pack = Pack(answer.content, key_of(client))
    assert pack.read(f"{number}/attachments/Drawing-picture.jpg") == photo
    assert pack.read(f"{number}/deleted/Old drawing-picture.jpg") == b"old"
    assert [each["state"] for each in pack.evidence] == ["stored", "stored", "referenced"]
    assert pack.logs[number][-1]["texts"]["comment"] == "Réparé."
    assert Paper(pack.read(f"{number}/report.pdf")).says(f"Work order {number}")


def test_its_headers_are_safe_and_name_it(client: PmsClient, order: Json) -> None:
    answer = pack_of(client, order)
    named = f'attachment; filename="work-order-{order["woNumber"]}-evidence.zip"'
    assert answer.headers["content-disposition"] == named
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    head = client.send("HEAD", f"/v1/work-orders/{order['id']}/evidence-pack")
    assert (head.status_code, head.content, "content-length" in head.headers) == (200, b"", False)
    assert head.headers["content-disposition"] == named


def test_its_report_is_in_the_language_and_zone_that_are_wanted(client: PmsClient, order: Json) -> None:
    content = pack_of(client, order, {"Accept-Language": "fr"}, timeZone="Asia/Kolkata").content
    paper = Paper(Pack(content).read(f"{order['woNumber']}/report.pdf"))
    assert paper.says(f"Ordre de travail {order['woNumber']}")
    assert paper.says("Asia/Kolkata")


def test_a_checkpoint_that_was_kept_is_proven_to_be_part_of_it(client: PmsClient, order: Json) -> None:
    kept = client.data("POST", "/v1/log/checkpoint", status=201)
    client.data("POST", f"/v1/work-orders/{order['id']}/comments", status=201, json={"comment": "later"})
    pack = Pack(pack_of(client, order, since=str(kept["size"])).content)
    assert pack.growth[kept["size"]]["root"] == kept["root"]
    assert pack.size > kept["size"]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"since": "123456789"}, "since"),
        ({"since": "-1"}, "since"),
        ({"since": "x"}, "since"),
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"language": "de"}, "language"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_it_cannot_be_is_refused(client: PmsClient, order: Json, params: dict[str, str], field: str) -> None:
    path = f"/v1/work-orders/{order['id']}/evidence-pack"
    refused = client.refused(400, "INVALID_PARAMETER", "GET", path, params=params)
    assert [detail["field"] for detail in refused["details"]] == [field]


def test_another_company_gets_nothing(stranger: PmsClient, order: Json) -> None:
    path = f"/v1/work-orders/{order['id']}/evidence-pack"
    stranger.refused(404, "WORK_ORDER_NOT_FOUND", "GET", path)


def test_who_hangs_up_leaves_nothing_behind(client: PmsClient, order: Json, server: FettleServer) -> None:
    attach(client, order, "Large", bytes(8 << 20), "FILE")
    path = f"/v1/work-orders/{order['id']}/evidence-pack"
    key = client.http.headers["x-api-key"]
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n\r\n".encode()
    for read in (0, 1 << 16):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(request)
            received = 0
            while received < read:
                received += len(connection.recv(read))
    until = time.monotonic() + _MOST_S
    while list((server.folder / "data" / "spool").rglob("report*")) and time.monotonic() < until:
        time.sleep(0.2)
    assert not list((server.folder / "data" / "spool").rglob("report*"))
    Pack(pack_of(client, order).content, key_of(client))
