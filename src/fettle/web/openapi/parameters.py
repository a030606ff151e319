"""What a request carries beside its body: path, query and headers."""

import re
from typing import Any, Final

from fettle.domain.ids import NUMBER_PATTERN, UUID_PATTERN
from fettle.domain.sentences import LANGUAGES
from fettle.web.openapi.codes import is_conditional, is_repeatable
from fettle.web.openapi.schemas import Schema, Schemas
from fettle.web.operations import Operation, RequestHeader

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def _header(name: str, description: str, schema: Schema) -> Schema:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


PARAMETERS: Final = {
    "WorkOrderReference": {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The work order's UUID, in any case, or its number. Both name the same work order.",
        "schema": {
            "type": "string",
            "anyOf": [{"format": "uuid", "pattern": UUID_PATTERN}, {"pattern": NUMBER_PATTERN}],
            "examples": ["2489e9ad-2ee2-8e00-8ec9-32d5f69181c0", "1"],
        },
    },
    "Traceparent": _header(
        "traceparent",
        "W3C trace context. Its trace id comes back as `X-Trace-Id` and `traceId`; what is malformed is ignored.",
        {"type": "string", "examples": ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]},
    ),
    "AcceptLanguage": _header(
        "Accept-Language",
        f"The language of messages: {' or '.join(LANGUAGES)}; else the server's own.",
        {"type": "string", "examples": ["fr"]},
    ),
    "IdempotencyKey": _header(
        "Idempotency-Key",
        "The same request under the same key is done once and answered again, for 7 days; another request under it "
        "is refused.",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]{1,255}$"},
    ),
    "IfMatch": _header(
        "If-Match",
        "The ETag (or ETags) of the work order which may be changed; `*` for any.",
        {"type": "string", "pattern": '^(\\*|(W/)?"[^"]*"(, ?(W/)?"[^"]*")*)$', "examples": ['"3"']},
    ),
    "IfNoneMatch": _header(
        "If-None-Match", "Answer 304, without a body, when this ETag still holds.", {"type": "string"}
    ),
    "Range": _header(
        "Range", "One range of bytes; what is malformed is ignored.", {"type": "string", "examples": ["bytes=0-1023"]}
    ),
    "IfRange": _header("If-Range", "Heed `Range` only while this ETag holds.", {"type": "string"}),
}


def parameters_of(operation: Operation, path: str, schemas: Schemas) -> list[Schema]:
    """All parameters of an operation at one of its paths."""
    found = [_in_path(name, operation) for name in _PLACEHOLDER.findall(path)]
    if operation.query is not None:
        found += [
            _in_query(name, required, repeats, schema)
            for name, required, repeats, schema in schemas.parameters(operation.query)
        ]
    found += [_declared(each) for each in operation.request_headers]
    return found + [{"$ref": f"#/components/parameters/{name}"} for name in _headers_of(operation)]


def _declared(sent: RequestHeader) -> Schema:
    examples = {} if sent.example is None else {"examples": [sent.example]}
    return _header(sent.name, sent.says, {"type": "string", **sent.schema, **examples}) | {"required": sent.is_required}


def is_cacheable(operation: Operation) -> bool:
    """Whether If-None-Match counts."""
    return operation.method == "GET" and (operation.serves_bytes or "ETag" in operation.headers)


def _headers_of(operation: Operation) -> list[str]:
    counts = {
        "Traceparent": True,
        "AcceptLanguage": True,
        "IdempotencyKey": is_repeatable(operation),
        "IfMatch": is_conditional(operation),
        "IfNoneMatch": is_cacheable(operation),
        "Range": operation.serves_bytes,
        "IfRange": operation.serves_bytes,
    }
    return [name for name, does in counts.items() if does]


def _in_path(name: str, operation: Operation) -> Schema:
    if name == "id" and operation.names_an_order:
        return {"$ref": "#/components/parameters/WorkOrderReference"}
    schema = {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(name: str, required: bool, repeats: bool, schema: Schema) -> dict[str, Any]:  # noqa: FBT001 - a row
    described = {"description": schema["description"]} if "description" in schema else {}
    spelled = {"style": "form", "explode": True} if repeats else {}
    return {"name": name, "in": "query", "required": required, **described, **spelled, "schema": schema}
