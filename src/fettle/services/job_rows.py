"""The nouns of a transaction that are about what is done later, and what was done before; see `rows.py`."""

from typing import Any, Protocol

from fettle.domain.instants import Instant
from fettle.domain.jobs import Job, JobKind
from fettle.domain.repeats import Effect


class JobRows(Protocol):
    """Background work. A claim is a conditional update that must touch exactly one row.

    It counts an attempt and moves `run_at` to the end of the lease, so a job whose worker died is due again by itself.
    Giving one back is `change(id, run_at=…, claimed_until=None)`.
    """

    def add(self, job: Job) -> None: ...
    def add_unless_there(self, job: Job) -> bool:
        """False, and nothing is added, when there is one with its id."""
        ...

    def claim(self, kind: JobKind, now: Instant, until: Instant) -> Job | None: ...
    def change(self, job_id: str, **values: Any) -> None: ...
    def delete(self, job_id: str) -> None: ...
    def next_run_at(self, kind: JobKind) -> Instant | None: ...
    def count(self) -> int:
        """Those that are not done yet; a check, which never is, does not count."""
        ...


class EffectRows(Protocol):
    """What was done under an Idempotency-Key."""

    def find(self, company_id: str, user_id: str, key: str) -> Effect | None: ...
    def add(self, effect: Effect) -> None: ...
    def delete_before(self, instant: Instant) -> int: ...
