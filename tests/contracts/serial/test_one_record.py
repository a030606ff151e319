"""What `/v1` adds is in this dialect's attachments, and may be read and deleted here."""

import json

from tests.contracts.pictures import png
from tests.contracts.serial.client import Json, SerialClient, flat

_PHOTO = {
    "minioObjectKey": "photos/pump.jpg",
    "cdnUrl": "https://cdn.example/pump.jpg?sig=%2B1",
    "takenAt": "2026-04-15T12:00:00+02:00",
}


def _add_photo(client: SerialClient, order: Json, **fields: str) -> None:
    answer = client.send("POST", f"/v1/work-orders/{order['id']}/photos", json={**_PHOTO, **fields})
    assert answer.status_code == 201, answer.text


def test_a_photo_is_an_image_whose_value_is_its_link(client: SerialClient, order: Json) -> None:
    _add_photo(client, order, step="before")
    _add_photo(client, order)
    whole = client.whole("GET", f"/work-order/{order['id']}")
    datasets = {dataset["id"]: dataset for dataset in client.send("GET", "/datasets?type=IMAGE").json()}
    shown = [(entry["value"], datasets[entry["dataset_id"]]["name"]) for entry in whole["attachments"]]
    assert shown == [(_PHOTO["cdnUrl"], "before"), (_PHOTO["cdnUrl"], "photo")]
    types = [entry["type"] for entry in whole["activity_log"]]
    assert types == ["CREATED", "PHOTO_ADDED", "PHOTO_ADDED"]


def test_a_photo_is_deleted_while_the_order_is_open(client: SerialClient, order: Json) -> None:
    _add_photo(client, order)
    moved = client.move(order, "REVIEW")
    path = f"/work-orders/{order['id']}/attachments/{moved['attachments'][0]['file_name']}"
    assert client.whole("DELETE", f"{path}?reason=blurred")["attachments"][0]["is_deleted"] is True


def test_bytes_sent_here_become_the_photo_that_names_them(client: SerialClient, order: Json) -> None:
    name = client.send("POST", "/files", files={"file": ("pump.png", png())}).json()["name"]
    _add_photo(client, order, minioObjectKey=name)
    entry = client.whole("GET", f"/work-order/{order['id']}")["activity_log"][1]
    assert json.loads(entry["data"])["object_key"] == name


def test_an_attachment_is_shown_there(client: SerialClient, order: Json) -> None:
    fields = flat(type="IMAGE", name="front", added_by_user_id=client.user_id, value="caption")
    answer = client.send("PUT", f"/work-orders/{order['id']}/attachments", files={**fields, "attachment": ("a", png())})
    photos = client.send("GET", f"/v1/work-orders/{order['id']}/photos").json()["data"]
    assert [photo["id"] for photo in photos] == [answer.headers["fettle-evidence-id"]]


def test_photos_that_are_required_there_are_asked_for_here(client: SerialClient, order: Json) -> None:
    body = {"requiredPhotos": [{"step": "final_look", "label": "Last look"}]}
    assert client.send("PUT", f"/v1/work-orders/{order['id']}/required-photos", json=body).is_success
    client.move(order, "REVIEW")
    client.move(order, "PRODUCTION")
    path = f"/work-orders/{order['id']}/status"
    refused = client.refused(409, "PHOTOS_MISSING", "PATCH", path, json={"status": "COMPLETE"})
    assert refused["details"] == [{"field": "final_look", "message": "Last look: 0 of 1 photos are there"}]
    assert client.whole("GET", f"/work-order/{order['id']}")["status"] == "PRODUCTION"
