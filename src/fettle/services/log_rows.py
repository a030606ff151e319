"""The log of a company as a noun of a transaction; see `rows.py`."""

from typing import Protocol

from fettle.domain.activity import Entry
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.instants import Instant


class LogRows(Protocol):
    """Entries get their place once and for ever; inner nodes of the tree are kept for every eighth level."""

    def growing(self) -> list[str]:
        """The companies that have entries without a place."""
        ...

    def lock(self, company_id: str) -> int:
        """Keep every other transaction from placing entries of this company until the end of this one; the size."""
        ...

    def size(self, company_id: str) -> int:
        """How many entries have a place."""
        ...

    def place(self, company_id: str, size: int, at_most: int) -> int:
        """Give the next places, from `size` on, to entries that have none; how many. The log is locked."""
        ...

    def hashes(self, company_id: str, level: int, first: int, last: int) -> list[bytes]:
        """Those of complete subtrees of 2^level leaves, from place `first` to before `last`; level 0, 8, 16 or 24."""
        ...

    def add_node(self, company_id: str, level: int, place: int, sha256: bytes) -> None: ...
    def entries(self, company_id: str, first: int, last: int) -> list[Entry]:
        """By their place, from `first` to before `last`."""
        ...

    def unsigned_since(self) -> Instant | None:
        """When the oldest entry was made that no checkpoint covers, of all companies."""
        ...

    def add_checkpoint(self, checkpoint: Checkpoint) -> None: ...
    def newest_checkpoint(self, company_id: str) -> Checkpoint | None: ...
    def find_checkpoint(self, company_id: str, size: int, note: str) -> Checkpoint | None: ...
    def checkpoints(self, company_id: str, before_size: int, limit: int) -> list[Checkpoint]:
        """The largest first."""
        ...
