"""A pack holds; whatever was done to it is found, with its place."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fettle.domain.checkpoints import read_note, read_verifier_key
from fettle.domain.instants import SECOND
from fettle.domain.packs import PackedStamp
from fettle.domain.verdict import Steps, Verdict
from fettle.domain.verification import Finding, Problem
from fettle.domain.zip_times import zip_time
from fettle.signing import open_signer
from fettle.verifier.packs import Trusted, verify
from tests.verifier.pack_writer import MADE_AT, Files, Made, relisted, signed, written, zipped
from tests.verifier.world import World

NOBODY = Trusted()


def verdict_of(content: bytes, tmp_path: Path, trusted: Trusted = NOBODY) -> Verdict:
    (tmp_path / "pack.zip").write_bytes(content)
    return verify(tmp_path / "pack.zip", trusted, Steps())


def of_files(files: Files, tmp_path: Path, trusted: Trusted = NOBODY) -> list[Problem]:
    return verdict_of(zipped(files), tmp_path, trusted).problems


def test_a_pack_holds(world: World, tmp_path: Path) -> None:
    kept = read_note(world.kept)
    content = written(world.made, world.signer)
    found = verdict_of(content, tmp_path, Trusted(read_verifier_key(world.key), kept))
    assert found.problems == []
    assert (found.orders, found.entries, found.checkpoint_size) == (2, 26, 26)
    assert (found.newer, found.kept_size, found.is_own_key) == (13, 13, False)
    assert (found.files, found.without_bytes) == (len(world.made.files), 2)
    assert found.bytes == sum(map(len, world.made.files.values()))
    newest = verdict_of(content, tmp_path, Trusted(checkpoint=read_note(world.newest)))
    assert (newest.problems, newest.newer, newest.is_own_key) == ([], 0, True)


@pytest.mark.parametrize("name", ["1/log.jsonl", "2/log.jsonl", "checkpoint.txt", "key.txt", "growth.jsonl"])
def test_a_file_that_changed_is_named(world: World, tmp_path: Path, name: str) -> None:
    files = signed(world.made, world.signer)
    files[name] = files[name][:-2] + b" \n"
    assert (of_files(files, tmp_path))[0] == (Finding.FILE_CHANGED, name)


def test_a_photo_that_changed_is_named(world: World, tmp_path: Path) -> None:
    files = signed(world.made, world.signer)
    name = next(path for path in files if path.startswith("1/attachments/"))
    files[name] = b"other"
    assert of_files(files, tmp_path) == [(Finding.FILE_CHANGED, name)]
    del files[name]
    assert of_files(files, tmp_path) == [(Finding.FILE_MISSING, name)]


@pytest.mark.parametrize("name", ["1/log.jsonl", "manifest.json", "manifest.note"])
def test_a_crc_or_a_time_that_says_otherwise_is_found(world: World, tmp_path: Path, name: str) -> None:
    """Nobody needs a key to change them; both copies of each say the same."""
    files, content = signed(world.made, world.signer), written(world.made, world.signer)
    crc, unix = struct.pack("<I", zlib.crc32(files[name])), struct.pack("<HHBi", 0x5455, 5, 1, MADE_AT // SECOND)
    date = zip_time(MADE_AT).date
    for said, other in (
        (crc, b"\xde\xad\xbe\xef"),
        (struct.pack("<H", date), struct.pack("<H", date - 512)),
        (unix, struct.pack("<HHBi", 0x5455, 5, 1, 1_000_000_000)),
    ):
        changed = _in_frames_of(name, content, said, other)
        assert verdict_of(changed, tmp_path).problems == [(Finding.FORM_WRONG, name)], said


def _in_frames_of(name: str, content: bytes, said: bytes, other: bytes) -> bytes:
    """Say it otherwise in what stands before and after the file, and in its record of the directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start, offsets = archive.getinfo(name).header_offset, [each.header_offset for each in archive.infolist()]
    following = [offset for offset in offsets if offset > start]
    end = min(following, default=archive.start_dir)
    record = content.rindex(name.encode()) - 46
    assert said in content[start:end]
    assert said in content[record : record + 80]
    frame, listed = content[start:end].replace(said, other), content[record : record + 80].replace(said, other, 1)
    return content[:start] + frame + content[end:record] + listed + content[record + 80 :]


