"""All originals as one ZIP: of a work order, and of those under a filter."""

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient, fresh_key


def attach(client: PmsClient, order: Json, name: str, content: bytes, file_name: str) -> str:
    form = {"type": (None, "FILE"), "name": (None, name), "attachment": (file_name, content)}
    made: Json = client.data("POST", f"/v1/work-orders/{order['id']}/attachments", status=201, files=form)
    return str(made["id"])


def opened(client: PmsClient, path: str, **params: str) -> tuple[zipfile.ZipFile, list[dict[str, Any]]]:
    answer = client.send("GET", path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert int(answer.headers["content-length"]) == len(answer.content)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive, json.loads(archive.read("manifest.json"))["originals"]


def test_everything_of_an_order_is_in_it(client: PmsClient, order: Json) -> None:
    number = order["woNumber"]
    first = attach(client, order, "Plan", b"one", "plan.txt")
    second = attach(client, order, "Plan", b"two", "../PLAN.txt")
    awaited = {"minioObjectKey": fresh_key(), "cdnUrl": "https://cdn.example.com/1", "takenAt": "2026-04-15T12:00:00Z"}
    client.data("POST", f"/v1/work-orders/{order['id']}/photos", status=201, json=awaited | {"step": "before"})
    archive, manifest = opened(client, f"/v1/work-orders/{order['id']}/originals.zip")
    paths = [f"{number}/attachments/Plan-plan.txt", f"{number}/attachments/Plan-PLAN (2).txt"]
    assert archive.namelist() == ["manifest.json", *paths]
    assert [archive.read(path) for path in paths] == [b"one", b"two"]
    assert [each["evidenceId"] for each in manifest[:2]] == [first, second]
    assert [each.get("path") for each in manifest] == [*paths, None]
    assert [each["state"] for each in manifest] == ["stored", "stored", "referenced"]
    shown = client.data("GET", f"/v1/work-orders/{order['id']}/attachments/{first}")
    assert (manifest[0]["sha256"], manifest[0]["size"]) == (shown["sha256"], 3)


def test_what_was_deleted_is_not_in_it(client: PmsClient, order: Json) -> None:
    gone = attach(client, order, "Plan", b"one", "plan.txt")
    client.data("DELETE", f"/v1/work-orders/{order['id']}/attachments/{gone}", json={"reason": "old"})
    archive, manifest = opened(client, f"/v1/work-orders/{order['id']}/originals.zip")
    assert (archive.namelist(), manifest) == (["manifest.json"], [])


def test_the_orders_of_a_filter_are_in_it(client: PmsClient) -> None:
    word = f"w{uuid4().hex}"
    orders = [client.new_order(name=f"{word} {number}") for number in range(3)]
    for order in orders[:2]:
        attach(client, order, "Photo", png(order["id"]), "a.png")
    archive, manifest = opened(client, "/v1/originals.zip", q=word)
    assert archive.namelist()[1:] == [f"{order['woNumber']}/attachments/Photo-a.png" for order in orders[:2]]
    assert [each["workOrderId"] for each in manifest] == [order["id"] for order in orders[:2]]
    assert opened(client, "/v1/originals.zip", q=word, status="COMPLETE")[1] == []


def test_the_same_record_gives_the_same_archive(client: PmsClient, order: Json) -> None:
    attach(client, order, "Plan", b"one", "plan.txt")
    path = f"/v1/work-orders/{order['id']}/originals.zip"
    assert client.send("GET", path).content == client.send("GET", path).content


@pytest.mark.parametrize("query", ["limit=5", "colour=red", "status=NEW", "q=" + "x" * 201])
def test_conditions_that_do_not_do(client: PmsClient, query: str) -> None:
    answer = client.send("GET", f"/v1/originals.zip?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_PARAMETER")


def test_another_company_gets_nothing(stranger: PmsClient, client: PmsClient, order: Json) -> None:
    attach(client, order, "Plan", b"one", "plan.txt")
    assert stranger.send("GET", f"/v1/work-orders/{order['id']}/originals.zip").status_code == 404
    assert order["id"] not in json.dumps(opened(stranger, "/v1/originals.zip")[1])
