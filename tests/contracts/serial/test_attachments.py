"""PUT /work-orders/{id}/attachments: both ways, every type, repeats, completion, the DRAFT rule, deletion."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contracts.pictures import png
from tests.contracts.serial.client import Json, SerialClient, flat, metadata

Way = Any
WAYS = [pytest.param(flat, id="fields"), pytest.param(metadata, id="metadata")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", ["/work-order/{}/attachments", "/work-orders/{}/attachments"])
def test_an_image_is_stored_with_its_caption(client: SerialClient, order: Json, way: Way, path: str) -> None:
    parts = way(type="IMAGE", name="front", added_by_user_id=client.user_id, value="seen from the door")
    parts["attachment"] = ("front.png", png(), "image/png")
    whole = client.whole("PUT", path.format(order["id"]), files=parts)
    (attachment,) = whole["attachments"]
    assert attachment["value"] == "seen from the door"
    assert attachment["added_by_user_id"] == client.user_id
    assert client.send("GET", f"/files/{attachment['file_name']}").content == png()
    entry = whole["activity_log"][-1]
    assert entry["type"] == "ATTACHMENT_ADDED"
    assert json.loads(entry["data"])["sha256"] == hashlib.sha256(png()).hexdigest()
    assert whole["last_edited_at"] == attachment["added_at"]


@pytest.mark.parametrize("way", WAYS)
def test_a_text_is_kept_as_a_file_too(client: SerialClient, order: Json, way: Way) -> None:
    parts = way(type="TEXT", name="torque", added_by_user_id=client.user_id.upper(), value="40 Nm, für alle ✓")
    (attachment,) = client.attach(order, **parts)["attachments"]
    assert attachment["value"] == "40 Nm, für alle ✓"
    stored = client.send("GET", f"/files/{attachment['file_name']}")
    assert stored.content.decode() == attachment["value"]
    assert stored.headers["content-type"].startswith("text/plain")


def test_a_file_may_be_of_any_format(client: SerialClient, order: Json) -> None:
    content = bytes(range(256)) * 5000
    parts = flat(type="FILE", name="program", added_by_user_id=client.user_id)
    whole = client.attach(order, **parts, attachment=("mill.nc", content, "application/x-anything"))
    (attachment,) = whole["attachments"]
    assert attachment["value"] == ""
    stored = client.send("GET", f"/files/{attachment['file_name']}")
    assert stored.content == content
    assert stored.headers["content-type"] == "application/octet-stream"
    assert stored.headers["content-disposition"] == 'attachment; filename="mill.nc"'


def test_with_bytes_file_name_is_the_original_name(client: SerialClient, order: Json) -> None:
    parts = flat(type="IMAGE", name="front", added_by_user_id=client.user_id, file_name="Front view.png")
    (attachment,) = client.attach(order, **parts, attachment=("blob", png()))["attachments"]
    stored = client.send("GET", f"/files/{attachment['file_name']}")
    assert stored.headers["content-disposition"] == 'inline; filename="Front view.png"'


def test_one_name_and_type_is_one_dataset(client: SerialClient, order: Json) -> None:
    for value in ("a", "b"):
        client.attach(order, **flat(type="TEXT", name="torque", added_by_user_id=client.user_id, value=value))
    file = flat(type="FILE", name="torque", added_by_user_id=client.user_id)
    whole = client.attach(order, **file, attachment=("t.txt", b"t"))
    first, second, other = (attachment["dataset_id"] for attachment in whole["attachments"])
    assert first == second != other
    names = {dataset["id"]: dataset for dataset in client.send("GET", "/datasets?name=torque").json()}
    assert (names[first]["data_type"], names[other]["data_type"]) == ("PARAMETRIC_QUALITATIVE", "FILE")


@pytest.mark.parametrize("way", WAYS)
def test_the_same_again_adds_nothing(client: SerialClient, order: Json, way: Way) -> None:
    parts = way(type="IMAGE", name="front", added_by_user_id=client.user_id, value="v", file_name="f.png")
    parts["attachment"] = ("front.png", png(), "image/png")
    path = f"/work-orders/{order['id']}/attachments"
    done = client.whole("PUT", path, files=parts)
    assert client.repeated("PUT", path, files=parts) == done
    client.move(order, "REVIEW")
    assert client.repeated("PUT", path, files=parts)["attachments"] == done["attachments"]


def test_both_ways_say_the_same(client: SerialClient, order: Json) -> None:
    fields = {"type": "TEXT", "name": "torque", "added_by_user_id": client.user_id, "value": "40"}
    path = f"/work-orders/{order['id']}/attachments"
    client.whole("PUT", path, files=flat(**fields))
    client.repeated("PUT", path, files=metadata(**fields))
    client.repeated("PUT", path, files={**flat(**fields), **metadata(**fields)})


@pytest.mark.parametrize("change", [{"value": "w"}, {"file_name": "g.png"}, {"name": "back"}, {"type": "FILE"}])
def test_any_difference_is_a_further_entry(client: SerialClient, order: Json, change: dict[str, str]) -> None:
    fields = {"type": "IMAGE", "name": "front", "added_by_user_id": client.user_id, "value": "v", "file_name": "f.png"}
    first = client.attach(order, **flat(**fields), attachment=("a.png", png()))
    second = client.attach(order, **flat(**{**fields, **change}), attachment=("a.png", png()))
    assert second["attachments"][0] == first["attachments"][0]
    assert len(second["attachments"]) == 2


def test_other_bytes_are_a_further_entry(client: SerialClient, order: Json) -> None:
    fields = flat(type="IMAGE", name="front", added_by_user_id=client.user_id, file_name="f.png")
    client.attach(order, **fields, attachment=("a.png", png("one")))
    whole = client.attach(order, **fields, attachment=("a.png", png("two")))
    contents = [client.send("GET", f"/files/{entry['file_name']}").content for entry in whole["attachments"]]
    assert contents == [png("one"), png("two")]


@pytest.mark.parametrize("way", WAYS)
def test_bytes_that_come_later_complete_the_entry(client: SerialClient, order: Json, way: Way) -> None:
    parts = way(type="IMAGE", name="front", added_by_user_id=client.user_id, value="v", file_name="f.png")
    path = f"/work-orders/{order['id']}/attachments"
    awaited = client.whole("PUT", path, files=parts)
    client.repeated("PUT", path, files=parts)
    file = f"/files/{awaited['attachments'][0]['file_name']}"
    client.refused(404, "NOT_STORED", "GET", file)
    with_bytes = {**parts, "attachment": ("front.png", png())}
    completed = client.whole("PUT", path, files=with_bytes)
    assert completed["attachments"] == awaited["attachments"]
    assert completed["activity_log"][-1]["type"] == "ATTACHMENT_COMPLETED"
    assert client.send("GET", file).content == png()
    assert client.repeated("PUT", path, files=with_bytes) == completed
    assert client.repeated("PUT", path, files=parts) == completed
    other = client.whole("PUT", path, files={**parts, "attachment": ("front.png", png("other"))})
    assert len(other["attachments"]) == 2


def test_bytes_that_were_sent_first_are_named(client: SerialClient, order: Json) -> None:
    name = client.send("POST", "/files", files={"file": ("front.png", png())}).json()["name"]
    for sent in (name, name.upper()):
        fields = flat(type="IMAGE", name=sent, added_by_user_id=client.user_id, file_name=sent)
        attachment = client.attach(order, **fields)["attachments"][-1]
        assert attachment["file_name"] == name


def test_a_file_that_was_sent_first_must_be_an_image_to_be_one(client: SerialClient, order: Json) -> None:
    name = client.send("POST", "/files", files={"file": ("front.png", b"<html>")}).json()["name"]
    fields = flat(type="IMAGE", name="front", added_by_user_id=client.user_id, file_name=name)
    client.refused(415, "NOT_AN_IMAGE", "PUT", f"/work-orders/{order['id']}/attachments", files=fields)


@pytest.mark.parametrize(
    "content", [b"<html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"#!/bin/sh"]
)
def test_what_is_no_image_is_refused_and_file_named_as_the_way(
    client: SerialClient, order: Json, content: bytes
) -> None:
    path = f"/work-orders/{order['id']}/attachments"
    parts: dict[str, Any] = flat(type="IMAGE", name="front", added_by_user_id=client.user_id)
    parts["attachment"] = ("front.jpg", content, "image/jpeg")
    refusal = client.refused(415, "NOT_AN_IMAGE", "PUT", path, files=parts)
    assert "FILE" in refusal["message"]
    client.whole("PUT", path, files={**parts, "type": (None, "FILE")})


def test_an_empty_file_input_counts_as_none(client: SerialClient, order: Json) -> None:
    fields = flat(type="TEXT", name="note", added_by_user_id=client.user_id, value="x", file_name="")
    boundary = "b0undary"
    lines = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}' for n, (_, v) in fields.items()]
    empty = 'Content-Disposition: form-data; name="attachment"; filename=""\r\nContent-Type: application/octet-stream'
    body = "\r\n".join([*lines, f"--{boundary}\r\n{empty}\r\n\r\n", f"--{boundary}--\r\n"])
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    path = f"/work-orders/{order['id']}/attachments"
    whole = client.whole("PUT", path, content=body.encode(), headers=headers)
    assert whole["attachments"][0]["value"] == "x"


def test_null_is_absent_in_metadata(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/attachments"
    fields = {"type": "IMAGE", "name": "front", "added_by_user_id": client.user_id, "value": None, "file_name": None}
    client.refused(400, "ATTACHMENT_MISSING", "PUT", path, files=metadata(**fields))
    client.refused(
        400,
        "ATTACHMENT_MISSING",
        "PUT",
        path,
        files=flat(type="IMAGE", name="front", added_by_user_id=client.user_id, value="", file_name=""),
    )


def test_attachments_are_added_and_deleted_in_draft_only(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/attachments"
    fields = {"type": "TEXT", "name": "note", "added_by_user_id": client.user_id}
    whole = client.whole("PUT", path, files=flat(**fields, value="before"))
    client.move(order, "REVIEW")
    client.refused(409, "WORK_ORDER_NOT_DRAFT", "PUT", path, files=flat(**fields, value="after"))
    file_name = whole["attachments"][0]["file_name"]
    client.refused(409, "WORK_ORDER_NOT_DRAFT", "DELETE", f"{path}/{file_name}?reason=late")


def test_a_deleted_attachment_stays_and_may_be_added_again(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/attachments"
    fields = flat(type="TEXT", name="note", added_by_user_id=client.user_id, value="x")
    file_name = client.whole("PUT", path, files=fields)["attachments"][0]["file_name"]
    deleted = client.whole("DELETE", f"{path}/{file_name}?reason=replaced")
    assert [attachment["is_deleted"] for attachment in deleted["attachments"]] == [True]
    assert deleted["activity_log"][-1]["type"] == "ATTACHMENT_DELETED"
    assert client.repeated("DELETE", f"{path}/{file_name}") == deleted
    again = client.whole("PUT", path, files=fields)
    assert [attachment["is_deleted"] for attachment in again["attachments"]] == [True, False]


def test_the_answer_names_the_entry_that_was_made(client: SerialClient, order: Json) -> None:
    fields = flat(type="TEXT", name="note", added_by_user_id=client.user_id, value="x")
    path = f"/work-orders/{order['id']}/attachments"
    answers = [client.send("PUT", path, files=fields) for _ in range(2)]
    first, second = (answer.headers["fettle-evidence-id"] for answer in answers)
    assert first == second == json.loads(answers[0].json()["activity_log"][-1]["data"])["evidence_id"]


def test_an_old_version_is_refused_but_a_repeat_is_not(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/attachments"
    fields = flat(type="TEXT", name="note", added_by_user_id=client.user_id, value="x")
    old = {"If-Match": client.send("GET", f"/work-order/{order['id']}").headers["etag"]}
    client.whole("PUT", path, files=fields, headers=old)
    client.repeated("PUT", path, files=fields, headers=old)
    other = flat(type="TEXT", name="note", added_by_user_id=client.user_id, value="y")
    client.refused(412, "PRECONDITION_FAILED", "PUT", path, files=other, headers=old)


def test_an_idempotency_key_counts_for_forms(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/attachments"
    key = {"Idempotency-Key": f"put {order['id']}"}
    fields: dict[str, Any] = flat(type="IMAGE", name="front", added_by_user_id=client.user_id)
    parts = {**fields, "attachment": ("a.png", png())}
    client.whole("PUT", path, files=parts, headers=key)
    client.repeated("PUT", path, files=dict(reversed(parts.items())), headers=key)
    other = {**fields, "attachment": ("a.png", png("other"))}
    client.refused(409, "IDEMPOTENCY_KEY_REUSED", "PUT", path, files=other, headers=key)


def test_the_same_at_the_same_time_is_added_once(client: SerialClient, order: Json) -> None:
    fields: dict[str, Any] = flat(type="IMAGE", name="front", added_by_user_id=client.user_id)
    parts = {**fields, "attachment": ("a.png", png())}
    path = f"/work-orders/{order['id']}/attachments"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.send("PUT", path, files=parts), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.headers.get("fettle-replayed") for answer in answers].count(None) == 1
    assert len(client.whole("GET", f"/work-order/{order['id']}")["attachments"]) == 1


def test_different_ones_at_the_same_time_are_all_added(client: SerialClient, order: Json) -> None:
    path = f"/work-orders/{order['id']}/attachments"
    texts = [flat(type="TEXT", name="note", added_by_user_id=client.user_id, value=str(at)) for at in range(16)]
    with ThreadPoolExecutor(8) as pool:
        statuses = {answer.status_code for answer in pool.map(lambda f: client.send("PUT", path, files=f), texts)}
    assert statuses == {200}
    whole = client.whole("GET", f"/work-order/{order['id']}")
    assert sorted(int(attachment["value"]) for attachment in whole["attachments"]) == list(range(16))


def test_an_empty_text_is_a_text(client: SerialClient, order: Json) -> None:
    parts = metadata(type="TEXT", name="note", added_by_user_id=client.user_id, value="")
    (attachment,) = client.attach(order, **parts)["attachments"]
    assert attachment["value"] == ""
    assert client.send("GET", f"/files/{attachment['file_name']}").content == b""


def test_the_longest_text(client: SerialClient, order: Json) -> None:
    parts = flat(type="TEXT", name="note", added_by_user_id=client.user_id, value="x" * (1 << 20))
    (attachment,) = client.attach(order, **parts)["attachments"]
    assert len(attachment["value"]) == 1 << 20
