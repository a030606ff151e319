"""Types to JSON Schema (2020-12, as OpenAPI 3.1 wants it), all named ones in one set of components."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec

from fettle.web.operations import Operation

Schema = dict[str, Any]

REFERENCE: Final = "#/components/schemas/"
_NAME_NOISE: Final = re.compile(r"[^A-Za-z0-9]+")
_ROOM: Final = "fettle.web."


class Parameter(NamedTuple):
    """One query parameter, as it is spelled in the address."""

    name: str
    required: bool
    repeats: bool
    schema: Schema


class Schemas:
    """The schemas of every type that the operations name."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        operations = list(operations)
        queries = {operation.query for operation in operations if operation.query is not None}
        kinds = list(dict.fromkeys([kind for operation in operations for kind in _kinds(operation)]))
        template = f"{REFERENCE}{{name}}"
        roots, found = msgspec.json.schema_components(kinds, ref_template=template)
        names = {f"{REFERENCE}{name}": f"{REFERENCE}{_readable(name)}" for name in found}
        self._of: dict[Any, Schema] = {kind: _renamed(root, names) for kind, root in zip(kinds, roots, strict=True)}
        spelled = {_readable(name): _renamed(schema, names) for name, schema in found.items()}
        inlined = {_name(self._of[query]) for query in queries}
        self._queries: dict[type, Schema] = {query: spelled[_name(self._of[query])] for query in queries}
        self.components = {name: schema for name, schema in sorted(spelled.items()) if name not in inlined}

    def of(self, kind: Any) -> Schema:
        """The schema of a type, a reference where it has a name."""
        return self._of[kind]

    def parameters(self, query: type) -> Iterator[Parameter]:
        """The parameters of a query Struct, in its order."""
        schema = self._queries[query]
        required = schema.get("required", ())
        for name, found in schema["properties"].items():
            plain = _without_null(found)
            yield Parameter(name, name in required, plain.get("type") == "array", plain)


def _kinds(operation: Operation) -> Iterator[Any]:
    for kind in (operation.body, operation.query, operation.answer):
        if kind not in (None, bytes):
            yield kind
    if operation.form is not None:
        yield from operation.form.fields.values()
        if operation.form.metadata is not None:
            yield operation.form.metadata


def _readable(name: str) -> str:
    """A component's name: where two Structs share theirs, msgspec prefixes the module."""
    return _NAME_NOISE.sub("_", name.replace(_ROOM, "")).strip("_")


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).removeprefix(REFERENCE)


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    """The schema with other references, and without the defaults of what is merely optional."""
    if isinstance(schema, dict):
        kept = {key: value for key, value in schema.items() if not (key == "default" and value in (None, []))}
        return {
            key: names.get(value, value) if key == "$ref" else _renamed(value, names) for key, value in kept.items()
        }
    return [_renamed(member, names) for member in schema] if isinstance(schema, list) else schema


def _without_null(schema: Schema) -> Schema:
    """A query parameter that may be absent is never null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {key: value for key, value in schema.items() if key != "anyOf"} | dict(choices[0])
