"""Photos taken before a work order was completed that arrive afterwards."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.contracts.pms.seed import BODY
from tests.contracts.tus.client import TusClient
from tests.serving import Demo

_BEFORE = (datetime.now(UTC) - timedelta(days=1)).isoformat()
_AFTER = (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.fixture
def completed(client: PmsClient, order: Json) -> Json:
    client.move(order["id"], "REVIEW", "PRODUCTION", "COMPLETE")
    return order


def _send_late(tus: TusClient, order: Json, content: bytes | None = None) -> str:
    """The id of the photo."""
    content = content or png("late")
    answer = tus.create(len(content), content, workOrderId=order["id"], kind="photo", takenAt=_BEFORE)
    assert answer.status_code == 201, answer.text
    return answer.headers["fettle-evidence-id"]


def _photo(client: PmsClient, order: Json, photo_id: str) -> Json:
    shown: Json = client.data("GET", f"/v1/work-orders/{order['id']}/photos/{photo_id}")
    return shown


def _decide(order: Json, photo_id: str) -> str:
    return f"/v1/work-orders/{order['id']}/photos/{photo_id}/decision"


def test_it_is_kept_apart_and_shown_as_late(client: PmsClient, tus: TusClient, completed: Json) -> None:
    content = png("late")
    photo = _photo(client, completed, _send_late(tus, completed, content))
    assert photo["late"] == {"state": "late"}
    assert (photo["state"], photo["takenAt"]) == ("stored", _BEFORE)
    assert client.send("GET", photo["url"]).content == content
    log = client.walk(f"/v1/work-orders/{completed['id']}/activity")
    assert log[-1]["type"] == "PHOTO_ADDED_LATE"


def test_in_the_archive_of_all_originals_it_is_apart_too(client: PmsClient, tus: TusClient, order: Json) -> None:
    in_time = png("in time")
    tus.create(len(in_time), in_time, workOrderId=order["id"], kind="photo", step="before", filename="a.png")
    client.move(order["id"], "REVIEW", "PRODUCTION", "COMPLETE")
    late = _send_late(tus, order)
    answer = client.send("GET", f"/v1/work-orders/{order['id']}/originals.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))["originals"]
    assert [each.get("late") for each in manifest] == [None, "late"]
    assert [each["path"].split("/")[1] for each in manifest] == ["photos", "late"]
    assert manifest[1]["evidenceId"] == late


@pytest.mark.parametrize("decision", ["accepted", "rejected"])
def test_a_planner_decides_once_and_says_why(client: PmsClient, tus: TusClient, completed: Json, decision: str) -> None:
    photo_id = _send_late(tus, completed)
    body = {"decision": decision, "reason": "No network in the basement."}
    client.data("POST", _decide(completed, photo_id), json=body)
    late = _photo(client, completed, photo_id)["late"]
    assert (late["state"], late["reason"]) == (decision, "No network in the basement.")
    assert late.keys() == {"state", "reason", "decidedAt", "decidedByUserId"}
    last = client.walk(f"/v1/work-orders/{completed['id']}/activity")[-1]
    assert last["type"] == f"LATE_PHOTO_{decision.upper()}"
    assert last["data"]["reason"] == "No network in the basement."
    again = client.send("POST", _decide(completed, photo_id), json=body)
    assert again.headers["fettle-replayed"] == "true"
    other = body | {"decision": "rejected" if decision == "accepted" else "accepted"}
    client.refused(409, "LATE_PHOTO_DECIDED", "POST", _decide(completed, photo_id), json=other)
    assert client.data("GET", f"/v1/work-orders/{completed['id']}")["status"] == "COMPLETE"


@pytest.mark.parametrize("said", [{}, {"takenAt": _AFTER}], ids=["no time", "taken afterwards"])
def test_what_was_not_taken_before_is_refused_before_a_byte_is_sent(
    client: PmsClient, tus: TusClient, completed: Json, said: Json
) -> None:
    answer = tus.create(5, workOrderId=completed["id"], kind="photo", **said)
    assert (answer.status_code, answer.json()["code"]) == (409, "WORK_ORDER_CLOSED")
    assert client.walk(f"/v1/work-orders/{completed['id']}/photos") == []


def test_an_upload_that_began_in_time_and_ends_late(client: PmsClient, tus: TusClient, order: Json) -> None:
    content = png("slow")
    path = tus.begin(len(content), workOrderId=order["id"], kind="photo", takenAt=_BEFORE)
    tus.append(path, 0, content[:20])
    client.move(order["id"], "REVIEW", "PRODUCTION", "COMPLETE")
    photo_id = tus.append(path, 20, content[20:]).headers["fettle-evidence-id"]
    assert _photo(client, order, photo_id)["late"] == {"state": "late"}


def test_nothing_else_comes_late(client: PmsClient, tus: TusClient, completed: Json) -> None:
    answer = tus.create(5, workOrderId=completed["id"], kind="image", filename="a.png", takenAt=_BEFORE)
    assert answer.json()["code"] == "WORK_ORDER_NOT_DRAFT"
    client.move(completed["id"], "ARCHIVED")
    archived = tus.create(5, workOrderId=completed["id"], kind="photo", takenAt=_BEFORE)
    assert (archived.status_code, archived.json()["code"]) == (409, "WORK_ORDER_CLOSED")


def test_a_plain_post_keeps_its_409_and_names_the_way(client: PmsClient, completed: Json) -> None:
    path = f"/v1/work-orders/{completed['id']}/photos"
    problem = client.refused(409, "WORK_ORDER_CLOSED", "POST", path, json=BODY)
    assert "/v1/uploads" in problem["details"][0]["message"]
    french = client.refused(409, "WORK_ORDER_CLOSED", "POST", path, json=BODY, headers={"Accept-Language": "fr"})
    assert "/v1/uploads" in french["details"][0]["message"]
    assert "clôture" in french["details"][0]["message"]


def test_a_photo_in_time_is_not_late(client: PmsClient, tus: TusClient, order: Json) -> None:
    photo_id = _send_late(tus, order)
    assert "late" not in _photo(client, order, photo_id)
    body = {"decision": "accepted", "reason": "why not"}
    client.refused(404, "NOT_FOUND", "POST", _decide(order, photo_id), json=body)


def test_a_decision_needs_a_reason(client: PmsClient, tus: TusClient, completed: Json) -> None:
    path = _decide(completed, _send_late(tus, completed))
    for body in ({"decision": "accepted"}, {"decision": "accepted", "reason": ""}, {"decision": "late", "reason": "x"}):
        client.refused(400, "INVALID_BODY", "POST", path, json=body)


def test_a_key_decides_in_no_name_that_could_not(
    client: PmsClient, tus: TusClient, completed: Json, demo: Demo
) -> None:
    photo_id = _send_late(tus, completed)
    body = {"decision": "accepted", "reason": "No network.", "decidedByUserId": demo.operator_user_id}
    client.refused(403, "ROLE_NOT_ALLOWED", "POST", _decide(completed, photo_id), json=body)
    assert _photo(client, completed, photo_id)["late"] == {"state": "late"}
