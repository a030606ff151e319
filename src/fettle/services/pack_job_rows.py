"""Evidence packs in the making as a noun of a transaction; see `rows.py`."""

from collections.abc import Sequence
from typing import Any, Protocol

from fettle.domain.instants import Instant
from fettle.domain.pack_jobs import PackJob


class PackJobRows(Protocol):
    """Whoever makes one says which attempt that is: what an earlier one still does changes nothing."""

    def add(self, pack: PackJob) -> None: ...
    def find(self, company_id: str, pack_id: str) -> PackJob | None: ...
    def of_company(self, company_id: str) -> list[PackJob]:
        """The newest first."""
        ...

    def count(self, company_id: str) -> int: ...
    def begin(self, pack_id: str, attempt: int) -> PackJob | None:
        """It is worked on from its beginning; None, and nothing is changed, when it has ended or was begun again."""
        ...

    def change(self, pack_id: str, attempt: int, **values: Any) -> bool:
        """False, and nothing is changed, when it is not worked on in this attempt any more."""
        ...

    def note_orders(self, company_id: str, pack_id: str, work_order_ids: Sequence[str]) -> None:
        """Which work orders are in it."""
        ...

    def ready_with(self, company_id: str, work_order_id: str | None) -> list[PackJob]:
        """Those that are ready and have this work order in them, or all; no other becomes ready before the end."""
        ...

    def delete(self, company_id: str, pack_id: str) -> bool: ...
    def expired(self, now: Instant, limit: int) -> list[PackJob]: ...
    def is_result(self, storage_key: str) -> bool:
        """Whether the bytes under the key are those of one that is ready."""
        ...
