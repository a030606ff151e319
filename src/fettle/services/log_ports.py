"""What the log needs from outside; see `ports.py`."""

from typing import Protocol

from fettle.domain.checkpoints import Note


class NoteReader(Protocol):
    """Knows signatures that are the server's own."""

    def is_ours(self, note: Note) -> bool:
        """Whether one of the signatures of a checkpoint is by the server's key, and right."""
        ...


class Signer(Protocol):
    """The key that signs for the server: Ed25519."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        ...

    def sign(self, content: bytes) -> bytes:
        """64 bytes; takes some 100 microseconds."""
        ...
