"""Checkpoints of a company's log as signed notes: C2SP tlog-checkpoint over C2SP signed-note, with Ed25519."""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import Any, Final, NamedTuple

import msgspec

from fettle.domain.instants import Instant

_ED25519: Final = b"\x01"
_SIGNATURE: Final = re.compile(r"— ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_ID_BYTES: Final = 4


class Checkpoint(msgspec.Struct, frozen=True, array_like=True):
    """What a company's log was: its first `size` entries have this root (hex). `note` is the signed text."""

    company_id: str
    size: int
    root: str
    made_at: Instant
    note: str


class Note(NamedTuple):
    """A checkpoint as it was read: which log, how large, its root, the text that is signed, and the signatures.

    A signature is known by the name of its key and the key's 4-byte id.
    """

    origin: str
    size: int
    root: bytes
    text: str
    signatures: list[tuple[str, bytes, bytes]]


class NotANote(ValueError):
    """The text is no signed checkpoint."""


def origin_of(company_id: str) -> str:
    """The name of a company's log, and of the keys that sign it."""
    return f"fettle/{company_id}"


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The text that is signed: three lines, each ended."""
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n"


def signed_note(text: str, name: str, public_key: bytes, signature: bytes) -> str:
    """The text with one signature below it."""
    return f"{text}\n{signature_line(name, public_key, signature)}"


def signature_line(name: str, public_key: bytes, signature: bytes) -> str:
    """One signature of a note, ended."""
    return f"— {name} {b64encode(key_id(name, public_key) + signature).decode()}\n"


def key_id(name: str, public_key: bytes) -> bytes:
    """The 4 bytes by which a signature tells its key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_ID_BYTES]


def verifier_key(name: str, public_key: bytes) -> str:
    """The public key as C2SP signed-note writes it."""
    return f"{name}+{key_id(name, public_key).hex()}+{b64encode(_ED25519 + public_key).decode()}"


def answered(text: str, field: str) -> str:
    """What was kept as a server of ours answered it (`GET /v1/log/…`): that field; any other text as it is."""
    try:
        return str(msgspec.json.decode(text, type=dict[str, dict[str, Any]])["data"][field])
    except (msgspec.MsgspecError, KeyError):
        return text


def read_verifier_key(text: str) -> tuple[str, bytes]:
    """Name and public key; raises NotANote."""
    name, _, rest = text.strip().partition("+")
    found_id, _, encoded = rest.partition("+")
    key = _decoded(encoded)
    if key[:1] != _ED25519 or len(key) != 1 + 32 or key_id(name, key[1:]).hex() != found_id:  # 32 bytes: RFC 8032
        raise NotANote(text)
    return name, key[1:]


def read_note(note: str) -> Note:
    """A signed checkpoint, its signatures not yet judged; raises NotANote."""
    text, signatures = read_signed(note)
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004 - three lines, each ended
        raise NotANote(note)
    root = _decoded(lines[2])
    if len(root) != hashlib.sha256().digest_size:
        raise NotANote(note)
    return Note(lines[0], int(lines[1]), root, text, signatures)


def read_signed(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text of any signed note, and its signatures as in `Note`; raises NotANote."""
    text, parted, below = note.partition("\n\n")
    if not parted or not below.endswith("\n"):
        raise NotANote(note)
    return text + "\n", [_signature(line) for line in below[:-1].split("\n")]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match = _SIGNATURE.fullmatch(line)
    if match is None:
        raise NotANote(line)
    sent = _decoded(match[2])
    return match[1], sent[:_ID_BYTES], sent[_ID_BYTES:]


def _decoded(text: str) -> bytes:
    """Base64 in the one way to write it: no bit of the text may be another."""
    try:
        found = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise NotANote(text) from None
    if b64encode(found).decode() != text:
        raise NotANote(text)
    return found
