"""Whether the signatures of a work order are what its log says of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fettle.domain.activity import Entry, read_json
from fettle.domain.completions import Signature, SignedEvidence, evidence_sha256, statement_in
from fettle.domain.reckoning import Reckoning
from fettle.domain.verification import UNREADABLE_ENTRY, Chain, Finding, Problem

_SIGNED: Final = '"statement_sha256":'
_SAID: Final = (
    *("statement_sha256", "content_sha256", "evidence_sha256", "assertion_sha256", "method"),
    *("company_id", "signer_user_id", "signed_at"),
)


class SignedChain(Chain):
    """Looks at each statement too; `signed` are the entries with a signature, by version."""

    def __init__(self) -> None:
        super().__init__()
        self.signed: dict[int, Entry] = {}

    def take(self, entry: Entry) -> Iterator[Problem]:
        """What is wrong with the entry, and with what was signed, where it has a signature."""
        if _is_signed(entry):
            self.signed[entry.seq] = entry
            if not statement_holds(entry, self):
                yield Problem(Finding.STATEMENT_DIFFERS, signature_place(entry.seq))
        yield from super().take(entry)


def signature_place(version: int) -> str:
    """How a signature is named where it does not hold."""
    return f"signature {version}"


def signature_problems(
    entries: Mapping[int, Entry], signatures: Sequence[Signature], drawn: Mapping[str, str | None]
) -> Iterator[Problem]:
    """Where rows and entries with a signature differ, and what only one of the two has.

    `drawn` has the SHA-256 of each drawing's bytes by its name, None where they are gone.
    """
    rows = {signature.version: signature for signature in signatures}
    for version, entry in entries.items():
        yield from _row_problems(entry, rows.pop(version, None), drawn)
    for version in rows:
        yield Problem(Finding.RECORD_DIFFERS, signature_place(version))


def _is_signed(entry: Entry) -> bool:
    # Of a log with many entries only those that have it are read a second time.
    if _SIGNED not in entry.data:
        return False
    try:
        return "statement_sha256" in read_json(entry.data)
    except UNREADABLE_ENTRY:
        return False


def _row_problems(entry: Entry, signature: Signature | None, drawn: Mapping[str, str | None]) -> Iterator[Problem]:
    if signature is None or not _is_said(signature, entry):
        yield Problem(Finding.RECORD_DIFFERS, signature_place(entry.seq))
    if not entry.is_erased and read_json(entry.data).get("drawn_sha256") != _drawn_by(signature, drawn):
        yield Problem(Finding.BYTES_MISSING, signature_place(entry.seq))


def _drawn_by(signature: Signature | None, drawn: Mapping[str, str | None]) -> str | None:
    """The SHA-256 of its drawing, None where it has none; empty, as no hash is, where it is gone."""
    name = signature.drawn_file_name if signature else None
    return None if name is None else drawn.get(name) or ""


def _is_said(signature: Signature, entry: Entry) -> bool:
    about = {"company_id": entry.company_id, "signer_user_id": entry.added_by_user_id, "signed_at": entry.added_at}
    said = read_json(entry.data) | about
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
