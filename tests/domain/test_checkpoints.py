"""Checkpoints are signed notes that other programs of that form can read."""

import hashlib
from base64 import b64decode, b64encode

import pytest

from fettle.domain.checkpoints import (
    NotANote,
    checkpoint_text,
    key_id,
    read_note,
    read_verifier_key,
    signature_line,
    signed_note,
    verifier_key,
)

ROOT = hashlib.sha256(b"root").digest()
KEY = bytes(range(32))
NOTE = signed_note(checkpoint_text("fettle/1", 7, ROOT), "fettle/1", KEY, b"s" * 64)


def test_a_note_says_what_it_was_made_of() -> None:
    note = read_note(NOTE)
    assert (note.origin, note.size, note.root) == ("fettle/1", 7, ROOT)
    assert note.text == f"fettle/1\n7\n{b64encode(ROOT).decode()}\n"
    assert note.signatures == [("fettle/1", key_id("fettle/1", KEY), b"s" * 64)]
    both = read_note(NOTE + signature_line("witness", KEY, b"t" * 64))
    assert [name for name, _, _ in both.signatures] == ["fettle/1", "witness"]


def test_a_key_is_written_as_the_form_wants() -> None:
    """The example of C2SP signed-note."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    name, key = read_verifier_key(text)
    assert (name, len(key)) == ("PeterNeumann", 32)
    assert verifier_key(name, key) == text
    assert b64decode(text.rpartition("+")[2])[0] == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fettle/1\n7\n\n",
        NOTE.replace("\n7\n", "\n07\n"),
        NOTE.replace("\n7\n", "\n-7\n"),
        NOTE.replace("— ", "- "),
        NOTE.removesuffix("\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace(b64encode(ROOT).decode(), b64encode(ROOT[1:]).decode()),
        NOTE.replace("fettle/1\n7", "\n7", 1),
    ],
)
def test_what_is_no_note(text: str) -> None:
    with pytest.raises(NotANote):
        read_note(text)


@pytest.mark.parametrize("text", ["", "a+b+c", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(NotANote):
        read_verifier_key(text)
