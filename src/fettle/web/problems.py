"""Errors out: the one table from kind to status, the one error body, and the one last catch."""

from typing import Any, Final

from fettle.domain.errors import FettleError, Kind
from fettle.domain.messages import detail_of, sentence_of
from fettle.web.answers import Headers, Response, as_json, header
from fettle.web.calls import Call
from fettle.web.fields import camel_case
from fettle.web.routing import MethodNotAllowed
from fettle.web.transfer import RangeNotSatisfiable

STATUS_OF: Final = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION: 412,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED: 415,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
    Kind.NO_SPACE: 507,
}
# HTTP has words of its own for these; they have no kind, for nothing below the web room can raise them.
_STATUS_OF_CODE: Final = {
    "METHOD_NOT_ALLOWED": 405,
    "REQUEST_TIMEOUT": 408,
    "UPLOAD_EXPIRED": 410,
    "LINK_EXPIRED": 410,
    "BYTES_REMOVED": 410,
    "URI_TOO_LONG": 414,
    "RANGE_NOT_SATISFIABLE": 416,
    "UPLOAD_BUSY": 423,
    "HEADERS_TOO_LARGE": 431,
    "CHECKSUM_MISMATCH": 460,
}
_ORIGIN: Final = {"boundedContext": "fettle"}
_RETRY_AFTER_S: Final = 5
# These speak of a name that the client made up or wrote twice: it is shown as the client spelled it.
_AS_SENT: Final = frozenset({"unknown_field", "duplicate", "twice", "photos_missing", "photos_awaited"})


class InternalError(FettleError):
    """A fault of ours; the log has it whole, the client gets the safe sentence."""

    code = "INTERNAL"


def status_of(error: FettleError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, InternalError):
        return 500
    return _STATUS_OF_CODE.get(error.code) or STATUS_OF[error.kind]


def problem(error: FettleError, call: Call) -> Response:
    """The error body of contract B, for both dialects."""
    status = status_of(error)
    body: dict[str, Any] = {
        "code": error.code,
        "message": sentence_of(error, call.language),
        "status": status,
        "traceId": call.trace_id,
        "origin": _origin(call),
    }
    if error.details:
        is_camel = call.path.startswith("/v1")
        body["details"] = [
            {
                "field": camel_case(detail.field) if is_camel and detail.code not in _AS_SENT else detail.field,
                "message": detail_of(detail, call.language),
            }
            for detail in error.details
        ]
    return as_json(body, status, _headers(error, status))


def _origin(call: Call) -> dict[str, str]:
    return {**_ORIGIN, "module": call.operation.tag} if call.operation and call.operation.tag else _ORIGIN


def _headers(error: FettleError, status: int) -> Headers:
    headers = []
    if status == STATUS_OF[Kind.UNAUTHENTICATED]:
        headers.append(header("www-authenticate", 'Bearer realm="fettle"'))
    if isinstance(error, MethodNotAllowed):
        headers.append(header("allow", ", ".join(error.allowed)))
    if isinstance(error, RangeNotSatisfiable):
        headers.append(header("content-range", f"bytes */{error.size}"))
    if error.kind in {Kind.TOO_MANY, Kind.UNAVAILABLE}:
        headers.append(header("retry-after", str(error.retry_after_s or _RETRY_AFTER_S)))
    return tuple(headers)
