"""What a request's body is: JSON, or a form that can be sent in two ways."""

from typing import Any, Final

from fettle.web.openapi.schemas import Schema, Schemas
from fettle.web.operations import Form, Operation

_FILE: Final = {"type": "string", "contentMediaType": "application/octet-stream"}
_TWO_WAYS: Final = (
    "Either a part `metadata` with a JSON object, or the same names as plain fields; both take the bytes in a part "
    "`attachment`. Parts may come in any order. Let your HTTP library write the Content-Type with its boundary."
)
_ONE_WAY: Final = "Let your HTTP library write the Content-Type with its boundary."


def body_of(operation: Operation, schemas: Schemas) -> Schema | None:
    """The request body; None where there is none."""
    if operation.form is not None:
        return _form_body(operation, operation.form, schemas)
    if operation.body is None:
        return None
    content: Schema = {"schema": schemas.of(operation.body)}
    if "body" in operation.examples:
        content["example"] = operation.examples["body"]
    return {"required": True, "content": {"application/json": content}}


def _form_body(operation: Operation, form: Form, schemas: Schemas) -> Schema:
    flat = _object("fields", {name: schemas.of(kind) for name, kind in form.fields.items()}, form.required, form)
    content: Schema = {"schema": flat, "encoding": _encoding(form)}
    if form.metadata is not None:
        described = _object("metadata", {"metadata": schemas.of(form.metadata)}, frozenset({"metadata"}), form)
        content["schema"] = {"oneOf": [described, flat]}
    examples = _examples(operation)
    if examples:
        content["examples"] = examples
    description = _ONE_WAY if form.metadata is None else _TWO_WAYS
    return {"required": True, "description": description, "content": {"multipart/form-data": content}}


def _object(title: str, fields: dict[str, Schema], required: frozenset[str], form: Form) -> Schema:
    return {
        "title": title,
        "type": "object",
        "properties": fields | dict.fromkeys(sorted(form.files), _FILE),
        "required": sorted(required),
        "additionalProperties": False,
    }


def _encoding(form: Form) -> Schema:
    encoding: Schema = {name: {"contentType": "application/octet-stream, image/*, */*"} for name in sorted(form.files)}
    return encoding if form.metadata is None else {"metadata": {"contentType": "application/json"}} | encoding


def _examples(operation: Operation) -> dict[str, Any]:
    examples = {name: operation.examples[name] for name in ("metadata", "fields") if name in operation.examples}
    return {name: {"value": {name: value} if name == "metadata" else value} for name, value in examples.items()}
