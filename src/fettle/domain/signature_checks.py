"""Whether the signatures of a work order are what its log says of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fettle.domain.activity import Entry, read_json
from fettle.domain.completions import Signature, SignedEvidence, evidence_sha256, statement_in
from fettle.domain.verification import Chain, Finding, Problem

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
    rows = {signature.version: signature for signature in signatures}
    for place, entry in enumerate(entries):
        signature = rows.pop(entry.seq, None)
        data = read_json(entry.data)
        if signature is None and "statement_sha256" not in data:
            continue
        if signature is None or not _is_said(signature, entry):
            yield Problem(Finding.RECORD_DIFFERS, f"signature {entry.seq}")
        if not _holds(entries[:place], entry):
            yield Problem(Finding.STATEMENT_DIFFERS, f"signature {entry.seq}")
        name = signature.drawn_file_name if signature else None
        if not entry.is_erased and data.get("drawn_sha256") != (drawn.get(name) if name else None):
            yield Problem(Finding.BYTES_MISSING, f"signature {entry.seq}")
    for version in rows:
        yield Problem(Finding.RECORD_DIFFERS, f"signature {version}")


def _is_said(signature: Signature, entry: Entry) -> bool:
    said = read_json(entry.data) | {"signer_user_id": entry.added_by_user_id, "signed_at": entry.added_at}
    return all(getattr(signature, field) == said.get(field) for field in _SAID)


def _holds(before: Sequence[Entry], entry: Entry) -> bool:
    """Whether the entry names the hash of the statement that it holds, and of the evidence that was there."""
    data = read_json(entry.data)
    if data.get("evidence_sha256") != evidence_sha256(_evidence_in(before)):
        return False
    statement = statement_in(entry, before[-1].sha256) if before else None
    return entry.texts is None or (statement is not None and statement.sha256 == data.get("statement_sha256"))


def _evidence_in(entries: Sequence[Entry]) -> Iterator[SignedEvidence]:
    """What was there and not deleted after these entries, as they say."""
    chain = Chain()
    for _ in chain.take_all(entries):
        pass  # what is wrong with them is told elsewhere
    for evidence_id, known in chain.reckoning.evidence.items():
        if not known.get("deleted") and "state" in known:
            yield SignedEvidence(evidence_id, known.get("sha256"), known["state"])
