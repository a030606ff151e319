"""A reason that somebody has to give: at least one character that can be seen."""

import unicodedata
from typing import Final

from fettle.domain.errors import invalid_field

# Letters and symbols to Unicode, and yet nothing is drawn.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_DRAWN: Final = frozenset("LNPS")


def require_reason(text: str | None, field: str) -> None:
    """Raise INVALID_BODY, naming the field, for a reason that is missing or that nobody could see."""
    if not any(_is_visible(character) for character in text or ""):
        raise invalid_field(field, "required" if text is None else "invisible")


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in _DRAWN and character not in _BLANK
