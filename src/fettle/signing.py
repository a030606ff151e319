"""The Ed25519 key (RFC 8032) that signs checkpoints: in a file of its own, never in the database."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from fettle.domain.checkpoints import Note, key_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OWNER_ONLY: Final = 0o600


class UnfitKey(Exception):
    """The file holds no Ed25519 private key, or cannot be read or made."""


class Ed25519Signer:
    """Fulfils `services.log_ports.Signer`."""

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        self._key = key
        self.public_key: Final = key.public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        return self._key.sign(content)

    def is_ours(self, note: Note) -> bool:
        return is_signed_by(self.public_key, note)


class KeyNotes(NamedTuple):
    """Fulfils `services.log_ports.NoteReader` for a public key."""

    public_key: bytes

    def is_ours(self, note: Note) -> bool:
        return is_signed_by(self.public_key, note)


def open_signer(path: Path) -> Ed25519Signer:
    """The key in the file, a PEM of PKCS #8; where there is none, one is made. Raises UnfitKey."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - 30 ms of a start
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

    try:
        if not path.exists():
            _make(path)
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise UnfitKey(f"{path}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnfitKey(f"{path}: no Ed25519 key")
    return Ed25519Signer(key)


def is_signed_by(public_key: bytes, note: Note) -> bool:
    """Whether a checkpoint carries a right signature by this key, in the name of its log."""
    return has_signature(public_key, note.origin, note.text, note.signatures)


def has_signature(public_key: bytes, name: str, text: str, signatures: Iterable[tuple[str, bytes, bytes]]) -> bool:
    """Whether one of the signatures of a note is by this key under this name, and right."""
    wanted = name, key_id(name, public_key)
    return any(
        (signer, found) == wanted and is_signed(public_key, signature, text.encode())
        for signer, found, signature in signatures
    )


def is_signed(public_key: bytes, signature: bytes, content: bytes) -> bool:
    """Whether the signature of the content is that of the key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see open_signer
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - see open_signer

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(path: Path) -> None:
    """Two processes may do so at once: the one whose file is there first is right."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - see open_signer
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - see open_signer

    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    made = path.with_name(f"{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes(*form))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
