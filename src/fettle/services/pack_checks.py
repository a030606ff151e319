"""Whether an evidence pack holds, found out here by the very code of `fettle verify`; nothing of it is kept."""

import asyncio
from pathlib import Path
from typing import Final, Protocol

from fettle.domain.checkpoints import NotANote, Note, answered, read_note, read_verifier_key
from fettle.domain.errors import invalid_field
from fettle.domain.verdict import Verdict
from fettle.services.ports import Spool

# One at a time: a manifest may fill a good part of the memory.
_AT_ONCE: Final = 1


class PackVerifier(Protocol):
    """Reads a pack that may be hostile."""

    def __call__(self, path: Path, key: tuple[str, bytes] | None, checkpoint: Note | None) -> Verdict:
        """All there is to be found out about it; takes as long as hashing it."""
        ...


class PackChecks:
    """For anybody who may read: a pack tells nothing of this server's but what is in it."""

    def __init__(self, verify: PackVerifier) -> None:
        """It comes from `build.py`."""
        self._verify = verify
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def check(self, pack: Spool, checkpoint: Spool | None, key: str) -> Verdict:
        """Verify the pack against what its owner kept elsewhere: an earlier checkpoint, a public key.

        Raises INVALID_BODY naming what is none, NoSpace, Unavailable.
        """
        note, trusted = _read_checkpoint(checkpoint), _read_key(key)
        async with self._places:
            return await pack.with_file(lambda path: self._verify(path, trusted, note))


def _read_checkpoint(sent: Spool | None) -> Note | None:
    """A note is far shorter than the beginning of a file that is kept at hand."""
    if sent is None:
        return None
    try:
        return read_note(answered(sent.head.decode(), "note"))
    except (NotANote, UnicodeDecodeError):
        raise invalid_field("checkpoint", "not_a_checkpoint") from None


def _read_key(text: str) -> tuple[str, bytes] | None:
    if not text.strip():
        return None
    try:
        return read_verifier_key(answered(text, "verifierKey"))
    except NotANote:
        raise invalid_field("key", "not_a_log_key") from None
