"""A ZIP in any other form than a pack's is refused, with its place, and with no other error."""

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fettle.domain.verdict import Steps
from fettle.domain.verification import Finding
from fettle.verifier.archive import Archive, NotHeld
from fettle.verifier.packs import Trusted, verify
from tests.verifier.pack_writer import zipped

GOOD = zipped({"manifest.json": b"{}", "1/photos/pièce.jpg": b"picture", "empty": b""})


def open_bytes(content: bytes, folder: Path) -> dict[str, bytes]:
    (folder / "a.zip").write_bytes(content)
    with Archive(folder / "a.zip") as archive:
        return {name: b"".join(archive.chunks(name)) for name in archive.members}


def refusal(content: bytes, folder: Path) -> str:
    with pytest.raises(NotHeld) as refused:
        open_bytes(content, folder)
    assert refused.value.problem.finding is Finding.FORM_WRONG
    return refused.value.problem.where


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert open_bytes(GOOD, tmp_path) == {"manifest.json": b"{}", "1/photos/pièce.jpg": b"picture", "empty": b""}


def test_every_bit_counts(tmp_path: Path) -> None:
    contents = open_bytes(GOOD, tmp_path)
    for place in range(len(GOOD)):
        for bit in range(8):
            changed = bytearray(GOOD)
            changed[place] ^= 1 << bit
            try:
                found = open_bytes(bytes(changed), tmp_path)
            except NotHeld:
                continue
            assert found != contents, (place, bit)


@pytest.mark.parametrize(
    "name", ["../up", "/etc/passwd", "a/../b", "a//b", "./a", "a/", "", "C:\\x", "c:x", "a\\b", "a\nb", "a\0b"]
)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(zipped({name: b"x"}), tmp_path).startswith("byte ")


def test_other_zips_are_refused(tmp_path: Path) -> None:
    assert refusal(GOOD + b"x", tmp_path)
    assert refusal(b"x" + GOOD, tmp_path)
    assert refusal(GOOD[:-30], tmp_path)
    assert refusal(b"", tmp_path)
    assert refusal(zipped({"a": b"1"})[:-22] + GOOD[-22:], tmp_path)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(50 << 20))
    assert refusal(file.getvalue(), tmp_path).startswith("byte ")


def test_a_name_that_is_twice_is_refused(tmp_path: Path) -> None:
    assert refusal(zipped({"aa": b"1", "bb": b"2"}).replace(b"bb", b"aa"), tmp_path)


def test_lines_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"lines": b"one\n\ntwo", "long": b"x" * 5000}))
    with Archive(tmp_path / "a.zip") as archive:
        assert list(archive.lines("lines", 1000)) == [b"one", b"", b"two"]
        with pytest.raises(NotHeld):
            list(archive.lines("long", 1000))
        with pytest.raises(NotHeld):
            archive.read("long", 4999)
        with pytest.raises(NotHeld):
            archive.read("absent", 1)


SPLICE = st.tuples(st.integers(0, len(GOOD)), st.integers(0, 60), st.binary(max_size=60))


@settings(max_examples=300, deadline=None)
@given(st.lists(SPLICE, min_size=1, max_size=4))
def test_nothing_else_is_ever_raised(splices: list[tuple[int, int, bytes]]) -> None:
    content = GOOD
    for place, count, more in splices:
        content = content[:place] + more + content[place + count :]
    never_raises(content)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["manifest.json", "manifest.note", "key.txt", "checkpoint.txt"]), st.binary()))
def test_nothing_else_is_raised_of_what_is_in_it(files: dict[str, bytes]) -> None:
    never_raises(zipped(files))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_nothing_else_is_raised_of_anything(content: bytes) -> None:
    never_raises(content)


def never_raises(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "pack.zip")
        path.write_bytes(content)
        assert not verify(path, Trusted(), Steps()).holds
