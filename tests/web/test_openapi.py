"""The document is valid OpenAPI 3.1, complete, and its examples are true."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator, FormatChecker

from fettle.web.api import all_operations
from fettle.web.observe import Observer
from fettle.web.openapi.document import Document, describe
from fettle.web.operations import Operation
from fettle.web.server_routes import Health, Server

_VERSION = "1.2.3"


def _operations() -> list[Operation]:
    return all_operations(Server(_VERSION, Observer(), Health()))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Document(_operations, _VERSION, "/").json)
    return found


def test_it_is_valid_by_the_meta_schema(document: dict[str, Any]) -> None:
    schemathesis.openapi.from_dict(document).validate()
    assert document["openapi"].startswith("3.1.")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_is_in_it_at_each_of_its_paths(document: dict[str, Any]) -> None:
    declared = {(path, o.method.lower()) for o in _operations() if o.is_documented for path in o.paths}
    assert {(path, method) for path, item in document["paths"].items() for method in item} == declared


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [item["operationId"] for item in _items(document)]
    assert len(ids) == len(set(ids))


def test_no_address_has_two_spellings(document: dict[str, Any]) -> None:
    """OpenAPI forbids templates that differ in the names of their parameters only."""
    shapes = [
        "/".join("{}" if part.startswith("{") else part for part in path.split("/")) for path in document["paths"]
    ]
    assert len(shapes) == len(set(shapes))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(_references(document))
    assert references
    for reference in references:
        assert _resolve(document, reference)


def test_nothing_in_the_components_is_superfluous(document: dict[str, Any]) -> None:
    references = set(_references(document))
    parts = [(kind, name) for kind in ("schemas", "parameters", "responses") for name in document["components"][kind]]
    unused = [(kind, name) for kind, name in parts if f"#/components/{kind}/{name}" not in references]
    assert unused == [("responses", "405-METHOD_NOT_ALLOWED")]  # what no documented operation can answer


def test_every_example_is_what_its_schema_says(document: dict[str, Any]) -> None:
    examples = list(_examples(document))
    assert {"application/json", "multipart/form-data"} <= {kind for kind, _, _ in examples}
    wrong = [
        (example, [error.message for error in errors])
        for _, schema, example in examples
        if (errors := list(_validator(document, schema).iter_errors(example)))
    ]
    assert not wrong


def test_the_seeds_are_among_the_examples(document: dict[str, Any]) -> None:
    photo = document["paths"]["/v1/work-orders/{id}/photos"]["post"]
    assert photo["requestBody"]["content"]["application/json"]["example"] == {
        "minioObjectKey": "example",
        "cdnUrl": "https://example.com",
        "takenAt": "2026-04-15T12:00:00Z",
        "step": "example",
    }
    assert set(photo["responses"]["201"]["content"]["application/json"]["example"]["data"]) == {"workOrderId", "status"}
    attach = document["paths"]["/work-orders/{id}/attachments"]["put"]
    assert attach["requestBody"]["content"]["multipart/form-data"]["examples"].keys() == {"metadata", "fields"}


def test_an_attachment_can_be_sent_in_both_ways(document: dict[str, Any]) -> None:
    for path in ("/work-orders/{id}/attachments", "/work-order/{id}/attachments"):
        form = document["paths"][path]["put"]["requestBody"]["content"]["multipart/form-data"]
        ways = {way["title"]: set(way["required"]) for way in form["schema"]["anyOf"]}
        assert ways == {"metadata": {"metadata"}, "fields": {"type", "name", "added_by_user_id"}}
        names = {"type", "name", "added_by_user_id", "value", "file_name"}
        assert form["schema"]["properties"].keys() == {"metadata", "attachment"} | names
        assert form["encoding"]["metadata"] == {"contentType": "application/json"}


def test_every_refusal_is_the_one_error_body(document: dict[str, Any]) -> None:
    for item in _items(document):
        refusals = {status: answer for status, answer in item["responses"].items() if int(status) >= 400}
        assert {"400", "500"} <= refusals.keys()
        for status, answer in refusals.items():
            narrowed = _resolve(document, answer["$ref"])["content"]["application/json"]["schema"]["allOf"]
            assert narrowed[0] == {"$ref": "#/components/schemas/Problem"}
            assert narrowed[1]["properties"]["status"] == {"const": int(status)}
            assert narrowed[1]["properties"]["code"]["enum"]


def test_what_needs_a_right_says_so_and_can_refuse(document: dict[str, Any]) -> None:
    for operation in _operations():
        if not operation.is_documented:
            continue
        item = document["paths"][operation.paths[0]][operation.method.lower()]
        if operation.scope is None:
            assert item["security"] == []
        else:
            assert {"401", "403", "429"} <= item["responses"].keys()
            assert item["security"][0] == {"bearer": [operation.scope.value]}


def test_headers_are_named_where_they_count(document: dict[str, Any]) -> None:
    photo = document["paths"]["/v1/work-orders/{id}/photos"]["post"]
    assert _parameter_names(document, photo) == {"id", "traceparent", "Accept-Language", "Idempotency-Key", "If-Match"}
    assert {"Location", "Fettle-Replayed", "X-Trace-Id"} <= photo["responses"]["201"]["headers"].keys()
    download = document["paths"]["/files/{file_name}"]["get"]
    assert {"Range", "If-None-Match"} <= _parameter_names(document, download)
    assert {"200", "206", "304", "416"} <= download["responses"].keys()


def test_equal_operations_give_equal_bytes() -> None:
    first, second = (Document(_operations, _VERSION, "/") for _ in range(2))
    assert first.json == second.json
    assert first.etag == second.etag
    assert first.etag != Document(_operations, "1.2.4", "/").etag


def test_the_address_is_the_one_that_clients_use() -> None:
    assert describe(_operations(), _VERSION, "https://fettle.example")["servers"] == [{"url": "https://fettle.example"}]


def _items(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from item.values()


def _parameter_names(document: dict[str, Any], item: dict[str, Any]) -> set[str]:
    found = (_resolve(document, each["$ref"]) if "$ref" in each else each for each in item["parameters"])
    return {parameter["name"] for parameter in found}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for member in node:
            yield from _references(member)


def _resolve(document: dict[str, Any], reference: str) -> Any:
    node: Any = document
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def _examples(node: Any) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Find media type, schema and example of every content in the document."""
    if isinstance(node, dict):
        for kind, content in node.get("content", {}).items():
            if "example" in content:
                yield kind, content["schema"], content["example"]
            for example in content.get("examples", {}).values():
                yield kind, content["schema"], example["value"]
        node = list(node.values())
    if isinstance(node, list):
        for member in node:
            yield from _examples(member)


def _validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": document["components"]}, format_checker=FormatChecker())
