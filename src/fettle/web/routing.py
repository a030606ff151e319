"""From method and path to the operation: a tree of segments, built once."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from fettle.domain.errors import FettleError, Kind, NotFound
from fettle.domain.ids import NIL, parse_reference, parse_uuid
from fettle.web.operations import Operation

PARAMETER: Final = "{}"


class MethodNotAllowed(FettleError):
    """The path is known, the method is not."""

    kind, code = Kind.NOT_FOUND, "METHOD_NOT_ALLOWED"

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        """`allowed` goes into the Allow header."""
        self.allowed: Final = allowed
        super().__init__(None, method=method)


class _Node:
    __slots__ = ("children", "operations")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.operations: dict[str, tuple[Operation, tuple[str, ...]]] = {}


class Match(NamedTuple):
    """An operation, and the values of its path's parameters in lower case; NIL, which nothing has, for no id at all."""

    operation: Operation
    params: dict[str, str]


class Router:
    """Finds operations; a trailing slash makes no difference, HEAD finds GET."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        """Raises ValueError when two operations claim the same method and path."""
        self._root: Final = _Node()
        for operation in operations:
            for path in operation.paths:
                self._add(path, operation)

    def find(self, method: str, path: str) -> Match:
        """Raises NotFound, MethodNotAllowed."""
        node, values = self._root, []
        segments = path.split("/")[1:]
        if segments and not segments[-1]:
            segments.pop()
        for segment in segments:
            child = node.children.get(segment)
            if child is None:
                child = node.children.get(PARAMETER)
                values.append(segment)
            if child is None or segment in {PARAMETER, ""}:
                raise NotFound
            node = child
        return _match(node, method, values)

    def _add(self, path: str, operation: Operation) -> None:
        node, names = self._root, []
        for segment in path.split("/")[1:]:
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
            key = PARAMETER if segment.startswith("{") else segment
            node = node.children.setdefault(key, _Node()) if segment else node
        if operation.method in node.operations:
            message = f"two operations for {operation.method} {path}"
            raise ValueError(message)
        node.operations[operation.method] = (operation, tuple(names))


def _match(node: _Node, method: str, values: list[str]) -> Match:
    if not node.operations:
        raise NotFound
    found = node.operations.get(method) or (node.operations.get("GET") if method == "HEAD" else None)
    if found is None:
        methods = sorted(node.operations.keys() | ({"HEAD"} if "GET" in node.operations else set()))
        raise MethodNotAllowed(method, tuple(methods))
    operation, names = found
    params = dict(zip(names, values, strict=True))
    for name, value in params.items():
        params[name] = _parameter(operation, name, value)
    return Match(operation, params)


def _parameter(operation: Operation, name: str, value: str) -> str:
    """What has no form of an id goes the whole way of an id that nothing has: its answer is the same to the letter."""
    parse = parse_reference if name == "id" and operation.names_an_order else parse_uuid
    return str(parse(value) or NIL)
