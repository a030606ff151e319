"""The protocol's own headers: read strictly, written as the specification spells them."""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any, Final

from fettle.domain.errors import Detail, Invalid, PreconditionFailed
from fettle.domain.instants import SECOND
from fettle.domain.uploads import Upload
from fettle.services.appending import Checksum
from fettle.web.answers import Headers, header

VERSION: Final = "1.0.0"
# A refusal of another version has to say which one is spoken; the answers that need not are none the worse for it.
SPOKEN: Final = (header("tus-resumable", VERSION), header("tus-version", VERSION))
NO_STORE: Final = header("cache-control", "no-store")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_HASHES: Final[Mapping[str, Callable[[], Any]]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}
ALGORITHMS: Final = ",".join(_HASHES)
_NOT_OFFERED: Final = ("upload-defer-length", "upload-concat")


class WrongVersion(PreconditionFailed):
    """The client speaks another version of the protocol, or none."""

    code = "TUS_VERSION"


def require_version(headers: Mapping[str, str]) -> None:
    """Raise TUS_VERSION unless Tus-Resumable is ours."""
    if headers.get("tus-resumable") != VERSION:
        raise WrongVersion(version=VERSION)


def read_length(headers: Mapping[str, str]) -> int:
    """Upload-Length; raises INVALID_PARAMETER when it is missing or no number, or put off, which is not offered."""
    for name in _NOT_OFFERED:
        if name in headers:
            raise Invalid("INVALID_PARAMETER", Detail(name.title(), "unknown_field"))
    return _number(headers, "Upload-Length")


def read_offset(headers: Mapping[str, str]) -> int:
    """Upload-Offset; raises INVALID_PARAMETER."""
    return _number(headers, "Upload-Offset")


def read_pairs(text: str) -> dict[str, str]:
    """Upload-Metadata by key; raises INVALID_METADATA naming the key that comes twice or is no base64 of UTF-8."""
    found: dict[str, str] = {}
    for pair in text.split(",") if text.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not key or key in found:
            raise Invalid("INVALID_METADATA", Detail(key, "twice" if key else "required"))
        try:
            found[key] = b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Invalid("INVALID_METADATA", Detail(key, "not_valid", {"reason": "base64, UTF-8"})) from None
        if "\0" in found[key]:
            raise Invalid("INVALID_METADATA", Detail(key, "nul"))
    return found


def read_checksum(headers: Mapping[str, str]) -> Checksum | None:
    """Upload-Checksum; raises INVALID_PARAMETER for an algorithm that is not offered and a value that cannot be."""
    sent = headers.get("upload-checksum")
    if sent is None:
        return None
    algorithm, _, value = sent.partition(" ")
    make = _HASHES.get(algorithm)
    if make is None:
        raise Invalid("INVALID_PARAMETER", Detail("Upload-Checksum", "not_valid", {"reason": ALGORITHMS}))
    digest = make()
    try:
        expected = b64decode(value.strip(), validate=True)
    except binascii.Error:
        expected = b""
    if len(expected) != digest.digest_size:
        raise Invalid("INVALID_PARAMETER", Detail("Upload-Checksum", "not_valid", {"reason": f"{algorithm} base64"}))
    return Checksum(digest, expected)


def standing(upload: Upload) -> Headers:
    """How far an upload is, how long it waits, and what it became."""
    headers = [
        header("upload-offset", str(upload.received)),
        header("upload-expires", formatdate(upload.expires_at // SECOND, usegmt=True)),
        NO_STORE,
    ]
    if upload.evidence_id is not None:
        headers.append(header("fettle-evidence-id", upload.evidence_id))
    return tuple(headers)


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name.lower())
    if text is None:
        raise invalid_parameter(name, "required")
    if not _NUMBER.fullmatch(text):
        raise invalid_parameter(name, "not_valid", reason="0…")
    return int(text)


def invalid_parameter(name: str, code: str, **params: object) -> Invalid:
    """An INVALID_PARAMETER that names one header."""
    return Invalid("INVALID_PARAMETER", Detail(name, code, params))
