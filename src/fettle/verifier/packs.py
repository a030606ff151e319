"""A pack from its first byte to its last: what holds, and what does not."""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import msgspec

from fettle.domain.checkpoints import NotANote, Note, key_id, origin_of, read_note, read_signed, read_verifier_key
from fettle.domain.completions import Method
from fettle.domain.instants import parse_instant
from fettle.domain.merkle import extends, includes
from fettle.domain.packs import (
    CHECKPOINT,
    FORMAT,
    GROWTH,
    KEY,
    MANIFEST,
    MANIFEST_NOTE,
    STAMPS,
    Manifest,
    PackedFile,
    PackedOrder,
    pack_text,
)
from fettle.domain.signature_checks import SignedChain
from fettle.domain.verdict import Steps, Verdict
from fettle.domain.verification import Chain, Finding, Problem
from fettle.domain.zip_times import ZipTime, zip_time
from fettle.signing import has_signature, is_signed_by
from fettle.verifier.archive import Archive, Member, NotHeld
from fettle.verifier.entries import UNREADABLE, ProvenEntry, read_entries, read_growth, read_stamps
from fettle.verifier.records import manifest_problems, named_paths
from fettle.verifier.signatures import packed_signature_problems

Found = TypeVar("Found")

_MOST_MANIFEST: Final = 256 << 20
_MOST_NOTE: Final = 1 << 16
_read_manifest: Final = msgspec.json.Decoder(Manifest).decode


class Trusted(NamedTuple):
    """What the verifier has from elsewhere than the pack: a name with its public key, and an earlier checkpoint."""

    key: tuple[str, bytes] | None = None
    checkpoint: Note | None = None


def verify(path: Path, trusted: Trusted, steps: Steps) -> Verdict:
    """Find out all there is to be found out about a pack; raises OSError where the file cannot be read."""
    verdict = Verdict()
    try:
        with Archive(path) as archive:
            _Pack(archive, trusted, steps, verdict).verify()
    except NotHeld as stopped:
        verdict.add(stopped.problem)
    return verdict


def verify_at_once(path: Path, key: tuple[str, bytes] | None, checkpoint: Note | None) -> Verdict:
    """Fulfils `services.pack_checks.PackVerifier`: the same, told of at its end only."""
    return verify(path, Trusted(key, checkpoint), Steps())


