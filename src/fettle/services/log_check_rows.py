"""The rows of a whole log, as they are read by who checks them; see `rows.py`."""

from collections.abc import Sequence
from typing import Protocol

from fettle.domain.activity import Entry
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.completions import Signature
from fettle.domain.late_photos import LatePhoto
from fettle.domain.legal_holds import LegalHold
from fettle.domain.merkle_growth import StoredNode
from fettle.domain.required_photos import RequiredPhoto
from fettle.domain.work_orders import WorkOrder


class LogCheckRows(Protocol):
    """What is in the rows, whether it makes sense or not."""

    def entries(self, company_id: str, work_order_id: str, seq: int, limit: int) -> list[Entry]:
        """By work order and version, after this one; their types are text that may be none of ours."""
        ...

    def leaves(self, company_id: str, first: int, last: int) -> list[StoredNode]:
        """The entries with a place from `first` to before `last`, by place."""
        ...

    def nodes(self, company_id: str, level: int, first: int, last: int) -> list[StoredNode]:
        """The nodes of a level, by place."""
        ...

    def strays(self, company_id: str, levels: Sequence[int], size: int) -> list[StoredNode]:
        """Nodes, and entries with a place, that a log of so many entries does not have; a hundred at most."""
        ...

    def checkpoints(self, company_id: str, after_size: int, to_size: int) -> list[Checkpoint]:
        """Those of more than `after_size` entries, and of `to_size` at most, the smallest first."""
        ...

    def largest_checkpoint(self, company_id: str) -> int:
        """Of how many entries; -1 where there is no checkpoint."""
        ...

    def unplaced(self, company_id: str) -> int:
        """How many entries have no place yet."""
        ...

    def without_order(self, company_id: str) -> list[str]:
        """The ids of work orders that have entries and no row, a hundred at most."""
        ...

    def without_entries(self, company_id: str) -> list[int]:
        """The numbers of work orders that have no entry, a hundred at most."""
        ...

    def orders(self, company_id: str, work_order_ids: Sequence[str]) -> list[WorkOrder]: ...
    def required_photos(self, work_order_ids: Sequence[str]) -> list[RequiredPhoto]:
        """By position."""
        ...

    def signatures(self, work_order_ids: Sequence[str]) -> list[Signature]: ...
    def legal_holds(self, work_order_ids: Sequence[str]) -> list[LegalHold]: ...
    def late_photos(self, work_order_ids: Sequence[str]) -> list[LatePhoto]: ...
