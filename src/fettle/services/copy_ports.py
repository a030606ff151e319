"""What copies of checkpoints need from outside; see `ports.py`."""

from typing import Protocol

from fettle.domain.checkpoint_copies import Fault
from fettle.domain.checkpoints import Checkpoint


class NotCopied(Exception):
    """A destination did not take the checkpoint, or nothing shows that it did; it is safe to try again."""

    def __init__(self, fault: Fault, said: str = "") -> None:
        """`said` is for the server's log."""
        super().__init__(fault.value, said)
        self.fault = fault


class CheckpointTaker(Protocol):
    """A place out of the server's hands."""

    async def take(self, checkpoint: Checkpoint) -> str | None:
        """Have it there, durably as far as can be known, and give back its proof, if it gives one; raises NotCopied.

        What is there already is left as it is.
        """
        ...
