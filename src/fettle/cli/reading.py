"""What was typed, as what it means."""

import re
from pathlib import Path
from typing import Final

from fettle.domain.instants import SECOND, Instant, parse_instant
from fettle.domain.people import SCOPES_OF_A_KEY, Company, Scope

_DAYS: Final = re.compile(r"([1-9][0-9]{0,4})d", re.ASCII)
_DAY: Final = 24 * 3600 * SECOND


class NotUnderstood(Exception):
    """An argument means nothing here; the text of this word, with its blanks filled, says in one line what would."""

    def __init__(self, word: str, **blanks: object) -> None:
        super().__init__(word)
        self.word = word
        self.blanks = blanks


def read_scopes(text: str) -> frozenset[Scope]:
    """Scopes separated by commas or spaces; `all` is everything that a key can have."""
    names = frozenset(text.replace(",", " ").split())
    if names == {"all"}:
        return SCOPES_OF_A_KEY
    unknown = names - frozenset(scope.value for scope in Scope)
    if unknown or not names:
        known = " ".join(sorted(scope.value for scope in SCOPES_OF_A_KEY))
        raise NotUnderstood("unknown scopes", text=text, known=known)
    return frozenset(Scope(name) for name in names)


def read_expiry(text: str | None, now: Instant) -> Instant | None:
    """An instant, or so many days from now."""
    if text is None:
        return None
    days = _DAYS.fullmatch(text)
    instant = now + int(days[1]) * _DAY if days else parse_instant(text)
    if instant is None:
        raise NotUnderstood("not an expiry", text=text)
    return instant


def read_password(path: str | None) -> str | None:
    """The first line of the file; None without a file. Raises OSError when it cannot be read."""
    return None if path is None else Path(path).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")


def choose_company(companies: list[Company], wanted: str | None) -> Company:
    """The company of that name or id, or the only one."""
    found = [company for company in companies if wanted in {None, company.id, company.name}]
    if len(found) == 1:
        return found[0]
    if not companies:
        raise NotUnderstood("no company")
    names = ", ".join(f"{company.name!r}" for company in companies)
    if wanted is None:
        raise NotUnderstood("several companies", names=names)
    raise NotUnderstood("unknown company", wanted=wanted, names=names)
