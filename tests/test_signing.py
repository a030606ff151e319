"""The key that signs: made once, kept, readable by other programs, and refused when it is none."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fettle.signing import UnfitKey, is_signed, open_signer


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "key.pem"
    first, again = open_signer(path), open_signer(path)
    assert first.public_key == again.public_key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["key.pem"]
    assert is_signed(first.public_key, again.sign(b"text"), b"text")
    assert not is_signed(first.public_key, again.sign(b"text"), b"other")
    assert not is_signed(first.public_key, b"", b"text")


def test_openssl_reads_it(tmp_path: Path) -> None:
    signer = open_signer(tmp_path / "key.pem")
    command = ["openssl", "pkey", "-in", str(tmp_path / "key.pem"), "-pubout", "-outform", "DER"]
    assert subprocess.run(command, check=True, capture_output=True).stdout[-32:] == signer.public_key


def test_of_many_that_make_one_all_have_the_same(tmp_path: Path) -> None:
    code = f"from fettle.signing import *; print(open_signer(Path({str(tmp_path / 'key.pem')!r})).public_key.hex())"
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(4)]
    assert len({process.communicate()[0] for process in running}) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["key.pem"]


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    with pytest.raises(UnfitKey, match=r"key\.pem"):
        open_signer(path)
    assert path.read_bytes() == content


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "X25519", "-out", str(path)], check=True)
    with pytest.raises(UnfitKey, match="no Ed25519"):
        open_signer(path)
