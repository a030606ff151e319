"""What a search asks for."""

import pytest

from fettle.domain.words import words_wanted


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("", ()),
        ("  \t", ()),
        ("Révision POMPE", ("pompe", "revision")),
        ("40-180", ("180", "40")),
        (" % ", ("%",)),
        ("' OR 1=1--", ("1", "or")),
    ],
)
def test_a_search_is_its_words_or_itself(search: str, wanted: tuple[str, ...]) -> None:
    assert words_wanted(search) == wanted
