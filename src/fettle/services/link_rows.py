"""The nouns of a transaction that are about links; see `rows.py`."""

from typing import Protocol

from fettle.domain.file_links import FileLink
from fettle.domain.instants import Instant


class FileLinkRows(Protocol):
    """Links that show one file."""

    def add(self, link: FileLink) -> None: ...
    def find(self, link_id: str) -> FileLink | None: ...
    def of_file(self, company_id: str, file_name: str, now: Instant) -> list[FileLink]:
        """Those that count at this instant, the oldest first."""
        ...

    def revoke(self, link_id: str, now: Instant) -> bool:
        """False, and nothing is changed, when it was taken back before."""
        ...


class LinkSecretRows(Protocol):
    """What signs the addresses of a company."""

    def find(self, company_id: str) -> str | None: ...
    def find_or_add(self, company_id: str, secret: str, now: Instant) -> str:
        """The secret there was, else this one."""
        ...