def test_a_file_that_nobody_listed_is_named(world: World, tmp_path: Path) -> None:
    files = {**signed(world.made, world.signer), "1/photos/more.jpg": b"more"}
    assert of_files(files, tmp_path) == [(Finding.FILE_UNKNOWN, "1/photos/more.jpg")]


def test_a_changed_manifest_is_found(world: World, tmp_path: Path) -> None:
    files = signed(world.made, world.signer)
    files["manifest.json"] = files["manifest.json"].replace(b'"Press"', b'"Prose"')
    problems = of_files(files, tmp_path)
    assert problems == [(Finding.MANIFEST_CHANGED, "manifest.json"), (Finding.RECORD_DIFFERS, "1 name")]


def edit_log(made: Made, number: int, edit: Callable[[list[Any]], None]) -> Made:
    """The lines of a work order's log as somebody changed them, in a pack that lists them as they are."""
    name = f"{number}/log.jsonl"
    lines = [json.loads(line) for line in made.files[name].splitlines()]
    edit(lines)
    text = b"".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for line in lines)
    return relisted(Made({**made.files, name: text}, made.manifest))


def rewrite(number: int, old: str, new: str, key: str = "leaf") -> Callable[[list[Any]], None]:
    def edit(lines: list[Any]) -> None:
        assert old in lines[number][key]
        lines[number][key] = lines[number][key].replace(old, new)

    return edit


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (lambda lines: lines.pop(4), (Finding.ENTRY_MISSING, "1 entry 5")),
        (lambda lines: lines.pop(), (Finding.ENTRY_MISSING, "1 entry 13")),
        (lambda lines: lines.insert(4, lines.pop(5)), (Finding.ENTRY_MISSING, "1 entry 5")),
        (lambda lines: lines.append(lines[3]), (Finding.ENTRY_MISSING, "1 entry 14")),
        (rewrite(2, '"size":', '"size":1'), (Finding.NOT_IN_LOG, "1 entry 3")),
        (rewrite(9, '"PENDING"', '"APPROVED"'), (Finding.NOT_IN_LOG, "1 entry 10")),
        (rewrite(12, "as planned", "as I liked", "texts"), (Finding.TEXTS_CHANGED, "1 entry 13")),
        (lambda lines: lines[5].update(leafIndex=6), (Finding.NOT_IN_LOG, "1 entry 6")),
        (lambda lines: lines[5]["path"].pop(), (Finding.NOT_IN_LOG, "1 entry 6")),
        (rewrite(5, "{", "{ "), (Finding.FORM_WRONG, "1/log.jsonl line 6")),
        (rewrite(5, '"data":{', '"data":{"size":1,'), (Finding.FORM_WRONG, "1/log.jsonl line 6")),
        (lambda lines: lines[5].pop("path"), (Finding.FORM_WRONG, "1/log.jsonl line 6")),
    ],
)
def test_a_log_that_was_changed_and_signed_anew_is_found(
    world: World, tmp_path: Path, edit: Callable[[list[Any]], None], problem: Problem
) -> None:
    found = verdict_of(written(edit_log(world.made, 1, edit), world.signer), tmp_path)
    assert problem in found.problems


def test_a_text_that_is_gone_without_an_erasure_is_found(world: World, tmp_path: Path) -> None:
    made = edit_log(world.made, 1, lambda lines: lines[12].pop("texts"))
    found = verdict_of(written(made, world.signer), tmp_path)
    assert (found.problems, found.erased) == ([(Finding.TEXTS_CHANGED, "1 entry 13")], 1)


