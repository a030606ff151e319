"""A printed report as what sets it in type receives it: every text is plain text, every date and size is in words."""

from typing import Final

import msgspec

# What is beyond these is counted and not printed: it would take more memory than one report is given.
MAX_PICTURES: Final = 1_000
MAX_CARDS: Final = 2_000
MAX_LINES: Final = 5_000
MAX_SIGNATURES: Final = 20
# Characters of one text, and of all attached texts or all lines of the log; so much of each is always printed.
MAX_PRINTED_TEXT: Final = 20_000
_MOST_OF_ALL: Final = 1_000_000
_LEAST_OF_EACH: Final = 200


def printed_characters(texts: int) -> int:
    """How much is printed of each of so many texts."""
    return max(_LEAST_OF_EACH, min(MAX_PRINTED_TEXT, _MOST_OF_ALL // max(1, texts)))


class Fact(msgspec.Struct, frozen=True):
    """A label and what it says; `warns` when a reader should stop at it."""

    label: str
    text: str
    warns: bool = False


class Card(msgspec.Struct, frozen=True):
    """A photo or a document with all that is said of it.

    `picture` names a file beside the report, `why` says why there is none; `side` is before or after, in words.
    """

    title: str
    name: str
    facts: tuple[Fact, ...]
    picture: str | None = None
    why: str | None = None
    side: str | None = None
    sha256: str | None = None
    text: str | None = None


class Decision(msgspec.Struct, frozen=True):
    """An approval: who by name, what was decided in words, when, what it was asked on."""

    name: str
    status: str
    meaning: str
    at: str
    asked: str
    comment: str | None = None


class SignedCompletion(msgspec.Struct, frozen=True):
    """A signature: the printed name, what it means, when, how it was given, and the drawing beside it."""

    name: str
    meaning: str
    at: str
    method: str
    picture: str | None = None


class Group(msgspec.Struct, frozen=True):
    """The photos of one step: pairs side by side, then the others."""

    title: str
    pairs: tuple[tuple[Card, Card], ...]
    others: tuple[Card, ...]


class Removed(msgspec.Struct, frozen=True):
    """Something that was marked as deleted."""

    title: str
    name: str
    at: str
    who: str
    reason: str
    sha256: str | None = None


class Line(msgspec.Struct, frozen=True):
    """One entry of the log; `sha256` is that of the entry, where entries are hashed."""

    number: int
    at: str
    who: str
    what: str
    sha256: str | None = None


class Report(msgspec.Struct, frozen=True):
    """All of it. `words` are the headings, `running` is what stands above every page but the first.

    What ends in `left_out` says what is not printed; `url` is absent where the server does not know its public address.
    """

    language: str
    words: dict[str, str]
    company: str
    number: int
    name: str
    running: str
    status: str
    status_word: str
    facts: tuple[Fact, ...]
    description: str | None
    approvals: tuple[Decision, ...]
    signatures: tuple[SignedCompletion, ...]
    documents: tuple[Card, ...]
    groups: tuple[Group, ...]
    late: tuple[Card, ...]
    deleted: tuple[Removed, ...]
    log: tuple[Line, ...]
    generated: str
    zone: str
    left_out: str | None = None
    signatures_left_out: str | None = None
    deleted_left_out: str | None = None
    log_left_out: str | None = None
    url: str | None = None
