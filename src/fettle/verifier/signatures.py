"""Whether the signatures of a work order are what its log says, and those of passkeys right."""

from collections.abc import Iterator, Mapping
from typing import Any

from fettle.assertions import is_assertion_of
from fettle.domain.activity import Entry, read_json
from fettle.domain.completions import Method, assertion_sha256, challenge_of
from fettle.domain.packs import PackedFile, PackedOrder, PackedSignature
from fettle.domain.signature_checks import signature_place
from fettle.domain.verification import Finding, Problem
from fettle.verifier.records import file_problems


def packed_signature_problems(
    order: PackedOrder, signed: Mapping[int, Entry], files: Mapping[str, PackedFile]
) -> Iterator[Problem]:
    """What the manifest says otherwise than the entries, what only one of the two has, and passkeys' wrong ones.

    `signed` are the entries with a signature, by version.
    """
    left = dict(signed)
    for each in order.signatures:
        entry = left.pop(each.version, None)
        if entry is None:
            yield Problem(Finding.RECORD_DIFFERS, signature_place(each.version))
        else:
            yield from _problems(each, entry, order, files)
    for version in left:
        yield Problem(Finding.RECORD_DIFFERS, signature_place(version))


def _problems(
    each: PackedSignature, entry: Entry, order: PackedOrder, files: Mapping[str, PackedFile]
) -> Iterator[Problem]:
    where, data = signature_place(entry.seq), read_json(entry.data)
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
        yield Problem(Finding.BYTES_MISSING, signature_place(entry.seq))


def _is_right(each: PackedSignature) -> bool:
    return is_assertion_of(each.assertion or "", challenge_of(each.statement_sha256))
