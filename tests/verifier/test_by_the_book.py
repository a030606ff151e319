"""docs/proof.md says enough: who knows nothing else verifies the same packs, and finds the same changes."""

from pathlib import Path

import pytest

from fettle.domain.checkpoints import read_note, read_verifier_key
from fettle.domain.verdict import Steps
from fettle.signing import open_signer
from fettle.verifier.packs import Trusted, verify
from tests.verifier import by_the_book
from tests.verifier.pack_tampering import PackTamperer
from tests.verifier.pack_writer import signed, written, zipped
from tests.verifier.world import World


def test_both_verify_a_good_pack(world: World, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(written(world.made, world.signer))
    for kept in (world.kept, world.newest):
        trusted = Trusted(read_verifier_key(world.key), read_note(kept))
        found = verify(path, trusted, Steps())
        assert found.holds
        assert by_the_book.verify(str(path), kept) == found.entries


def test_both_find_what_was_changed(world: World, tmp_path: Path) -> None:
    """Each finds what the other finds; the second one reads no ZIP byte by byte, and leaves its form to others."""
    content, path = written(world.made, world.signer), tmp_path / "pack.zip"
    stranger = open_signer(tmp_path / "stranger.pem")
    of_form, differently = 0, {}
    for seed in range(1000, 1100):
        change = PackTamperer(seed, content, world.made, world.signer, stranger).change()
        path.write_bytes(change.content)
        of_form += change.is_of_form
        if verify(path, Trusted(), Steps()).holds or not (finds(path) or change.is_of_form):
            differently[seed] = change.what
    assert differently == {}
    assert of_form < 50


def finds(path: Path) -> bool:
    try:
        by_the_book.verify(str(path))
    except Exception:  # noqa: BLE001 - it names nothing, and raises whatever comes
        return True
    return False


def test_a_photo_that_changed(world: World, tmp_path: Path) -> None:
    files = signed(world.made, world.signer)
    photo = next(path for path in files if path.startswith("1/attachments/"))
    (tmp_path / "pack.zip").write_bytes(zipped({**files, photo: b"other"}))
    with pytest.raises(AssertionError):
        by_the_book.verify(str(tmp_path / "pack.zip"))
