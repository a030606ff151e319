"""Every code with its status, and which codes an operation can answer with."""

from collections.abc import Iterator, Mapping
from typing import Final

from fettle.web.operations import Operation

CODES_BY_STATUS: Final[Mapping[int, tuple[str, ...]]] = {
    400: (
        "INVALID_BODY",
        "INVALID_PARAMETER",
        "INVALID_METADATA",
        "MALFORMED_REQUEST",
        "PAGE_TOO_DEEP",
        "MULTIPART_INVALID",
        "MULTIPART_BOUNDARY_MISSING",
        "ATTACHMENT_MISSING",
        "OBJECT_NOT_FOUND",
        "OBJECT_DIFFERS",
        "TOO_MANY_ORIGINALS",
        "USER_NOT_FOUND",
        "TWO_CREDENTIALS",
    ),
    401: ("UNAUTHENTICATED", "WRONG_PASSWORD", "WRONG_PASSKEY"),
    403: (
        "FORBIDDEN",
        "NOT_YOURSELF",
        "ROLE_NOT_ALLOWED",
        "FOUR_EYES",
        "KEYS_NEED_A_PERSON",
        "USER_TOKEN_REQUIRED",
        "CROSS_SITE",
    ),
    404: ("NOT_FOUND", "WORK_ORDER_NOT_FOUND", "NOT_STORED", "NO_RENDITION"),
    405: ("METHOD_NOT_ALLOWED",),
    408: ("REQUEST_TIMEOUT",),
    409: (
        "CONFLICT",
        "WORK_ORDER_NOT_DRAFT",
        "WORK_ORDER_CLOSED",
        "ILLEGAL_MOVE",
        "APPROVALS_MISSING",
        "PHOTOS_MISSING",
        "SIGNATURE_REQUIRED",
        "PASSKEYS_UNAVAILABLE",
        "NO_PASSKEY",
        "TOO_MANY_PASSKEYS",
        "CONTENT_CHANGED",
        "SAME_PHOTO",
        "WORK_ORDER_FULL",
        "LATE_PHOTO_DECIDED",
        "LEGAL_HOLD",
        "FILE_IN_USE",
        "PACK_NOT_READY",
        "UPLOAD_OFFSET",
        "IDEMPOTENCY_KEY_REUSED",
        "EMAIL_TAKEN",
        "LAST_ADMIN",
        "OWN_ACCOUNT",
        "PART_NUMBER_TAKEN",
        "TEMPLATE_NAME_TAKEN",
        "DATASET_EXISTS",
        "COMPANY_EXISTS",
    ),
    410: ("UPLOAD_EXPIRED", "LINK_EXPIRED", "BYTES_REMOVED"),
    412: ("PRECONDITION_FAILED", "FILE_CHANGED", "TUS_VERSION"),
    413: ("TOO_LARGE",),
    414: ("URI_TOO_LONG",),
    415: ("UNSUPPORTED_MEDIA_TYPE", "NOT_AN_IMAGE", "TYPE_NOT_ALLOWED"),
    416: ("RANGE_NOT_SATISFIABLE",),
    423: ("UPLOAD_BUSY",),
    429: ("TOO_MANY_REQUESTS", "TOO_MANY_UPLOADS", "TOO_MANY_PACKS"),
    431: ("HEADERS_TOO_LARGE",),
    460: ("CHECKSUM_MISMATCH",),
    500: ("INTERNAL",),
    503: ("UNAVAILABLE", "NOT_READY", "BYTES_DAMAGED"),
    507: ("NO_SPACE",),
}
STATUS_OF_CODE: Final = {code: status for status, codes in CODES_BY_STATUS.items() for code in codes}

REPEATABLE_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_NAMES_A_PERSON: Final = ("_by_user_id", "ByUserId")


def codes_of(operation: Operation) -> dict[int, tuple[str, ...]]:
    """The codes of an operation by status, both in the order of the table: its own, and what its shape brings along."""
    found = {*operation.errors, *_of_every_request(), *_of_shape(operation)}
    by_status = {status: tuple(code for code in codes if code in found) for status, codes in CODES_BY_STATUS.items()}
    return {status: codes for status, codes in by_status.items() if codes}


def is_repeatable(operation: Operation) -> bool:
    """Whether an Idempotency-Key counts."""
    if operation.takes_chunks and "{" in operation.paths[0]:  # its offset tells a repeat
        return False
    return operation.scope is not None and operation.method in REPEATABLE_METHODS


def is_conditional(operation: Operation) -> bool:
    """Whether If-Match counts: on every change of a work order."""
    return operation.names_an_order and operation.method != "GET"


def _of_every_request() -> Iterator[str]:
    """Of framing, and of conditions, which are read on every request."""
    yield from ("MALFORMED_REQUEST", "INVALID_PARAMETER", "URI_TOO_LONG", "HEADERS_TOO_LARGE", "INTERNAL")


def _of_shape(operation: Operation) -> Iterator[str]:
    if operation.scope is not None:
        yield from ("TWO_CREDENTIALS", "UNAUTHENTICATED", "TOO_MANY_REQUESTS", "FORBIDDEN", "UNAVAILABLE")
    if operation.needs_person:
        yield "KEYS_NEED_A_PERSON"
    if operation.names_an_order:
        yield "WORK_ORDER_NOT_FOUND"
    if operation.paths[0].count("{") > operation.names_an_order or operation.serves_bytes:
        yield "NOT_FOUND"
    if operation.serves_bytes:
        yield from ("RANGE_NOT_SATISFIABLE", "FILE_CHANGED")
    if operation.method != "GET":
        yield from _of_changes(operation)


def _of_changes(operation: Operation) -> Iterator[str]:
    yield from ("TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "UNAVAILABLE")
    if operation.scope is not None:
        yield "CROSS_SITE"
    if operation.takes_body:
        yield from ("INVALID_BODY", "REQUEST_TIMEOUT")
    if operation.form is not None:
        yield from ("MULTIPART_INVALID", "MULTIPART_BOUNDARY_MISSING", "NO_SPACE")
    if is_repeatable(operation):
        yield "IDEMPOTENCY_KEY_REUSED"
    if is_conditional(operation):
        yield "PRECONDITION_FAILED"
    if any(name.endswith(_NAMES_A_PERSON) for name in _fields(operation)):
        yield from ("USER_NOT_FOUND", "NOT_YOURSELF")


def _fields(operation: Operation) -> tuple[str, ...]:
    if operation.form is not None:
        return tuple(operation.form.fields)
    return getattr(operation.body, "__struct_fields__", ())
