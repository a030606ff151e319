"""The nouns of a transaction that are about what is kept, held and erased; see `rows.py`."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from fettle.domain.erasures import Erasure
from fettle.domain.evidence import Evidence
from fettle.domain.instants import Instant
from fettle.domain.legal_holds import LegalHold

if TYPE_CHECKING:
    from fettle.services.rows import Page


class LegalHoldRows(Protocol):
    """Work orders of which nothing may be removed."""

    def set(self, hold: LegalHold) -> None:
        """In place of the one there was."""
        ...

    def find(self, work_order_id: str) -> LegalHold | None: ...
    def lift(self, work_order_id: str) -> None: ...
    def on_person(self, company_id: str, user_id: str) -> list[int]:
        """The numbers of held orders that this user did something with, or was asked or made responsible for."""
        ...


class ErasureRows(Protocol):
    """What was erased, listed by (erased_at, id); and the blanking of what people wrote in entries of the log."""

    def add(self, erasure: Erasure) -> None: ...
    def page(self, company_id: str, page: "Page") -> list[Erasure]: ...
    def count(self, company_id: str) -> int: ...
    def count_of(self, company_id: str, work_order_ids: Sequence[str]) -> int:
        """How many there were of these work orders, and of persons."""
        ...

    def blank_reason(self, work_order_id: str, erased_at: Instant) -> None:
        """Of those of this work order at that time."""
        ...

    def blank_texts(self, work_order_id: str, versions: Sequence[int]) -> None: ...


class RemovalRows(Protocol):
    """Bytes of deleted evidence, and what else still needs them."""

    def copies_of(self, company_id: str, file_names: Sequence[str]) -> list[Evidence]:
        """Evidence that named one of these files as the object to be copied."""
        ...

    def count(self, work_order_ids: Sequence[str]) -> int:
        """Of how many entries of these work orders the bytes were removed."""
        ...

    def due(self, company_id: str, before: Instant, limit: int) -> list[Evidence]:
        """Deleted before that, its file known, no hold on its order, and nothing else that needs the file."""
        ...

    def is_needed(self, company_id: str, file_name: str, but: Collection[str], before: Instant | None) -> bool:
        """Whether a template, signature or other evidence needs the file: as its own bytes, or as the object it named.

        Evidence does not that is among `but`, whose bytes were removed, or that was deleted before that and not held.
        """
        ...
