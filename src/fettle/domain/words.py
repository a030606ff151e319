"""How text is cut into words for searching, in lower case without accents: "Révision" is found by "revis"."""

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"\w+")
_LONGEST_CHARACTERS: Final = 40
_MOST_WORDS: Final = 2000


def words_of(*texts: str | None) -> frozenset[str]:
    """The distinct words of all texts, each cut to 40 characters, at most 2,000."""
    found = (word[:_LONGEST_CHARACTERS] for text in texts if text for word in _WORD.findall(_fold(text)))
    return frozenset(list(dict.fromkeys(found))[:_MOST_WORDS])


def words_wanted(search: str) -> tuple[str, ...]:
    """What a search asks for: every word of it, or the text itself when it has none, which then is found nowhere."""
    literal = search.strip()
    return tuple(sorted(words_of(literal))) or ((literal,) if literal else ())


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
