"""Stored files as a noun of a transaction; see `rows.py`."""

from collections.abc import Sequence
from typing import Any, Protocol

from fettle.domain.evidence import Evidence
from fettle.domain.files import StoredFile
from fettle.domain.instants import Instant


class FileRows(Protocol):
    """Stored files."""

    def add(self, file: StoredFile) -> None: ...
    def find(self, company_id: str, name: str) -> StoredFile | None: ...
    def find_for_change(self, company_id: str, name: str) -> StoredFile | None:
        """The same, locked until the end of the transaction: it does not get another use, nor lose its bytes."""
        ...

    def find_by_storage_key(self, storage_key: str) -> StoredFile | None:
        """The file whose bytes these are; None once they may go."""
        ...

    def of_names(self, company_id: str, names: Sequence[str]) -> list[StoredFile]: ...
    def change(self, name: str, **values: Any) -> None: ...
    def delete(self, name: str) -> None: ...
    def of_bytes(self, company_id: str, sha256s: Sequence[str]) -> list[StoredFile]:
        """Those whose bytes have one of these hashes."""
        ...

    def walk(self, after_name: str, limit: int) -> list[StoredFile]:
        """All companies' files by name, for the check; none, here and below, whose bytes were removed for good."""
        ...

    def totals(self) -> tuple[int, int]:
        """How many files there are, of all companies, and how many bytes."""
        ...

    def unchecked_since(self, company_id: str, before: Instant, limit: int) -> list[StoredFile]:
        """Those that were not checked since, nor stored: the longest ago first."""
        ...

    def checked_longest_ago(self, company_id: str | None = None) -> Instant | None:
        """When the file that waits longest was checked or stored; of all companies without an id."""
        ...

    def count_kept(self, company_id: str) -> int:
        """How many files of a company there are whose bytes were not removed for good."""
        ...

    def damaged(self, company_id: str, limit: int) -> list[StoredFile]:
        """Those of them whose bytes are missing or are not what they were."""
        ...

    def count_damaged(self) -> int: ...

    def evidence_of_many(self, company_id: str, names: Sequence[str]) -> list[Evidence]:
        """The same, of several files of one company."""
        ...

    def evidence_of(self, name: str) -> list[Evidence]:
        """The entries, deleted or not, whose `file_name` this is."""
        ...
