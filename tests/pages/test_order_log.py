"""Who is mentioned in a comment."""

import pytest

from fettle.web.pages.order_log import mentions_in

_NAMES = {"Pat Planner", "Pat", "Ångström de la Tour", "kim@example.com"}


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("@Pat Planner please look", ["@Pat Planner"]),
        ("@Pat please look", ["@Pat"]),
        ("Done (@Ångström de la Tour), @Pat!", ["@Ångström de la Tour", "@Pat"]),
        ("@Pat Planner\nsecond line", ["@Pat Planner"]),
        ("@Patrick and pat@Pa, 3 @ 24 Nm", []),
        ("@@Pat", ["@Pat"]),
    ],
)
def test_names_after_an_at_sign_are_mentions_and_no_letter_is_lost(text: str, mentioned: list[str]) -> None:
    parts = mentions_in(text, _NAMES)
    assert "".join(part.text for part in parts) == text
    assert [part.text for part in parts if part.is_mention] == mentioned
