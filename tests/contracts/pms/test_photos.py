"""Photos by reference: repeats, links that are renewed, further photos, closed orders, deletion, both dialects."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient, fresh_key


def _photos(client: PmsClient, order: Json, **params: Any) -> list[Json]:
    return client.walk(f"/v1/work-orders/{order['id']}/photos", **params)


def _log(client: PmsClient, order: Json) -> list[str]:
    return [entry["type"] for entry in client.walk(f"/v1/work-orders/{order['id']}/activity")]


def test_a_photo_is_recorded_as_it_was_sent(client: PmsClient, order: Json) -> None:
    taken_at, link = "2026-04-15T14:00:00.123456789+02:00", "http://cdn.example:8080/a%20b?x=é&sig=Zm9v#part"
    answer = client.add_photo(order["id"], takenAt=taken_at, cdnUrl=link, step="before")
    assert "fettle-replayed" not in answer.headers
    photo = client.data("GET", answer.headers["location"])
    assert (photo["takenAt"], photo["cdnUrl"], photo["step"], photo["name"]) == (taken_at, link, "before", "before")
    assert (photo["kind"], photo["state"], photo["workOrderId"]) == ("photo", "referenced", order["id"])
    assert photo["url"] == f"/files/{photo['fileName']}"
    assert photo["takenAtIsInFuture"] is False
    assert photo.keys().isdisjoint({"sha256", "size", "contentType", "deletion", "caption", "text"})


def test_the_same_again_is_answered_alike_and_adds_nothing(client: PmsClient, order: Json) -> None:
    sent = {"minioObjectKey": fresh_key(), "takenAt": "2026-04-15T12:00:00Z"}
    first = client.add_photo(order["id"], **sent)
    again = client.add_photo(order["id"], **{**sent, "takenAt": "2026-04-15T14:00:00.000+02:00"})
    assert again.headers["fettle-replayed"] == "true"
    assert (again.content, again.headers["location"]) == (first.content, first.headers["location"])
    assert len(_photos(client, order)) == 1
    assert _log(client, order) == ["CREATED", "PHOTO_ADDED"]


def test_a_renewed_link_replaces_the_old_one_and_is_logged(client: PmsClient, order: Json) -> None:
    key = fresh_key()
    client.add_photo(order["id"], minioObjectKey=key, cdnUrl="https://cdn.example/a?sig=1")
    again = client.add_photo(order["id"], minioObjectKey=key, cdnUrl="https://cdn.example/a?sig=2")
    assert again.headers["fettle-replayed"] == "true"
    (photo,) = _photos(client, order)
    assert photo["cdnUrl"] == "https://cdn.example/a?sig=2"
    last = client.walk(f"/v1/work-orders/{order['id']}/activity")[-1]
    assert last["type"] == "PHOTO_LINK_CHANGED"
    field = f"evidence.{photo['id']}.cdnUrl"
    assert last["data"]["changes"][field] == ["https://cdn.example/a?sig=1", "https://cdn.example/a?sig=2"]


@pytest.mark.parametrize("other", [{"takenAt": "2026-04-15T12:00:01Z"}, {"step": "after"}, {"step": None}])
def test_another_instant_or_step_is_a_further_photo(client: PmsClient, order: Json, other: Json) -> None:
    key = fresh_key()
    client.add_photo(order["id"], minioObjectKey=key)
    assert "fettle-replayed" not in client.add_photo(order["id"], minioObjectKey=key, **other).headers
    assert len(_photos(client, order)) == 2


def test_a_step_of_null_or_nothing_is_none(client: PmsClient, order: Json) -> None:
    key = fresh_key()
    first = client.add_photo(order["id"], minioObjectKey=key, step=None)
    assert client.add_photo(order["id"], minioObjectKey=key, step="").headers["fettle-replayed"] == "true"
    photo = client.data("GET", first.headers["location"])
    assert "step" not in photo
    assert photo["name"] == "photo"


def test_photos_are_taken_while_the_order_is_open(client: PmsClient, order: Json) -> None:
    for status in ("REVIEW", "PRODUCTION"):
        client.move(order["id"], status)
        assert client.add_photo(order["id"]).json()["data"]["status"] == status
    key = fresh_key()
    client.add_photo(order["id"], minioObjectKey=key)
    client.move(order["id"], "COMPLETE")
    repeat = client.add_photo(order["id"], minioObjectKey=key)
    assert repeat.headers["fettle-replayed"] == "true"
    assert repeat.json()["data"]["status"] == "COMPLETE"
    body = {"minioObjectKey": fresh_key(), "cdnUrl": "https://x.example", "takenAt": "2026-04-15T12:00:00Z"}
    client.refused(409, "WORK_ORDER_CLOSED", "POST", f"/v1/work-orders/{order['id']}/photos", json=body)
    assert len(_photos(client, order)) == 3


def test_a_clock_that_is_ahead_is_flagged(client: PmsClient, order: Json) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    photo = client.data("GET", client.add_photo(order["id"], takenAt=ahead).headers["location"])
    assert photo["takenAtIsInFuture"] is True
    assert photo["takenAt"] == ahead


def test_a_deleted_photo_stays_with_its_reason_and_the_same_is_new(client: PmsClient, order: Json) -> None:
    key = fresh_key()
    place = client.add_photo(order["id"], minioObjectKey=key).headers["location"]
    body = client.refused(400, "INVALID_BODY", "DELETE", place, json={})
    assert body["details"] == [{"field": "reason", "message": "is required"}]
    client.refused(400, "INVALID_BODY", "DELETE", place, json={"reason": ""})
    deleted = client.data("DELETE", place, json={"reason": "Blurred"})
    assert deleted == {"id": place.rpartition("/")[2], "workOrderId": order["id"], "state": "deleted"}
    again = client.send("DELETE", place, json={"reason": "Another"})
    assert again.headers["fettle-replayed"] == "true"
    photo = client.data("GET", place)
    assert (photo["state"], photo["deletion"]["reason"]) == ("deleted", "Blurred")
    assert photo["deletion"]["byUserId"] == client.data("GET", "/v1/me")["userId"]
    anew = client.add_photo(order["id"], minioObjectKey=key)
    assert "fettle-replayed" not in anew.headers
    assert anew.headers["location"] != place
    assert [photo["state"] for photo in _photos(client, order)] == ["deleted", "referenced"]
    assert [photo["state"] for photo in _photos(client, order, includeDeleted=False)] == ["referenced"]
    assert client.data("GET", f"/v1/work-orders/{order['id']}")["photoCount"] == 1


def test_deleting_follows_the_rule_of_adding(client: PmsClient, order: Json) -> None:
    place = client.add_photo(order["id"]).headers["location"]
    client.move(order["id"], "CANCELED")
    client.refused(409, "WORK_ORDER_CLOSED", "DELETE", place, json={"reason": "Late"})
    assert client.data("GET", place)["state"] == "referenced"


def test_one_record_for_both_dialects(client: PmsClient, order: Json) -> None:
    client.add_photo(order["id"], step="after", cdnUrl="https://cdn.example/1")
    user_id = client.data("GET", "/v1/me")["userId"]
    fields = {"type": "IMAGE", "name": "Seat", "added_by_user_id": user_id, "value": "From the left"}
    parts = {name: (None, text) for name, text in fields.items()}
    serial = client.send(
        "PUT", f"/work-orders/{order['id']}/attachments", files={**parts, "attachment": ("seat.png", png("seat"))}
    ).json()
    assert [entry["value"] for entry in serial["attachments"]] == ["https://cdn.example/1", "From the left"]
    photo, image = _photos(client, order)
    assert [photo["fileName"], image["fileName"]] == [entry["file_name"] for entry in serial["attachments"]]
    assert (image["kind"], image["caption"], image["state"]) == ("attachment", "From the left", "stored")
    assert (image["originalFileName"], image["contentType"]) == ("seat.png", "image/png")
    assert image["size"] == len(png("seat"))
    (attachment,) = client.walk(f"/v1/work-orders/{order['id']}/attachments")
    assert attachment == image
    client.refused(404, "NOT_FOUND", "GET", f"/v1/work-orders/{order['id']}/attachments/{photo['id']}")


def test_an_idempotency_key_is_answered_with_its_effect(client: PmsClient, order: Json) -> None:
    path, headers = f"/v1/work-orders/{order['id']}/photos", {"Idempotency-Key": fresh_key()}
    body = {"minioObjectKey": fresh_key(), "cdnUrl": "https://x.example", "takenAt": "2026-04-15T12:00:00Z"}
    first = client.send("POST", path, json=body, headers=headers)
    again = client.send("POST", path, json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["fettle-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    client.refused(409, "IDEMPOTENCY_KEY_REUSED", "POST", path, json={**body, "step": "other"}, headers=headers)
    assert len(_photos(client, order)) == 1


def test_an_operator_may_register_but_a_viewer_may_not(
    client: PmsClient, operator: PmsClient, admin: PmsClient, order: Json
) -> None:
    operator.add_photo(order["id"])
    me = client.data("GET", "/v1/me")["userId"]
    key = admin.data("POST", "/v1/api-keys", status=201, json={"name": "eyes", "scopes": ["read"], "userId": me})
    path = f"/v1/work-orders/{order['id']}/photos"
    with PmsClient(client.base_url, {"X-API-Key": key["key"]}) as viewer:
        viewer.refused(403, "FORBIDDEN", "POST", path, json={})
        assert len(viewer.page(path)[0]) == 1
