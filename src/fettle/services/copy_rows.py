"""Copies of checkpoints as a noun of a transaction; see `rows.py`."""

from collections.abc import Mapping
from typing import Protocol

from fettle.domain.checkpoint_copies import CheckpointCopy, Destination, Fault
from fettle.domain.instants import Instant


class CheckpointCopyRows(Protocol):
    """What was delivered never changes again."""

    def add_unless_there(self, copy: CheckpointCopy) -> bool:
        """False, and nothing is added, when the checkpoint has a copy for this destination."""
        ...

    def find(self, copy_id: str) -> CheckpointCopy | None: ...
    def of_sizes(self, company_id: str, smallest: int, largest: int) -> list[CheckpointCopy]:
        """Those of the checkpoints of these sizes."""
        ...

    def newest_stamps(self, company_id: str, largest: int, limit: int) -> list[CheckpointCopy]:
        """Those for which a time stamp came, of checkpoints of so many entries at most, the largest first."""
        ...

    def note_failure(self, copy_id: str, fault: Fault) -> None:
        """Count an attempt that failed."""
        ...

    def note_delivery(self, copy_id: str, delivered_at: Instant, proof: str | None) -> None:
        """Count the attempt that did not."""
        ...

    def waiting_since(self) -> Mapping[Destination, Instant]:
        """When the oldest checkpoint was made that waits for a copy, where one does."""
        ...