class _Pack:
    """Lives for one verification."""

    def __init__(self, archive: Archive, trusted: Trusted, steps: Steps, verdict: Verdict) -> None:
        self._archive = archive
        self._trusted = trusted
        self._steps = steps
        self._verdict = verdict
        self._roots: dict[int, bytes] = {}
        self._written = archive.read(MANIFEST, _MOST_MANIFEST)
        self._manifest = self._read_manifest()
        self._files: dict[str, PackedFile] = {file.path: file for file in self._manifest.files}

    def verify(self) -> None:
        """Add everything that is found to the verdict; raises NotHeld where nothing more can be looked at."""
        manifest, verdict = self._manifest, self._verdict
        verdict.company, verdict.company_id, verdict.made_at = manifest.company, manifest.company_id, manifest.made_at
        self._add_all(self._file_problems())
        self._add_all(self._frame_problems())
        origin, key = self._key()
        self._add_all(self._signature_problems(origin, key))
        note = self._checkpoint(origin, key)
        self._add_all(self._growth_problems(note, origin))
        self._add_all(self._stamp_problems(note))
        for order in manifest.orders:
            self._verify_order(order, note)

    def _read_manifest(self) -> Manifest:
        try:
            manifest = _read_manifest(self._written)
        except UNREADABLE:
            raise NotHeld(Finding.FORM_WRONG, MANIFEST) from None
        names = ({order.id for order in manifest.orders}, {order.number for order in manifest.orders})
        if manifest.format != FORMAT or any(len(each) != len(manifest.orders) for each in names):
            raise NotHeld(Finding.FORM_WRONG, MANIFEST)
        return manifest

    def _add_all(self, problems: Iterator[Problem]) -> None:
        for problem in problems:
            self._verdict.add(problem)

    def _file_problems(self) -> Iterator[Problem]:
        """Every file is there, byte for byte, and no other, nor one that belongs to nothing."""
        archive, listed, steps = self._archive, self._manifest.files, self._steps
        steps.all_files, steps.all_bytes = len(listed), archive.size
        allowed = (self._files.keys() & named_paths(self._manifest)) | {MANIFEST, MANIFEST_NOTE}
        for name in archive.members:
            if name not in allowed:
                yield Problem(Finding.FILE_UNKNOWN, name)
        if len(self._files) != len(listed) or {MANIFEST, MANIFEST_NOTE} & self._files.keys():
            yield Problem(Finding.FORM_WRONG, MANIFEST)
        for file in listed:
            member = archive.members.get(file.path)
            if member is None:
                yield Problem(Finding.FILE_MISSING, file.path)
            else:
                yield from self._byte_problems(file, member)
            steps.files += 1

    def _byte_problems(self, file: PackedFile, member: Member) -> Iterator[Problem]:
        sha256, crc = self._sums(file.path)
        if (member.size, sha256) != (file.size, file.sha256):
            yield Problem(Finding.FILE_CHANGED, file.path)
        elif (member.crc, member.modified) != (crc, _zip_time(file.modified_at)):
            yield Problem(Finding.FORM_WRONG, file.path)
        else:
            self._verdict.files += 1
            self._verdict.bytes += file.size

    def _sums(self, name: str) -> tuple[str, int]:
        """SHA-256 in hex and CRC-32 of the bytes."""
        digest, crc = hashlib.sha256(), 0
        for chunk in self._archive.chunks(name):
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            self._steps.bytes += len(chunk)
        return digest.hexdigest(), crc

    def _frame_problems(self) -> Iterator[Problem]:
        """What the ZIP says otherwise of the two files that no manifest lists."""
        made = _zip_time(self._manifest.made_at)
        for name in (MANIFEST, MANIFEST_NOTE):
            member = self._archive.members.get(name)
            if member is not None and (member.crc, member.modified) != (self._sums(name)[1], made):
                yield Problem(Finding.FORM_WRONG, name)

    def _key(self) -> tuple[str, bytes]:
        """The log's name, and the key in use: the one that was given, else the pack's own."""
        own, given = _read(self._archive, KEY, read_verifier_key), self._trusted.key
        name, key = given or own
        if given is not None and given != own:
            self._verdict.add(Problem(Finding.OTHER_KEY, KEY))
        self._verdict.key_id, self._verdict.is_own_key = key_id(name, key).hex(), given is None
        origin = origin_of(self._manifest.company_id)
        if name != origin:
            self._verdict.add(Problem(Finding.OTHER_LOG, KEY))
        return origin, key

    def _signature_problems(self, origin: str, key: bytes) -> Iterator[Problem]:
        text, signatures = _read(self._archive, MANIFEST_NOTE, read_signed)
        if text != pack_text(self._manifest.company_id, hashlib.sha256(self._written).hexdigest()):
            yield Problem(Finding.MANIFEST_CHANGED, MANIFEST)
        if not has_signature(key, origin, text, signatures):
            yield Problem(Finding.SIGNATURE_WRONG, MANIFEST_NOTE)

    def _checkpoint(self, origin: str, key: bytes) -> Note:
        note, verdict = _read(self._archive, CHECKPOINT, read_note), self._verdict
        verdict.checkpoint_size, verdict.checkpoint_root = note.size, note.root.hex()
        if not is_signed_by(key, note):
            verdict.add(Problem(Finding.SIGNATURE_WRONG, CHECKPOINT))
        if note.origin != origin:
            verdict.add(Problem(Finding.OTHER_LOG, CHECKPOINT))
        if note.size != self._manifest.checkpoint_size:
            verdict.add(Problem(Finding.MANIFEST_CHANGED, MANIFEST))
        return note

    def _growth_problems(self, note: Note, origin: str) -> Iterator[Problem]:
        """Each earlier checkpoint leads to the pack's, and the one that was given is among them, or is the pack's."""
        kept = self._trusted.checkpoint
        is_proven = kept is None or kept.size == 0
        if GROWTH in self._archive.members:
            for grown in read_growth(self._archive, GROWTH):
                if not extends(grown.root, grown.size, note.root, note.size, grown.path):
                    yield Problem(Finding.GROWTH_NOT_PROVEN, grown.where)
                    continue
                self._roots[grown.size] = grown.root
                if kept is not None and kept.size == grown.size:
                    is_proven = True
                    if kept.root != grown.root:
                        yield Problem(Finding.LOG_REWRITTEN, f"checkpoint {kept.size}")
        if kept is None:
            return
        self._verdict.kept_size = kept.size
        if kept.origin != origin:
            yield Problem(Finding.OTHER_LOG, f"checkpoint {kept.size}")
        elif kept.size == note.size and kept.root != note.root:
            yield Problem(Finding.LOG_REWRITTEN, f"checkpoint {kept.size}")
        elif kept.size != note.size and not is_proven:
            yield Problem(Finding.GROWTH_NOT_PROVEN, f"checkpoint {kept.size}")

    def _stamp_problems(self, note: Note) -> Iterator[Problem]:
        """What was stamped is a checkpoint of this log; the tokens are for who trusts their authority."""
        if STAMPS not in self._archive.members:
            return
        for where, stamped in read_stamps(self._archive, STAMPS):
            self._verdict.stamped_sizes.append(stamped.size)
            if stamped.origin != note.origin:
                yield Problem(Finding.OTHER_LOG, where)
            elif {note.size: note.root, **self._roots}.get(stamped.size) != stamped.root:
                yield Problem(Finding.GROWTH_NOT_PROVEN, where)

    def _verify_order(self, order: PackedOrder, note: Note) -> None:
        """The entries one by one, then what they add up to."""
        chain, verdict = SignedChain(), self._verdict
        verdict.orders += 1
        try:
            for proven in read_entries(self._archive, order.log):
                self._add_at(order, self._entry_problems(chain, proven, order, note))
        except NotHeld as stopped:
            verdict.add(stopped.problem)
            return
        verdict.erased += len(chain.reckoning.erased)
        self._add_at(order, chain.erasure_problems())
        verdict.without_bytes += sum(each.path is None and each.type != "TEXT" for each in order.evidence)
        self._add_at(order, manifest_problems(order, self._files, chain.reckoning))
        verdict.signatures += len(chain.signed)
        verdict.by_passkey += sum(each.method == Method.PASSKEY for each in order.signatures)
        self._add_at(order, packed_signature_problems(order, chain.signed, self._files))

    def _entry_problems(self, chain: Chain, proven: ProvenEntry, order: PackedOrder, note: Note) -> Iterator[Problem]:
        entry, kept, where = proven.entry, self._trusted.checkpoint, f"entry {proven.entry.seq}"
        self._verdict.entries += 1
        self._verdict.newer += kept is not None and proven.leaf_index >= kept.size
        yield from chain.take(entry)
        if (entry.company_id, entry.work_order_id) != (self._manifest.company_id, order.id):
            yield Problem(Finding.ENTRY_CHANGED, where)
        if not includes(note.root, note.size, proven.leaf_index, proven.leaf_hash, proven.path):
            yield Problem(Finding.NOT_IN_LOG, where)

    def _add_at(self, order: PackedOrder, problems: Iterator[Problem]) -> None:
        """Places within an order follow its number; a file's path begins with it already."""
        for finding, where in problems:
            is_file = where.startswith(f"{order.number}/")
            self._verdict.add(Problem(finding, where if is_file else f"{order.number} {where}"))


def _zip_time(said: str) -> ZipTime | None:
    instant = parse_instant(said)
    return None if instant is None else zip_time(instant)


def _read(archive: Archive, name: str, read: Callable[[str], Found]) -> Found:
    try:
        return read(archive.read(name, _MOST_NOTE).decode())
    except (NotANote, UnicodeDecodeError):
        raise NotHeld(Finding.FORM_WRONG, name) from None
