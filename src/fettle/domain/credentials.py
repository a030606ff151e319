"""The written form of a credential: `fettle_<id>_<secret>_<checksum>` for a key, `fettlesession_…` for a user token.

The checksum (CRC-32 of all before it) tells a mistyped credential without asking the database, and lets secret
scanners be sure.
"""

import hashlib
import re
import zlib
from typing import Final, NamedTuple

from fettle.domain.people import CredentialKind

_PREFIXES: Final = {CredentialKind.KEY: "fettle", CredentialKind.TOKEN: "fettlesession"}
_FORM: Final = re.compile(r"(fettle|fettlesession)_([0-9a-f]{32})_([0-9A-Za-z]{32,64})_([0-9a-f]{8})", re.ASCII)


class Presented(NamedTuple):
    """A credential as a client sent it: well formed, not yet known to be true."""

    kind: CredentialKind
    id: str
    secret_sha256: str


def write_credential(kind: CredentialKind, credential_id: str, secret: str) -> str:
    """The text a client keeps; `credential_id` is a UUID, `secret` 32 to 64 letters and digits."""
    body = f"{_PREFIXES[kind]}_{credential_id.replace('-', '')}_{secret}"
    return f"{body}_{_checksum(body)}"


def read_credential(text: str) -> Presented | None:
    """What the text names, or None when its form or checksum is wrong."""
    match = _FORM.fullmatch(text)
    if match is None or _checksum(text[: match.start(4) - 1]) != match[4]:
        return None
    kind = CredentialKind.KEY if match[1] == "fettle" else CredentialKind.TOKEN
    h = match[2]
    return Presented(kind, f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}", hash_secret(match[3]))


def hash_secret(secret: str) -> str:
    """SHA-256 in hex: enough for a random secret of 190 bits, and cheap enough for every request."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
