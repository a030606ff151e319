"""What a request's body is: JSON, or a form that can be sent in two ways."""

from typing import Any, Final

from fettle.web.openapi.schemas import Schema, Schemas
from fettle.web.operations import Form, Operation

_FILE: Final = {"type": "string", "contentMediaType": "application/octet-stream"}
_TWO_WAYS: Final = (
    "Either a part `metadata` with a JSON object, or the same names as plain fields, or both where they agree; the "
    "bytes come in a part `attachment`. Parts may come in any order. Let your HTTP library write the Content-Type with "
    "its boundary."
)
_ONE_WAY: Final = "Let your HTTP library write the Content-Type with its boundary."


def body_of(operation: Operation, schemas: Schemas) -> Schema | None:
    """The request body; None where there is none."""
    if operation.form is not None:
        return _form_body(operation, operation.form, schemas)
    if operation.chunk_type is not None:
        return {
            "required": False,
            "content": {operation.chunk_type: {"schema": {"type": "string", "format": "binary"}}},
        }
    if operation.body is None:
        return None
    content: Schema = {"schema": schemas.of(operation.body)}
    if "body" in operation.examples:
        content["example"] = operation.examples["body"]
    return {"required": True, "content": {"application/json": content}}


def _form_body(operation: Operation, form: Form, schemas: Schemas) -> Schema:
    content: Schema = {"schema": _form_schema(form, schemas), "encoding": _encoding(form)}
    examples = _examples(operation)
    if examples:
        content["examples"] = examples
    description = _ONE_WAY if form.metadata is None else _TWO_WAYS
    return {"required": True, "description": description, "content": {"multipart/form-data": content}}


def _form_schema(form: Form, schemas: Schemas) -> Schema:
    """All parts in one object, so that a tool can offer them; which of them make a whole is said beside it."""
    parts = {name: schemas.of(kind) for name, kind in form.fields.items()} | dict.fromkeys(sorted(form.files), _FILE)
    flat: Schema = {"title": "fields", "required": sorted(form.required)}
    if form.metadata is None:
        ways = flat
    else:
        parts = {"metadata": schemas.of(form.metadata)} | parts
        ways = {"anyOf": [{"title": "metadata", "required": ["metadata"]}, flat]}
    return {"type": "object", "properties": parts, "additionalProperties": False, **ways}


def _encoding(form: Form) -> Schema:
    encoding: Schema = {name: {"contentType": "application/octet-stream, image/*, */*"} for name in sorted(form.files)}
    return encoding if form.metadata is None else {"metadata": {"contentType": "application/json"}} | encoding


def _examples(operation: Operation) -> dict[str, Any]:
    examples = {name: operation.examples[name] for name in ("metadata", "fields") if name in operation.examples}
    return {name: {"value": {name: value} if name == "metadata" else value} for name, value in examples.items()}