def test_another_key_is_found_when_the_right_one_is_given(world: World, tmp_path: Path) -> None:
    stranger = open_signer(tmp_path / "other.pem")
    content = written(world.made, stranger)
    assert verdict_of(content, tmp_path).problems == [(Finding.SIGNATURE_WRONG, "manifest.note")]
    given = Trusted(("fettle/" + world.company_id, stranger.public_key))
    found = verdict_of(written(world.made, world.signer), tmp_path, given)
    assert found.problems[0] == (Finding.OTHER_KEY, "key.txt")
    other = verdict_of(content, tmp_path, Trusted(("fettle/other", world.signer.public_key)))
    assert (Finding.OTHER_LOG, "key.txt") in other.problems


def test_a_checkpoint_that_the_pack_does_not_grow_out_of_is_found(world: World, tmp_path: Path) -> None:
    content, kept = written(world.made, world.signer), read_note(world.kept)
    rewritten = kept._replace(root=hashlib.sha256(b"other").digest())
    for checkpoint, finding in (
        (rewritten, Finding.LOG_REWRITTEN),
        (rewritten._replace(size=26), Finding.LOG_REWRITTEN),
        (kept._replace(size=12), Finding.GROWTH_NOT_PROVEN),
        (kept._replace(size=27), Finding.GROWTH_NOT_PROVEN),
        (kept._replace(origin="fettle/other"), Finding.OTHER_LOG),
    ):
        found = verdict_of(content, tmp_path, Trusted(checkpoint=checkpoint))
        assert found.problems == [(finding, f"checkpoint {checkpoint.size}")]


def test_a_growth_that_is_not_proven_is_found(world: World, tmp_path: Path) -> None:
    line = json.loads(world.made.files["growth.jsonl"])
    line["path"] = line["path"][:-1]
    made = relisted(world.made._replace(files={**world.made.files, "growth.jsonl": json.dumps(line).encode()}))
    found = verdict_of(written(made, world.signer), tmp_path)
    assert found.problems == [(Finding.GROWTH_NOT_PROVEN, "growth.jsonl line 1")]


def test_forms_that_are_none(world: World, tmp_path: Path) -> None:
    for name, content in (
        ("manifest.json", b"{}"),
        ("manifest.json", b"[" * 100_000),
        ("manifest.json", b"\xff"),
        ("manifest.note", b"no note"),
        ("checkpoint.txt", b"fettle/x\n1\n\n"),
        ("key.txt", b"key"),
    ):
        files = {**signed(world.made, world.signer), name: content}
        assert Problem(Finding.FORM_WRONG, name) in of_files(files, tmp_path), name
    manifest = msgspec.structs.replace(world.made.manifest, format="fettle-evidence-pack-2")
    content = written(world.made._replace(manifest=manifest), world.signer)
    assert verdict_of(content, tmp_path).problems == [(Finding.FORM_WRONG, "manifest.json")]


def test_time_stamps_have_to_be_of_this_log(world: World, tmp_path: Path) -> None:
    def stamped(note: str) -> Verdict:
        line = msgspec.json.encode(PackedStamp(note, "AAAA")) + b"\n"
        made = relisted(world.made._replace(files={**world.made.files, "stamps.jsonl": line}))
        return verdict_of(written(made, world.signer), tmp_path)

    for note, size in ((world.kept, 13), (world.newest, 26)):
        found = stamped(note)
        assert (found.problems, found.stamped_sizes) == ([], [size])
    other = world.kept.replace("\n13\n", "\n12\n")
    assert stamped(other).problems == [(Finding.GROWTH_NOT_PROVEN, "stamps.jsonl line 1")]
    elsewhere = world.kept.replace(f"fettle/{world.company_id}", "fettle/other")
    assert stamped(elsewhere).problems == [(Finding.OTHER_LOG, "stamps.jsonl line 1")]
    assert stamped("no note").problems == [(Finding.FORM_WRONG, "stamps.jsonl line 1")]
