"""File names are data, never a path (quality: bad input, "File names")."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fettle.domain.files import clean_file_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x", "x"),
        ("C:x.jpg", "x.jpg"),
        ("\\\\host\\share", "share"),
        ("/etc/passwd", "passwd"),
        ("a\x00b\r\nc.jpg", "abc.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("=cmd()", "=cmd()"),
        ("<script>", "<script>"),
        ("-rf", "-rf"),
        ('a"b.png', 'a"b.png'),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("", None),
        (".", None),
        ("..", None),
        ("a/..", None),
        ("  ", None),
    ],
)
def test_the_last_segment_is_kept_and_cleaned(sent: str, kept: str | None) -> None:
    assert clean_file_name(sent) == kept


def test_an_over_long_name_is_cut_and_keeps_its_ending() -> None:
    kept = clean_file_name("é" * 400 + ".jpeg")
    assert kept is not None
    assert kept.endswith("é.jpeg")
    assert len(kept.encode()) <= 255


@given(st.text())
def test_no_name_is_ever_a_path_or_holds_a_control_character(sent: str) -> None:
    kept = clean_file_name(sent)
    if kept is not None:
        assert kept not in {"", ".", ".."}
        assert not set(kept) & set("/\\\0\r\n")
        assert all(unicodedata.category(character) not in {"Cc", "Cs"} for character in kept)
        assert len(kept.encode()) <= 255
        assert clean_file_name(kept) == kept
