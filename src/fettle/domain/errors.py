"""The one family of errors: a kind for machines to sort by, a code that never changes, a sentence for people.

Which HTTP status a kind becomes is known to `web/problems.py` alone; the sentences are in `messages.py`.
"""

from enum import Enum, auto
from typing import Any, Final, NamedTuple


class Kind(Enum):
    """What sort of refusal it is; every adapter maps these and nothing finer."""

    INVALID = auto()
    UNAUTHENTICATED = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()
    CONFLICT = auto()
    PRECONDITION = auto()
    TOO_LARGE = auto()
    UNSUPPORTED = auto()
    TOO_MANY = auto()
    UNAVAILABLE = auto()
    NO_SPACE = auto()


class Detail(NamedTuple):
    """What is wrong with one field: its name as the client spells it, and a code of `messages.FIELD_MESSAGES`."""

    field: str
    code: str
    params: dict[str, Any] = {}  # noqa: RUF012 - never written to; a NamedTuple cannot have a factory


class FettleError(Exception):
    """A refusal that a client may read. `code` names an entry of `messages.MESSAGES`, `params` fill its sentence."""

    kind: Kind = Kind.INVALID
    code: str = "INVALID_BODY"

    def __init__(
        self,
        code: str | None = None,
        *details: Detail,
        retry_after_s: int | None = None,
        **params: Any,
    ) -> None:
        """`code` overrides the class's own; `retry_after_s` tells when to come back (429, 503)."""
        self.code = code or type(self).code
        self.details: Final = details
        self.params: Final = params
        self.retry_after_s: Final = retry_after_s
        super().__init__(self.code, *details, params)


class Invalid(FettleError):
    """The input cannot be parsed, or is not what the operation takes."""


class Unauthenticated(FettleError):
    """No credential, or one that does not count: all reasons look alike from outside."""

    kind, code = Kind.UNAUTHENTICATED, "UNAUTHENTICATED"


class Forbidden(FettleError):
    """A known caller without the right."""

    kind, code = Kind.FORBIDDEN, "FORBIDDEN"


class NotFound(FettleError):
    """Missing, or another company's: the same answer to the letter."""

    kind, code = Kind.NOT_FOUND, "NOT_FOUND"


class WorkOrderNotFound(NotFound):
    """No such work order in the caller's company."""

    code = "WORK_ORDER_NOT_FOUND"


class Conflict(FettleError):
    """The state of the record does not allow it."""

    kind, code = Kind.CONFLICT, "CONFLICT"


class PreconditionFailed(FettleError):
    """If-Match names a version that has moved on."""

    kind, code = Kind.PRECONDITION, "PRECONDITION_FAILED"


class TooLarge(FettleError):
    """More bytes than the limit allows."""

    kind, code = Kind.TOO_LARGE, "TOO_LARGE"


class Unsupported(FettleError):
    """A media type that is not taken, or content that is not what it claims to be."""

    kind, code = Kind.UNSUPPORTED, "UNSUPPORTED_MEDIA_TYPE"


class TooMany(FettleError):
    """Too many requests; `retry_after_s` tells when to come back."""

    kind, code = Kind.TOO_MANY, "TOO_MANY_REQUESTS"


class Unavailable(FettleError):
    """A part we depend on does not answer now; nothing was changed."""

    kind, code = Kind.UNAVAILABLE, "UNAVAILABLE"


class NoSpace(FettleError):
    """The disk is full; nothing was kept."""

    kind, code = Kind.NO_SPACE, "NO_SPACE"


def invalid_field(field: str, code: str, **params: Any) -> Invalid:
    """An INVALID_BODY that names one field and what is wrong with it."""
    return Invalid(None, Detail(field, code, params))
