"""Photos that a work order requires: said once, seen everywhere, and asked for before it is completed."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient, fresh_key
from tests.contracts.tus.client import TusClient

_BEFORE = {"step": "before", "label": "Before the work", "minCount": 1}
_AFTER = {"step": "after", "label": "Après : « bride »", "minCount": 2}


def _path(order: Json, rest: str = "/required-photos") -> str:
    return f"/v1/work-orders/{order['id']}{rest}"


def _require(client: PmsClient, order: Json, *steps: Json) -> Json:
    changed: Json = client.data("PUT", _path(order), json={"requiredPhotos": list(steps)})
    return changed


def _send(client: PmsClient, order: Json, step: str) -> None:
    """A photo with its bytes."""
    content = png(fresh_key())
    answer = TusClient(client).create(len(content), content, workOrderId=order["id"], kind="photo", step=step)
    assert answer.status_code == 201, answer.text


def _refused(client: PmsClient, order: Json, **sent: Any) -> Json:
    return client.refused(409, "PHOTOS_MISSING", "PATCH", _path(order, "/status"), json={"status": "COMPLETE"}, **sent)


def test_they_are_required_and_shown_with_their_progress(client: PmsClient, order: Json) -> None:
    assert "photoProgress" not in order
    assert "requiredPhotos" not in order
    assert client.data("GET", _path(order)) == []
    progress = {"required": 3, "stored": 0, "awaited": 0}
    changed = _require(client, order, _BEFORE, _AFTER)
    assert changed == {"workOrderId": order["id"], "status": "DRAFT", "version": 2, "photoProgress": progress}
    _send(client, order, "before")
    _send(client, order, "before")
    client.add_photo(order["id"], step="after")
    client.add_photo(order["id"], step="else")
    shown = client.data("GET", _path(order, ""))
    assert shown["photoProgress"] == {"required": 3, "stored": 1, "awaited": 1}
    steps = [{**_BEFORE, "stored": 2, "awaited": 0}, {**_AFTER, "stored": 0, "awaited": 1}]
    assert shown["requiredPhotos"] == steps
    assert client.data("GET", _path(order)) == steps
    rows = {row["id"]: row for row in client.page("/v1/work-orders", pageSize=50)[0]}
    assert rows[order["id"]]["photoProgress"] == shown["photoProgress"]
    assert "requiredPhotos" not in rows[order["id"]]
    assert any("photoProgress" not in row for row in client.walk("/v1/work-orders", pageSize=100))


def test_the_count_is_one_unless_told_otherwise(client: PmsClient, order: Json) -> None:
    _require(client, order, {"step": "before", "label": "Before"})
    assert client.data("GET", _path(order))[0]["minCount"] == 1


def test_a_new_order_may_require_them_at_once(client: PmsClient) -> None:
    order = client.new_order(requiredPhotos=[_AFTER, _BEFORE])
    assert [step["step"] for step in order["requiredPhotos"]] == ["after", "before"]
    (entry,) = client.walk(_path(order, "/activity"))
    assert entry["data"]["changes"]["requiredPhotos"] == [None, [_AFTER, _BEFORE]]


def test_the_log_has_the_old_and_the_new(client: PmsClient, order: Json) -> None:
    _require(client, order, _BEFORE)
    _require(client, order, _AFTER)
    entry = client.walk(_path(order, "/activity"))[-1]
    assert (entry["type"], entry["message"]) == ("REQUIRED_PHOTOS_CHANGED", "Required photos changed")
    assert entry["data"]["changes"]["requiredPhotos"] == [[_BEFORE], [_AFTER]]


def test_they_change_while_the_order_is_a_draft(client: PmsClient, order: Json) -> None:
    _require(client, order, _BEFORE)
    client.move(order["id"], "REVIEW")
    client.refused(409, "WORK_ORDER_NOT_DRAFT", "PUT", _path(order), json={"requiredPhotos": []})
    again = client.send("PUT", _path(order), json={"requiredPhotos": [_BEFORE]})
    assert (again.status_code, again.headers["fettle-replayed"]) == (200, "true")
    client.move(order["id"], "DRAFT")
    _require(client, order)
    assert "photoProgress" not in client.data("GET", _path(order, ""))


def test_versions_and_repeats_count(client: PmsClient, order: Json) -> None:
    seen = client.send("GET", _path(order)).headers["etag"]
    same = client.send("GET", _path(order), headers={"If-None-Match": seen})
    assert (same.status_code, same.content) == (304, b"")
    body, headers = {"requiredPhotos": [_BEFORE]}, {"If-Match": seen, "Idempotency-Key": fresh_key()}
    first = client.send("PUT", _path(order), json=body, headers=headers)
    again = client.send("PUT", _path(order), json=body, headers=headers)
    assert (first.headers["etag"], again.status_code, again.headers["fettle-replayed"]) == ('"2"', 200, "true")
    client.refused(
        412,
        "PRECONDITION_FAILED",
        "PUT",
        _path(order),
        json={"requiredPhotos": []},
        headers=headers | {"Idempotency-Key": fresh_key()},
    )


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([{**_BEFORE, "step": ""}], "requiredPhotos[0].step"),
        ([{**_BEFORE, "step": "s" * 101}], "requiredPhotos[0].step"),
        ([{**_BEFORE, "step": "a\tb"}], "requiredPhotos[0].step"),
        ([_AFTER, {**_BEFORE, "label": ""}], "requiredPhotos[1].label"),
        ([{**_BEFORE, "label": "l" * 201}], "requiredPhotos[0].label"),
        ([{**_BEFORE, "minCount": 0}], "requiredPhotos[0].minCount"),
        ([{**_BEFORE, "minCount": 101}], "requiredPhotos[0].minCount"),
        ([{**_BEFORE, "minCount": "1"}], "requiredPhotos[0].minCount"),
        ([{**_BEFORE, "colour": "red"}], "requiredPhotos[0].colour"),
        ([{"step": "before"}], "requiredPhotos[0].label"),
        ([_BEFORE, _AFTER, _BEFORE], "requiredPhotos[2].step"),
        ([{**_BEFORE, "step": f"s{number}"} for number in range(101)], "requiredPhotos"),
        ({"before": 1}, "requiredPhotos"),
        (None, "requiredPhotos"),
    ],
)
def test_what_cannot_be_required_is_named(client: PmsClient, order: Json, steps: Any, field: str) -> None:
    sent = {"name": "Pump", "componentId": client.component_id, "quantity": 1, "requiredPhotos": steps}
    for method, path, body in (
        ("PUT", _path(order), {"requiredPhotos": steps}),
        ("POST", "/v1/work-orders", sent),
    ):
        refused = client.refused(400, "INVALID_BODY", method, path, json=body)
        assert [detail["field"] for detail in refused["details"]] == [field]
    assert client.data("GET", _path(order, ""))["version"] == 1


def test_an_order_is_completed_once_they_are_there(client: PmsClient, order: Json) -> None:
    _require(client, order, _BEFORE, {**_AFTER, "step": "after_all"})
    client.move(order["id"], "REVIEW", "PRODUCTION")
    client.add_photo(order["id"], step="after_all")
    refused = _refused(client, order)
    assert refused["message"].startswith("3 of the 3 required photos are not there")
    assert refused["details"] == [
        {"field": "before", "message": "Before the work: 0 of 1 photos are there"},
        {
            "field": "after_all",
            "message": f"{_AFTER['label']}: 0 of 2 photos are there; 1 registered, whose bytes have not arrived",
        },
    ]
    french = _refused(client, order, headers={"Accept-Language": "fr"})
    assert french["message"].startswith("Il manque 3 des 3 photos exigées")
    assert client.data("GET", _path(order, ""))["status"] == "PRODUCTION"
    for step in ("before", "after_all", "after_all"):
        _send(client, order, step)
    changed = client.data("PATCH", _path(order, "/status"), json={"status": "COMPLETE"})
    assert (changed["status"], changed["photoProgress"]) == ("COMPLETE", {"required": 3, "stored": 3, "awaited": 0})


def test_what_is_deleted_counts_no_more(client: PmsClient, order: Json) -> None:
    _require(client, order, _BEFORE)
    _send(client, order, "before")
    (photo,) = client.walk(_path(order, "/photos"))
    deleted = client.data("DELETE", _path(order, f"/photos/{photo['id']}"), json={"reason": "Blurred."})
    assert deleted["photoProgress"] == {"required": 1, "stored": 0, "awaited": 0}


def test_the_object_of_a_registered_photo_counts_once_it_was_found(client: PmsClient, order: Json) -> None:
    _require(client, order, _BEFORE)
    client.move(order["id"], "REVIEW", "PRODUCTION")
    name = client.send("POST", "/files", files={"file": ("a.png", png(fresh_key()))}).json()["name"]
    client.add_photo(order["id"], step="before", minioObjectKey=name)
    give_up = time.monotonic() + 30
    while client.data("GET", _path(order))[0]["stored"] == 0:
        assert time.monotonic() < give_up
        time.sleep(0.1)
    client.move(order["id"], "COMPLETE")


def test_every_other_move_asks_for_no_photos(client: PmsClient, order: Json) -> None:
    _require(client, order, _BEFORE)
    client.move(order["id"], "REVIEW", "PRODUCTION", "REVIEW", "PRODUCTION", "CANCELED", "ARCHIVED")


def test_fifty_completions_at_once_are_one(client: PmsClient, order: Json) -> None:
    _require(client, order, _BEFORE)
    client.move(order["id"], "REVIEW", "PRODUCTION")
    _send(client, order, "before")

    def complete(_: int) -> tuple[int, str | None]:
        answer = client.send("PATCH", _path(order, "/status"), json={"status": "COMPLETE"})
        return answer.status_code, answer.headers.get("fettle-replayed")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(complete, range(50)))
    assert answers.count((200, None)) == 1
    assert answers.count((200, "true")) == 49
    log = client.walk(_path(order, "/activity"))
    assert [entry["version"] for entry in log] == list(range(1, 7))


def test_strangers_and_operators_require_nothing(
    client: PmsClient, stranger: PmsClient, operator: PmsClient, order: Json
) -> None:
    body = {"requiredPhotos": [_BEFORE]}
    stranger.refused(404, "WORK_ORDER_NOT_FOUND", "PUT", _path(order), json=body)
    stranger.refused(404, "WORK_ORDER_NOT_FOUND", "GET", _path(order))
    operator.refused(403, "FORBIDDEN", "PUT", _path(order), json=body)
    assert operator.data("GET", _path(order)) == []
    assert client.data("GET", _path(order, ""))["version"] == 1
