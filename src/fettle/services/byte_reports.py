"""What the check of bytes has found of a company's files: how far back it is, and what differs."""

from typing import Final, NamedTuple

from fettle.domain.evidence import Evidence
from fettle.domain.files import StoredFile
from fettle.domain.instants import Instant
from fettle.services.rows import Transaction

_MOST_DAMAGED: Final = 100


class DamagedFile(NamedTuple):
    """A file whose bytes are missing or changed, and where it is part of the record."""

    file: StoredFile
    evidence: list[Evidence]


class ByteReport(NamedTuple):
    """Each of the `files` was read and found right, or stored, after `since`; None where there are none.

    Of what is damaged the first hundred.
    """

    files: int
    since: Instant | None
    damaged: list[DamagedFile]


def byte_report(tx: Transaction, company_id: str) -> ByteReport:
    """Of a company's files as they were found last; reads none of them."""
    damaged = tx.files.damaged(company_id, _MOST_DAMAGED)
    evidence = tx.files.evidence_of_many(company_id, [file.name for file in damaged])
    found = [DamagedFile(file, [each for each in evidence if each.file_name == file.name]) for file in damaged]
    return ByteReport(tx.files.count_kept(company_id), tx.files.checked_longest_ago(company_id), found)
