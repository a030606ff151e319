"""Who is calling, and what they may send, settled before a byte of the body is read.

The order of checks is contract A's: credential 401, throttle 429, scope 403, declared size 413, media type 415,
order 404.
"""

import re
from typing import Final

from fettle.domain.credentials import Presented, read_credential
from fettle.domain.errors import (
    Forbidden,
    Invalid,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unsupported,
    WorkOrderNotFound,
)
from fettle.domain.limits import MAX_JSON_BYTES
from fettle.domain.people import CredentialKind
from fettle.web.calls import Call
from fettle.web.cookies import session_of
from fettle.web.operations import Operation
from fettle.web.throttle import Throttle

FORM_SLACK_BYTES: Final = 1 << 20
_JSON: Final = re.compile(r"application/(?:json|[\w.+-]+\+json)\s*(?:;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE)
_FORM: Final = re.compile(r"multipart/form-data\s*(?:;.*)?", re.IGNORECASE | re.DOTALL)
_LINES: Final = re.compile(r"application/x-www-form-urlencoded\s*(?:;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE)
_NO_RETRY_S: Final = 60
# With one of these a cookie says nothing.
_CREDENTIALS: Final = frozenset({"authorization", "x-api-key"})


class Guard:
    """Passes a call on with its caller and order, or raises."""

    def __init__(self, throttle: Throttle, max_upload_bytes: int) -> None:
        """`max_upload_bytes` is the limit of one file."""
        self._throttle = throttle
        self._max_upload_bytes = max_upload_bytes

    async def admit(self, call: Call, operation: Operation) -> None:
        """Fill in the caller and the order; raises in the order that the module names."""
        if operation.scope is not None:
            await self._admit_caller(call, operation)
        if call.method not in {"GET", "HEAD"}:
            self._admit_body(call, operation)
        if operation.names_an_order and call.known_order is None:
            raise WorkOrderNotFound

    async def _admit_caller(self, call: Call, operation: Operation) -> None:
        presented = read_presented(call.headers) if _CREDENTIALS & call.headers.keys() else session_of(call)
        reference = call.params.get("id") if operation.names_an_order else None
        key: str | int | None = int(reference) if reference is not None and reference.isdigit() else reference
        try:
            call.known_caller, call.known_order = await call.services.people.admit(presented, key)
        except Unauthenticated:
            if self._throttle.failed(call.client):
                raise TooMany(retry_after_s=_NO_RETRY_S) from None
            raise
        if operation.needs_person and call.caller.kind is CredentialKind.KEY:
            raise Forbidden("KEYS_NEED_A_PERSON")
        if operation.scope is not None:
            call.caller.require(operation.scope)

    def _admit_body(self, call: Call, operation: Operation) -> None:
        length = _declared_length(call.headers)
        if operation.form is not None or operation.takes_chunks:
            if length is not None and length > self._max_upload_bytes + FORM_SLACK_BYTES:
                raise TooLarge(max_bytes=self._max_upload_bytes)
        elif length is not None and length > MAX_JSON_BYTES:
            raise TooLarge(max_bytes=MAX_JSON_BYTES)
        if call.headers.get("content-encoding", "identity").lower() != "identity":
            raise Unsupported(accepted="Content-Encoding: identity")
        _require_media_type(call, operation)


def read_presented(headers: dict[str, str]) -> Presented | None:
    """The credential of the request, None when there is none of a right form.

    Raises TWO_CREDENTIALS when Authorization and X-API-Key differ. A user token counts in Authorization only.
    """
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    api_key = headers.get("x-api-key", "").strip()
    if bearer and api_key and bearer != api_key:
        raise Invalid("TWO_CREDENTIALS")
    presented = read_credential(bearer or api_key)
    if api_key and presented is not None and presented.kind is CredentialKind.TOKEN:
        return None
    return presented


def _declared_length(headers: dict[str, str]) -> int | None:
    text = headers.get("content-length")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit():
        raise Invalid("MALFORMED_REQUEST")
    return int(text)


def _require_media_type(call: Call, operation: Operation) -> None:
    sent = call.headers.get("content-type", "")
    if operation.body is not None and not _JSON.fullmatch(sent):
        raise Unsupported(accepted="application/json")
    if operation.fields is not None and not _LINES.fullmatch(sent):
        raise Unsupported(accepted="application/x-www-form-urlencoded")
    if operation.form is not None and not _FORM.fullmatch(sent):
        raise Unsupported(accepted="multipart/form-data")
