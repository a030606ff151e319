"""If-Match and Idempotency-Key: under which conditions a change is wanted (contract B, "Repeats and versions")."""

import hashlib
import re
from typing import Any, Final

import msgspec

from fettle.domain.errors import Detail, Invalid
from fettle.domain.repeats import Idempotency
from fettle.web.calls import Call

_KEY: Final = re.compile(r"[\x20-\x7e]{1,255}")
_ETAG: Final = re.compile(r'\s*(W/)?"([^"]*)"\s*')
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_SECRETS: Final = frozenset({"password", "currentPassword", "newPassword"})


def etag_of(version: int) -> str:
    """The strong ETag of a work order at this version."""
    return f'"{version}"'


def read_versions(headers: dict[str, str]) -> frozenset[int] | None:
    """The versions that If-Match accepts, None for any. A weak or foreign tag accepts none (RFC 9110, 13.1.1)."""
    sent = headers.get("if-match")
    if sent is None or sent.strip() == "*":
        return None
    tags = [_ETAG.fullmatch(part) for part in sent.split(",")]
    if any(tag is None for tag in tags):
        raise Invalid("INVALID_PARAMETER", Detail("If-Match", "not_valid", {"reason": '"…"'}))
    return frozenset(int(tag[2]) for tag in tags if tag and not tag[1] and tag[2].isascii() and tag[2].isdigit())


def read_idempotency_key(call: Call) -> str | None:
    """The key of a POST, PUT or PATCH; raises INVALID_PARAMETER unless it is 1 to 255 printable characters."""
    key = call.headers.get("idempotency-key")
    if key is None or call.method not in _METHODS:
        return None
    if not _KEY.fullmatch(key):
        raise Invalid("INVALID_PARAMETER", Detail("Idempotency-Key", "length_bytes", {"min": 1, "max": 255}))
    return key


def request_fingerprint(call: Call, key: str | None, body: bytes) -> Idempotency | None:
    """The key with the fingerprint of method, path, caller and body; None without a key."""
    if key is None:
        return None
    caller = call.known_caller.user_id if call.known_caller else ""
    start = "\n".join((call.method, call.path.rstrip("/"), caller, ""))
    return Idempotency(key, hashlib.sha256(start.encode() + hashlib.sha256(body).digest()).hexdigest())


def without_secrets(sent: bytes, kind: type) -> bytes:
    """The body without passwords: the record keeps a hash of what it was, which would let one be guessed from it."""
    secret = _SECRETS & {field.encode_name for field in msgspec.structs.fields(kind)}
    if not secret:
        return sent
    fields: dict[str, Any] = msgspec.json.decode(sent)
    return msgspec.json.encode({name: value for name, value in fields.items() if name not in secret}, order="sorted")


def is_unchanged(headers: dict[str, str], etag: str) -> bool:
    """Whether If-None-Match names this tag: weak comparison, RFC 9110 section 13.1.2."""
    sent = headers.get("if-none-match")
    if sent is None:
        return False
    return sent.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in sent.split(",")}
