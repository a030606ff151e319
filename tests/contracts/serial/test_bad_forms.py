"""Forms that are not what the operation takes: refused with the code and field that say why, and nothing is added."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.pictures import png
from tests.contracts.serial.client import Json, SerialClient, flat, metadata

USER = "{user}"
GOOD = {"type": "TEXT", "name": "note", "added_by_user_id": USER, "value": "x"}
IMAGE = {"type": "IMAGE", "name": "note", "added_by_user_id": USER}


@pytest.fixture
def path(client: SerialClient, order: Json) -> Iterator[str]:
    yield f"/work-orders/{order['id']}/attachments"
    assert client.whole("GET", f"/work-order/{order['id']}") == order


def _filled(fields: dict[str, Any], client: SerialClient) -> dict[str, Any]:
    return {name: client.user_id if value == USER else value for name, value in fields.items()}


@pytest.mark.parametrize("way", [flat, metadata])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "VIDEO"}, "type"),
        ({"type": "text"}, "type"),
        ({"type": ""}, "type"),
        ({"name": ""}, "name"),
        ({"name": "x" * 501}, "name"),
        ({"added_by_user_id": "me"}, "added_by_user_id"),
        ({"added_by_user_id": ""}, "added_by_user_id"),
        ({"color": "red"}, "color"),
        ({"value": "x" * ((1 << 20) + 1)}, "value"),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    client: SerialClient, path: str, way: Any, change: dict[str, str], field: str
) -> None:
    parts = way(**_filled({**GOOD, **change}, client))
    refusal = client.refused(400, "INVALID_BODY", "PUT", path, files=parts)
    assert [detail["field"] for detail in refusal["details"]] == [field]


@pytest.mark.parametrize("way", [flat, metadata])
@pytest.mark.parametrize("field", ["type", "name", "added_by_user_id"])
def test_a_required_field_is_required(client: SerialClient, path: str, way: Any, field: str) -> None:
    fields = _filled(GOOD, client)
    del fields[field]
    refusal = client.refused(400, "INVALID_BODY", "PUT", path, files=way(**fields))
    assert [detail["field"] for detail in refusal["details"]] == [field]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', '{"type":"TEXT","type":"TEXT"}', '{"type": NaN}', "{}"])
def test_metadata_that_is_no_object_of_the_fields_is_refused(client: SerialClient, path: str, text: str) -> None:
    refusal = client.refused(400, "INVALID_BODY", "PUT", path, files={"metadata": (None, text)})
    assert refusal["details"][0]["field"] in {"metadata", "type"}


@pytest.mark.parametrize("name", ["type", "name", "added_by_user_id", "value", "file_name"])
def test_two_ways_that_differ_are_refused(client: SerialClient, path: str, name: str) -> None:
    fields = _filled({**IMAGE, "value": "v", "file_name": "f"}, client)
    parts = {**metadata(**fields), **flat(**{name: "FILE" if name == "type" else "other"})}
    refusal = client.refused(400, "INVALID_BODY", "PUT", path, files=parts)
    assert [detail["field"] for detail in refusal["details"]] == [name]


def test_a_form_without_any_field_is_refused(client: SerialClient, path: str) -> None:
    refusal = client.refused(400, "INVALID_BODY", "PUT", path, files={"attachment": ("a.png", png())})
    assert [detail["field"] for detail in refusal["details"]] == ["metadata"]


@pytest.mark.parametrize(
    ("fields", "file", "code", "field"),
    [
        (GOOD, ("a.txt", b"x"), "INVALID_BODY", "attachment"),
        ({**GOOD, "value": None}, None, "INVALID_BODY", "value"),
        (IMAGE, None, "ATTACHMENT_MISSING", "attachment"),
        ({**IMAGE, "type": "FILE"}, None, "ATTACHMENT_MISSING", "attachment"),
        ({**IMAGE, "type": "FILE"}, ("a.txt", b""), "INVALID_BODY", "attachment"),
        (IMAGE, ("a.png", b""), "INVALID_BODY", "attachment"),
    ],
)
def test_type_and_bytes_must_fit(
    client: SerialClient, path: str, fields: Json, file: Any, code: str, field: str
) -> None:
    parts: dict[str, Any] = {"metadata": (None, json.dumps(_filled(fields, client)))}
    parts |= {"attachment": file} if file else {}
    refusal = client.refused(400, code, "PUT", path, files=parts)
    assert [detail["field"] for detail in refusal["details"]] == [field]


def test_a_part_of_another_name_is_refused(client: SerialClient, path: str) -> None:
    parts: dict[str, Any] = {**flat(**_filled(IMAGE, client)), "photo": ("a.png", png())}
    refusal = client.refused(400, "INVALID_BODY", "PUT", path, files=parts)
    assert [detail["field"] for detail in refusal["details"]] == ["photo"]


def test_a_second_attachment_is_refused(client: SerialClient, path: str) -> None:
    fields = list(flat(**_filled(IMAGE, client)).items())
    parts: list[Any] = [*fields, ("attachment", ("a.png", png())), ("attachment", ("b.png", png("b")))]
    refusal = client.refused(400, "INVALID_BODY", "PUT", path, files=parts)
    assert [detail["field"] for detail in refusal["details"]] == ["attachment"]


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/mixed; boundary=x", ""])
def test_what_is_no_form_is_refused(client: SerialClient, path: str, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    client.refused(415, "UNSUPPORTED_MEDIA_TYPE", "PUT", path, content=b"{}", headers=headers)


@pytest.mark.parametrize("way", [flat, metadata])
def test_nul_and_lone_surrogates_are_refused(client: SerialClient, path: str, way: Any) -> None:
    fields = {**_filled(GOOD, client), "value": "a\0b"}
    client.refused(400, "INVALID_BODY", "PUT", path, files=way(**fields))
    surrogate = json.dumps({**fields, "value": "\ud800"})
    client.refused(400, "INVALID_BODY", "PUT", path, files={"metadata": (None, surrogate)})
