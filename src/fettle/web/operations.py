"""Operations: method, path, right, body and answers of everything that the server does, each declared once.

Routing, the guard, the decoding of bodies and the OpenAPI document all read this one declaration, so they cannot
differ.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fettle.domain.people import Scope
from fettle.web.answers import Headers, Response

Handler = Callable[..., Awaitable[Response]]
BYTES: Final = "*/*"
CHUNKS: Final = "application/offset+octet-stream"


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart body: its text fields (name -> schema type), which of them must be there, and its file parts."""

    files: frozenset[str]
    fields: Mapping[str, type] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    metadata: type | None = None


@dataclass(frozen=True, slots=True)
class RequestHeader:
    """A header that an operation reads beyond those that all of them do; `example` is one that is taken."""

    name: str
    says: str
    schema: Mapping[str, Any]
    example: str | None = None
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a client can ask for.

    `scope` None: no credential is needed. `{id}` in a path is a work order's UUID or number, every other parameter a
    UUID. The handler gets the call, then the decoded body, then the decoded query,
    as far as they are declared. `errors` are the codes beyond those that every operation can answer.

    For the OpenAPI document: `headers` are those of the answer with what each says; `examples` are named by what they
    show: "body", "metadata" and "fields" (the two ways of a form), "answer". The first line of the handler's docstring
    is the summary, the rest the description. `media_type` BYTES is a stored file, served by `transfer.send_file`, with
    ranges and validators.

    With a `chunk_type` the handler reads a body of that media type itself, as it comes. `every_answer` are headers of
    refusals too. With `redirects` the answer may be 307, where the client asks for that.

    Of pages (`is_page`): refusals are pages too, and `fields` is the body of a form as browsers send it.
    """

    method: str
    paths: tuple[str, ...]
    handler: Handler
    scope: Scope | None
    status: int = 200
    body: type | None = None
    form: Form | None = None
    query: type | None = None
    answer: Any = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    tag: str = ""
    summary: str = ""
    examples: Mapping[str, Any] = field(default_factory=dict)
    needs_person: bool = False
    chunk_type: str | None = None
    request_headers: tuple[RequestHeader, ...] = ()
    every_answer: Headers = ()
    redirects: bool = False
    is_documented: bool = True
    is_page: bool = False
    fields: type | None = None

    @property
    def names_an_order(self) -> bool:
        """Whether the path's `{id}` is a work order."""
        return "{id}" in self.paths[0]

    @property
    def serves_bytes(self) -> bool:
        """Whether the answer is a stored file, of whatever type that is."""
        return self.media_type == BYTES

    @property
    def takes_chunks(self) -> bool:
        """Whether the handler reads the body itself, as it comes."""
        return self.chunk_type is not None

    @property
    def takes_body(self) -> bool:
        """Whether a body is read at all."""
        return any(each is not None for each in (self.body, self.form, self.fields)) or self.takes_chunks


class Operations:
    """The operations of one part of the API, collected by its decorator in the order of the file."""

    def __init__(self, tag: str) -> None:
        """`tag` groups them in the documentation."""
        self.tag: Final = tag
        self.all: Final[list[Operation]] = []

    def __call__(self, method: str, *paths: str, scope: Scope | None, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler; further arguments are the fields of Operation.

        The first line of its docstring is the summary.
        """

        def declare(handler: Handler) -> Handler:
            summary = (handler.__doc__ or "").strip().partition("\n")[0].rstrip(".")
            self.all.append(Operation(method, paths, handler, scope, tag=self.tag, summary=summary, **declared))
            return handler

        return declare
