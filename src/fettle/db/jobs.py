"""Background work as rows."""

from typing import Any

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.instants import Instant
from fettle.domain.jobs import Job, JobKind

JOBS = Table("jobs", Job)


class JobTable:
    """Fulfils `services.rows.JobRows`.

    A claim moves `run_at` to the end of the lease: a job whose worker died is simply due again, and what is due
    next is the smallest `run_at`, claimed or not.
    """

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, job: Job) -> None:
        JOBS.add(self._sql, job)

    def add_unless_there(self, job: Job) -> bool:
        return JOBS.add_unless(self._sql, job, "(id)")

    def claim(self, kind: JobKind, now: Instant, until: Instant) -> Job | None:
        row = self._sql.one(
            "UPDATE jobs SET run_at = ?, claimed_until = ?, attempts = attempts + 1 WHERE id ="  # noqa: S608 - ours
            f" (SELECT id FROM jobs WHERE kind = ? AND run_at <= ? ORDER BY run_at, id LIMIT 1{self._sql.skip_locked})"
            f" AND run_at <= ? RETURNING {JOBS.columns}",
            *(until, until, kind, now, now),
        )
        return None if row is None else JOBS.read(row)

    def change(self, job_id: str, **values: Any) -> None:
        JOBS.change(self._sql, "id = ?", [job_id], values)

    def delete(self, job_id: str) -> None:
        self._sql.run("DELETE FROM jobs WHERE id = ?", job_id)

    def next_run_at(self, kind: JobKind) -> Instant | None:
        row = self._sql.one("SELECT min(run_at) FROM jobs WHERE kind = ?", kind)
        return None if row is None or row[0] is None else int(row[0])

    def count(self) -> int:
        return JOBS.count(self._sql, "kind <> ?", JobKind.CHECK_FILES)
