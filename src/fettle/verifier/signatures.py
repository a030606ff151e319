"""Whether the signatures of a work order are what its log says, and those of passkeys right."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fettle.assertions import is_assertion_of
from fettle.domain.activity import Entry, read_json
from fettle.domain.completions import Method, assertion_sha256, challenge_of
from fettle.domain.packs import PackedFile, PackedOrder, PackedSignature
from fettle.domain.signature_checks import statement_holds
from fettle.domain.verification import Chain, Finding, Problem
from fettle.verifier.records import file_problems

# Of a log with many entries only those that have it are read a second time.
_SIGNED: Final = '"statement_sha256":'


class Signatures:
    """Takes the entries of a work order, each before its chain does; `found` are those with a signature, by version."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self.found: dict[int, Entry] = {}

    def take(self, entry: Entry) -> Iterator[Problem]:
        """Whether what was signed is what the log adds up to, where the entry has a signature."""
        if _SIGNED not in entry.data or "statement_sha256" not in read_json(entry.data):
            return
        self.found[entry.seq] = entry
        if not statement_holds(entry, self._chain):
            yield Problem(Finding.STATEMENT_DIFFERS, _where(entry.seq))

    def problems(self, order: PackedOrder, files: Mapping[str, PackedFile]) -> Iterator[Problem]:
        """What the manifest says otherwise than the entries, what only one of the two has, and passkeys' wrong ones."""
        left = dict(self.found)
        for each in order.signatures:
            entry = left.pop(each.version, None)
            if entry is None:
                yield Problem(Finding.RECORD_DIFFERS, _where(each.version))
            else:
                yield from _problems(each, entry, order, files)
        for version in left:
            yield Problem(Finding.RECORD_DIFFERS, _where(version))


def _problems(
    each: PackedSignature, entry: Entry, order: PackedOrder, files: Mapping[str, PackedFile]
) -> Iterator[Problem]:
    where, data = _where(entry.seq), read_json(entry.data)
    said = (each.method, each.statement_sha256, assertion_sha256(each.assertion))
    if said != (data.get("method"), data["statement_sha256"], data.get("assertion_sha256")):
        yield Problem(Finding.RECORD_DIFFERS, where)
    if each.method == Method.PASSKEY and not _is_right(each):
        yield Problem(Finding.SIGNATURE_WRONG, where)
    yield from _drawing_problems(each, entry, data, order, files)


def _drawing_problems(
    each: PackedSignature, entry: Entry, data: Mapping[str, Any], order: PackedOrder, files: Mapping[str, PackedFile]
) -> Iterator[Problem]:
    """A drawing goes with the words of its entry when they are erased."""
    if each.path is not None:
        yield from file_problems(each.path, data.get("drawn_sha256"), order, files)
    elif "drawn_sha256" in data and not entry.is_erased:
        yield Problem(Finding.BYTES_MISSING, _where(entry.seq))


def _is_right(each: PackedSignature) -> bool:
    return is_assertion_of(each.assertion or "", challenge_of(each.statement_sha256))


def _where(version: int) -> str:
    return f"signature {version}"
