"""Attachments below `/v1`: both ways of sending them, and the rules they share with the other dialect."""

import hashlib
import json
from typing import Any

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.serving import Demo


def _path(order: Json) -> str:
    return f"/v1/work-orders/{order['id']}/attachments"


def _flat(**fields: str) -> dict[str, Any]:
    return {name: (None, text) for name, text in fields.items()}


def test_an_image_is_attached_and_read_back(client: PmsClient, demo: Demo, order: Json) -> None:
    picture = png("drawing")
    fields = _flat(type="IMAGE", name="Drawing", addedByUserId=demo.operator_user_id, value="Left side")
    answer = client.send("POST", _path(order), files={"attachment": ("../draw=ing.png", picture), **fields})
    assert answer.status_code == 201, answer.text
    made = answer.json()["data"]
    assert made == {"id": made["id"], "workOrderId": order["id"]}
    shown = client.data("GET", answer.headers["location"])
    assert (shown["type"], shown["name"], shown["caption"]) == ("IMAGE", "Drawing", "Left side")
    assert (shown["kind"], shown["state"], shown["originalFileName"]) == ("attachment", "stored", "draw=ing.png")
    assert (shown["contentType"], shown["size"]) == ("image/png", len(picture))
    assert shown["sha256"] == hashlib.sha256(picture).hexdigest()
    assert shown["addedByUserId"] == demo.operator_user_id
    assert client.send("GET", shown["url"]).content == picture


def test_metadata_as_json_and_the_same_again(client: PmsClient, order: Json) -> None:
    metadata = {"type": "FILE", "name": "Log", "fileName": "run.csv"}
    parts = {"metadata": (None, json.dumps(metadata), "application/json"), "attachment": ("x", b"=cmd()")}
    first = client.send("POST", _path(order), files=parts)
    again = client.send("POST", _path(order), files=parts)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.headers["fettle-replayed"], again.json()) == ("true", first.json())
    assert client.data("GET", first.headers["location"])["originalFileName"] == "run.csv"
    assert len(client.walk(_path(order))) == 1


def test_a_text_is_text_and_a_file_as_well(client: PmsClient, order: Json) -> None:
    answer = client.send("POST", _path(order), files=_flat(type="TEXT", name="Note", value="Grüße"))
    shown = client.data("GET", answer.headers["location"])
    assert (shown["text"], shown["state"], shown["contentType"]) == ("Grüße", "stored", "text/plain")
    assert "caption" not in shown
    assert client.send("GET", shown["url"]).content == "Grüße".encode()


def test_what_does_not_fit_is_refused(client: PmsClient, order: Json) -> None:
    image = ("a.png", png())
    cases: list[tuple[int, str, str, dict[str, Any]]] = [
        (400, "INVALID_BODY", "value", _flat(type="TEXT", name="Note")),
        (400, "INVALID_BODY", "attachment", {**_flat(type="TEXT", name="N", value="t"), "attachment": image}),
        (400, "INVALID_BODY", "type", {**_flat(type="VIDEO", name="N"), "attachment": image}),
        (400, "INVALID_BODY", "name", {**_flat(type="IMAGE"), "attachment": image}),
        (400, "INVALID_BODY", "added_by_user_id", {**_flat(type="IMAGE", name="N", added_by_user_id="x")}),
        (400, "ATTACHMENT_MISSING", "attachment", _flat(type="IMAGE", name="N")),
        (
            400,
            "INVALID_BODY",
            "addedByUserId",
            {**_flat(type="FILE", name="N", addedByUserId="x"), "attachment": image},
        ),
    ]
    for status, code, field, parts in cases:
        refused = client.refused(status, code, "POST", _path(order), files=parts)
        assert [detail["field"] for detail in refused["details"]] == [field]
    not_image = {**_flat(type="IMAGE", name="N"), "attachment": ("a.jpg", b"<html></html>")}
    client.refused(415, "NOT_AN_IMAGE", "POST", _path(order), files=not_image)
    client.refused(415, "UNSUPPORTED_MEDIA_TYPE", "POST", _path(order), json={})
    assert client.walk(_path(order)) == []


def test_the_plan_takes_attachments_while_it_is_a_draft(client: PmsClient, order: Json) -> None:
    kept = _flat(type="TEXT", name="Note", value="a")
    place = client.send("POST", _path(order), files=kept).headers["location"]
    gone = client.send("POST", _path(order), files=_flat(type="TEXT", name="Note", value="b")).headers["location"]
    assert client.data("DELETE", gone, json={"reason": "Wrong order"})["state"] == "deleted"
    assert client.data("GET", gone)["deletion"]["reason"] == "Wrong order"
    client.move(order["id"], "REVIEW")
    client.refused(409, "WORK_ORDER_NOT_DRAFT", "DELETE", place, json={"reason": "Late"})
    more = _flat(type="TEXT", name="Note", value="c")
    client.refused(409, "WORK_ORDER_NOT_DRAFT", "POST", _path(order), files=more)
    assert client.send("POST", _path(order), files=kept).status_code == 201


def test_a_photo_is_no_attachment(client: PmsClient, order: Json) -> None:
    photo = client.add_photo(order["id"]).headers["location"]
    as_attachment = photo.replace("/photos/", "/attachments/")
    client.refused(404, "NOT_FOUND", "GET", as_attachment)
    client.refused(404, "NOT_FOUND", "DELETE", as_attachment, json={"reason": "x"})
    file = client.send("POST", _path(order), files=_flat(type="TEXT", name="Note", value="a")).headers["location"]
    as_photo = file.replace("/attachments/", "/photos/")
    client.refused(404, "NOT_FOUND", "GET", as_photo)
    client.refused(404, "NOT_FOUND", "DELETE", as_photo, json={"reason": "x"})
    assert client.data("GET", photo)["state"] == "referenced"
