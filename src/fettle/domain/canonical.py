"""The one form in which data is hashed: canonical JSON."""

import hashlib
from typing import Any

import msgspec


def canonical(value: Any) -> bytes:
    """The value as RFC 8785 writes it, in UTF-8.

    For what the record holds: keys of ASCII, text, whole numbers below 2^53, booleans, null; no fractions.
    """
    return msgspec.json.encode(value, order="sorted")


def fingerprint(value: Any) -> str:
    """Hex SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()
