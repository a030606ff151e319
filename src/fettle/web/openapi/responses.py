"""What comes back: the success of an operation, and every refusal with its possible codes."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fettle.domain.errors import FettleError
from fettle.domain.messages import sentence_of
from fettle.web.openapi.codes import codes_of, is_repeatable
from fettle.web.openapi.parameters import is_cacheable
from fettle.web.openapi.schemas import REFERENCE, Schema, Schemas
from fettle.web.operations import BYTES, Operation

_TRACE_ID: Final = "0af7651916cd43dd8448eb211c80319c"
_TEXT: Final = {"type": "string"}
_BINARY: Final = {"type": "string", "format": "binary"}
# Of the tus protocol; HTTP itself has no such status.
_CHECKSUM_MISMATCH: Final = 460
PROBLEM: Final = {
    "title": "Problem",
    "description": "The one error body of the whole server.",
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$", "description": "For machines; never changes."},
        "message": {"type": "string", "description": "For people, in their language."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "Equal to the HTTP status."},
        "traceId": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "Also in the log and `X-Trace-Id`."},
        "origin": {
            "type": "object",
            "properties": {"boundedContext": _TEXT, "module": _TEXT},
            "additionalProperties": False,
        },
        "details": {
            "type": "array",
            "description": "On 400: what is wrong with which field. On 409: what is in the way.",
            "items": {
                "type": "object",
                "properties": {"field": _TEXT, "message": _TEXT},
                "required": ["field", "message"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["code", "message", "status", "traceId"],
    "additionalProperties": False,
}
HEADERS: Final[Mapping[str, Schema]] = {
    "X-Trace-Id": {"description": "The W3C trace id of the request.", "schema": PROBLEM["properties"]["traceId"]},  # type: ignore[index]  # a plain dict of dicts
    "WWW-Authenticate": {"description": "How to authenticate.", "schema": {"const": 'Bearer realm="fettle"'}},
    "Allow": {"description": "The methods that this address takes.", "schema": _TEXT},
    "Content-Range": {"description": "Which bytes these are, and of how many.", "schema": _TEXT},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "Fettle-Replayed": {
        "description": "`true` when an earlier request had done it already, and nothing was changed.",
        "schema": {"const": "true"},
    },
    "ETag": {"description": "The version.", "schema": {"type": "string", "pattern": '^"[^"]*"$'}},
}
_HEADER_OF_STATUS: Final = {
    401: "WWW-Authenticate",
    405: "Allow",
    416: "Content-Range",
    429: "Retry-After",
    503: "Retry-After",
}


class Responses:
    """The responses of all operations; refusals that are alike are one component."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.components: dict[str, Schema] = {"405-METHOD_NOT_ALLOWED": _refusal(405, ("METHOD_NOT_ALLOWED",))}

    def of(self, operation: Operation) -> dict[str, Schema]:
        """The responses by status."""
        found = {str(operation.status): self._success(operation)}
        if operation.serves_bytes:
            found["206"] = _bytes("A part of the bytes", operation, "Content-Range")
        if operation.redirects:
            described = {"Location": {"description": "Where the bytes are, for five minutes.", "schema": _TEXT}}
            found["307"] = {"description": "Temporary Redirect", "headers": _headers(operation) | described}
        if is_cacheable(operation):
            found["304"] = {"description": "Not modified", "headers": _headers(operation)}
        for status, codes in codes_of(operation).items():
            found[str(status)] = {"$ref": f"#/components/responses/{self._named(status, codes)}"}
        return found

    def _success(self, operation: Operation) -> Schema:
        description = HTTPStatus(operation.status).phrase
        if operation.serves_bytes:
            return _bytes(description, operation)
        response: Schema = {"description": description, "headers": _headers(operation)}
        if operation.answer is not None:
            is_bytes = operation.answer is bytes
            content: Schema = {"schema": _BINARY if is_bytes else self._schemas.of(operation.answer)}
            if "answer" in operation.examples:
                content["example"] = operation.examples["answer"]
            response["content"] = {operation.media_type: content}
        return response

    def _named(self, status: int, codes: tuple[str, ...]) -> str:
        name = "-".join((str(status), *codes))
        if name not in self.components:
            self.components[name] = _refusal(status, codes)
        return name


def _refusal(status: int, codes: tuple[str, ...]) -> Schema:
    narrowed = {"properties": {"code": {"enum": list(codes)}, "status": {"const": status}}}
    names = filter(None, ("X-Trace-Id", _HEADER_OF_STATUS.get(status)))
    return {
        "description": f"{_phrase(status)}: {', '.join(f'`{code}`' for code in codes)}",
        "headers": {name: _header_reference(name) for name in names},
        "content": {
            "application/json": {
                "schema": {"allOf": [{"$ref": f"{REFERENCE}Problem"}, narrowed]},
                "examples": {code: {"value": _example(status, code)} for code in codes},
            }
        },
    }


def _phrase(status: int) -> str:
    return "Checksum Mismatch" if status == _CHECKSUM_MISMATCH else HTTPStatus(status).phrase


def _example(status: int, code: str) -> dict[str, Any]:
    message = sentence_of(FettleError(code), "en")
    return {"code": code, "message": message, "status": status, "traceId": _TRACE_ID}


def _bytes(description: str, operation: Operation, *more: str) -> Schema:
    return {
        "description": description,
        "headers": _headers(operation) | {name: _header_reference(name) for name in ("ETag", *more)},
        "content": {BYTES: {"schema": _BINARY}},
    }


def _headers(operation: Operation) -> dict[str, Schema]:
    declared = {name: {"description": text, "schema": _schema(name)} for name, text in operation.headers.items()}
    names = ["X-Trace-Id"] + ["Fettle-Replayed"] * is_repeatable(operation)
    return {name: _header_reference(name) for name in names} | declared


def _schema(name: str) -> Schema:
    known = HEADERS.get(name)
    return _TEXT if known is None else known["schema"]


def _header_reference(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}
