"""A reason that nobody can see is none."""

import pytest

from fettle.domain.errors import Invalid
from fettle.domain.reasons import require_reason


@pytest.mark.parametrize("text", ["x", ".", " 1 ", "é", "不", "🔧", "a\u200b"])
def test_one_visible_character_is_a_reason(text: str) -> None:
    require_reason(text, "reason")


@pytest.mark.parametrize(
    "text",
    [None, "", " ", "\t\n", "\u00a0", "\u200b", "\u2060", "\ufeff", "\u202e", "\u2800", "\u3164", "\u0301", "\ue000"],
)
def test_blanks_of_every_kind_are_none(text: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        require_reason(text, "comment")
    assert [detail.field for detail in refused.value.details] == ["comment"]
