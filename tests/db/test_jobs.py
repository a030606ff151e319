import msgspec

from fettle.domain.jobs import Job, JobKind
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def add_job(tx: Transaction, records: Records, run_at: int) -> Job:
    job = Job(new_id(), records.company.id, JobKind.WATCH_PHOTO, new_id(), 1, run_at)
    tx.jobs.add(job)
    return job


def test_what_is_due_first_is_claimed_first_and_once(tx: Transaction, records: Records) -> None:
    later, sooner, future = (add_job(tx, records, run_at) for run_at in (20, 10, 40))
    for job in (sooner, later):
        claimed = tx.jobs.claim(JobKind.WATCH_PHOTO, 30, 90)
        assert claimed == msgspec.structs.replace(job, attempts=1, claimed_until=90, run_at=90)
    assert tx.jobs.claim(JobKind.WATCH_PHOTO, 30, 90) is None
    assert tx.jobs.next_run_at(JobKind.WATCH_PHOTO) == future.run_at


def test_a_job_whose_worker_died_is_due_when_the_lease_ends(tx: Transaction, records: Records) -> None:
    job = add_job(tx, records, 1)
    tx.jobs.claim(JobKind.WATCH_PHOTO, 10, 20)
    assert tx.jobs.claim(JobKind.WATCH_PHOTO, 19, 100) is None
    assert tx.jobs.next_run_at(JobKind.WATCH_PHOTO) == 20
    claimed = tx.jobs.claim(JobKind.WATCH_PHOTO, 20, 100)
    assert claimed is not None
    assert (claimed.id, claimed.attempts) == (job.id, 2)


def test_a_job_is_given_back_or_done(tx: Transaction, records: Records) -> None:
    job = add_job(tx, records, 1)
    tx.jobs.claim(JobKind.WATCH_PHOTO, 1, 50)
    tx.jobs.change(job.id, run_at=5, claimed_until=None, last_error="none there")
    claimed = tx.jobs.claim(JobKind.WATCH_PHOTO, 5, 50)
    assert claimed is not None
    assert (claimed.id, claimed.last_error, claimed.attempts) == (job.id, "none there", 2)
    tx.jobs.delete(job.id)
    assert tx.jobs.next_run_at(JobKind.WATCH_PHOTO) is None
