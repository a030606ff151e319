"""Whether the signatures that are kept are what the log says of them, and those of passkeys right."""

from collections.abc import Iterator, Mapping, Sequence

from fettle.domain.activity import Entry
from fettle.domain.completions import Method, Signature
from fettle.domain.signature_checks import signature_place, signature_problems
from fettle.domain.verification import Finding, Problem
from fettle.services.passkey_ports import PasskeyVerifier
from fettle.services.rows import Transaction


class SignatureCheck:
    """Compares rows with entries."""

    def __init__(self, passkeys: PasskeyVerifier) -> None:
        """It comes from `build.py`."""
        self._passkeys = passkeys

    def problems(
        self, entries: Mapping[int, Entry], signatures: Sequence[Signature], drawn: Mapping[str, str | None]
    ) -> Iterator[Problem]:
        """What is wrong with those of one work order; `entries` are all with a signature, `drawn` is `drawn_in`."""
        yield from signature_problems(entries, signatures, drawn)
        for each in signatures:
            if each.method == Method.PASSKEY and not self._passkeys.holds(each.assertion or "", each.challenge):
                yield Problem(Finding.SIGNATURE_WRONG, signature_place(each.version))


def drawn_in(tx: Transaction, company_id: str, signatures: Sequence[Signature]) -> dict[str, str | None]:
    """The SHA-256 of the drawings' bytes by their names, None where they are gone."""
    names = [each.drawn_file_name for each in signatures if each.drawn_file_name is not None]
    return {file.name: None if file.damaged_at else file.sha256 for file in tx.files.of_names(company_id, names)}
