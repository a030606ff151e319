"""The whole document, built once when somebody first asks for it."""

import hashlib
import inspect
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Final

import msgspec

from fettle.web.openapi.bodies import body_of
from fettle.web.openapi.parameters import PARAMETERS, parameters_of
from fettle.web.openapi.responses import HEADERS, PROBLEM, Responses
from fettle.web.openapi.schemas import Schema, Schemas
from fettle.web.operations import Operation

_ABOUT: Final = """\
Work orders and the proof that the work was done. Two dialects speak of one record: the paths without a prefix are
Serial's (snake_case, bare bodies), those below `/v1` are PXLHub's (camelCase, `{"data": …}`) and this server's own
full API. What one adds, the other shows.

Every refusal of either is the same body, `Problem`; `code` never changes, `message` is in English or French by
`Accept-Language`. What is missing, and what another company owns, is 404, the same to the letter. `HEAD` answers
wherever `GET` does, a trailing slash makes no difference, and another method at a known address is 405 with `Allow`.
"""
_WORD: Final = re.compile("[A-Za-z0-9]+")
_SECURITY_SCHEMES: Final = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer <API key or user token>`. A user token comes from `POST /v1/sessions`.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "An API key; never a user token.",
    },
}


class Document:
    """The document as bytes, with an ETag that changes with it."""

    def __init__(self, operations: Callable[[], Iterable[Operation]], version: str, server_url: str) -> None:
        """`operations` is asked when the document is first wanted."""
        self._operations = operations
        self._version = version
        self._server_url = server_url

    @cached_property
    def json(self) -> bytes:
        """The document as UTF-8 JSON; equal for equal operations."""
        return msgspec.json.encode(describe(self._operations(), self._version, self._server_url))

    @cached_property
    def etag(self) -> str:
        """A strong ETag."""
        return f'"{hashlib.sha256(self.json).hexdigest()[:32]}"'


def describe(operations: Iterable[Operation], version: str, server_url: str = "/") -> dict[str, Any]:
    """The OpenAPI 3.1 document of these operations."""
    operations = [operation for operation in operations if operation.is_documented]
    schemas = Schemas(operations)
    responses = Responses(schemas)
    paths = _paths(operations, schemas, responses)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Fettle",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server_url}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in operations)],
        "paths": paths,
        "components": {
            "schemas": schemas.components | {"Problem": PROBLEM},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": dict(sorted(responses.components.items())),
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def _paths(operations: list[Operation], schemas: Schemas, responses: Responses) -> dict[str, Schema]:
    paths: dict[str, Schema] = {}
    for operation in operations:
        for path in operation.paths:
            paths.setdefault(path, {})[operation.method.lower()] = _item(operation, path, schemas, responses)
    return paths


def _item(operation: Operation, path: str, schemas: Schemas, responses: Responses) -> Schema:
    item: Schema = {
        "operationId": operation_id(operation, path),
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    description = _description(operation, path)
    if description:
        item["description"] = description
    item["parameters"] = parameters_of(operation, path, schemas)
    body = body_of(operation, schemas)
    if body is not None:
        item["requestBody"] = body
    item["responses"] = responses.of(operation)
    item["security"] = _security(operation)
    return item


def operation_id(operation: Operation, path: str) -> str:
    """A name for programs, unique because method and path are."""
    return "_".join((operation.method.lower(), *_WORD.findall(path)))


def _description(operation: Operation, path: str) -> str:
    text = inspect.getdoc(operation.handler) or ""
    paragraphs = [text.partition("\n")[2].strip()]
    if operation.scope is not None:
        person = ", and a person: a user token" if operation.needs_person else ""
        paragraphs.append(f"Needs the right `{operation.scope.value}`{person}.")
    others = [f"`{other}`" for other in operation.paths if other != path]
    if others:
        paragraphs.append(f"The same as {', '.join(others)}.")
    return "\n\n".join(filter(None, paragraphs))


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """Which credentials are taken; the role that OpenAPI 3.1 lets be named is the right that is needed."""
    if operation.scope is None:
        return []
    names = ["bearer"] if operation.needs_person else ["bearer", "apiKey"]
    return [{name: [operation.scope.value]} for name in names]
