"""Whether the signatures of a work order are what its log says of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fettle.domain.activity import Entry, read_json
from fettle.domain.completions import Signature, SignedEvidence, evidence_sha256, statement_in
from fettle.domain.reckoning import Reckoning
from fettle.domain.verification import UNREADABLE_ENTRY, Chain, Finding, Problem

_SAID: Final = (
    *("statement_sha256", "content_sha256", "evidence_sha256", "assertion_sha256", "method"),
    *("signer_user_id", "signed_at"),
)


def signature_problems(
    entries: Sequence[Entry], signatures: Sequence[Signature], drawn: Mapping[str, str | None]
) -> Iterator[Problem]:
    """What is wrong with them: rows and entries that differ, statements that are not what was signed.

    `entries` are all of one work order, oldest first; `drawn` has the SHA-256 of each drawing's bytes by its name, None
    where they are gone.
    """
    rows, chain = {signature.version: signature for signature in signatures}, Chain()
    for entry in entries:
        yield from _entry_problems(entry, rows.pop(entry.seq, None), chain, drawn)
        for _ in chain.take(entry):
            pass  # what is wrong with it is told elsewhere
    for version in rows:
        yield Problem(Finding.RECORD_DIFFERS, f"signature {version}")


def _entry_problems(
    entry: Entry, signature: Signature | None, chain: Chain, drawn: Mapping[str, str | None]
) -> Iterator[Problem]:
    where, data = f"signature {entry.seq}", read_json(entry.data)
    if signature is None and "statement_sha256" not in data:
        return
    if signature is None or not _is_said(signature, entry):
        yield Problem(Finding.RECORD_DIFFERS, where)
    if not statement_holds(entry, chain):
        yield Problem(Finding.STATEMENT_DIFFERS, where)
    name = signature.drawn_file_name if signature else None
    if not entry.is_erased and data.get("drawn_sha256") != (drawn.get(name) if name else None):
        yield Problem(Finding.BYTES_MISSING, where)


def _is_said(signature: Signature, entry: Entry) -> bool:
    said = read_json(entry.data) | {"signer_user_id": entry.added_by_user_id, "signed_at": entry.added_at}
    return all(getattr(signature, field) == said.get(field) for field in _SAID)


def statement_holds(entry: Entry, chain: Chain) -> bool:
    """Whether the entry names the hash of the statement that it holds, and of the evidence that was there.

    The chain has taken all entries before it.
    """
    try:
        data = read_json(entry.data)
        if data.get("evidence_sha256") != evidence_sha256(_evidence_in(chain.reckoning)):
            return False
        statement = statement_in(entry, chain.previous) if chain.previous else None
        return entry.texts is None or (statement is not None and statement.sha256 == data.get("statement_sha256"))
    except UNREADABLE_ENTRY:
        return False


def _evidence_in(reckoning: Reckoning) -> Iterator[SignedEvidence]:
    """What is there and not deleted, as the entries say."""
    for evidence_id, known in reckoning.evidence.items():
        if not known.get("deleted") and "state" in known:
            yield SignedEvidence(evidence_id, known.get("sha256"), known["state"])
