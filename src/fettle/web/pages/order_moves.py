"""How far a work order has come, and the moves from there: what they are called, and what bars them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

from fettle.domain.activity import Entry, EntryType, said_in
from fettle.domain.errors import FettleError
from fettle.domain.messages import detail_of, sentence_of
from fettle.domain.moves import PossibleMove
from fettle.domain.sentences import Sentence
from fettle.domain.work_orders import Status, WorkOrder
from fettle.web.pages.words import ROLE_WORDS, STATUS_WORDS

_LIFE: Final = (Status.DRAFT, Status.REVIEW, Status.PRODUCTION, Status.COMPLETE, Status.ARCHIVED)
_LIFE_CANCELED: Final = (Status.DRAFT, Status.CANCELED, Status.ARCHIVED)
_FORWARD: Final = frozenset(pairwise(_LIFE))
_CANCEL: Final = Sentence("Cancel order", "Annuler l'ordre")
_ARCHIVE: Final = Sentence("Archive", "Archiver")
_WORDS: Final = {
    (Status.DRAFT, Status.REVIEW): Sentence("Send to review", "Envoyer en revue"),
    (Status.DRAFT, Status.CANCELED): _CANCEL,
    (Status.REVIEW, Status.PRODUCTION): Sentence("Release to production", "Lancer en production"),
    (Status.REVIEW, Status.DRAFT): Sentence("Back to draft", "Remettre en brouillon"),
    (Status.REVIEW, Status.CANCELED): _CANCEL,
    (Status.PRODUCTION, Status.COMPLETE): Sentence("Complete", "Terminer"),
    (Status.PRODUCTION, Status.REVIEW): Sentence("Back to review", "Renvoyer en revue"),
    (Status.PRODUCTION, Status.CANCELED): _CANCEL,
    (Status.COMPLETE, Status.ARCHIVED): _ARCHIVE,
    (Status.COMPLETE, Status.PRODUCTION): Sentence("Reopen", "Rouvrir"),
    (Status.CANCELED, Status.DRAFT): Sentence("Reopen as draft", "Rouvrir en brouillon"),
    (Status.CANCELED, Status.ARCHIVED): _ARCHIVE,
}
_WORDS_IN: Final[Mapping[str, Mapping[Any, Sentence]]] = {"roles": ROLE_WORDS, "status": STATUS_WORDS}
_SIGNATURE: Final = "SIGNATURE_REQUIRED"
# The page asks for the signature itself; and to whoever only looks it tells what the order lacks, not what they do.
_NO_BARS: Final = frozenset({_SIGNATURE, "FORBIDDEN"})
_OF_PERSON: Final = "approvals."


class Stage(NamedTuple):
    """One status of the life of an order, seen from the one that it has."""

    status: Status
    place: Literal["done", "here", "ahead"]


class Bar(NamedTuple):
    """Why a move cannot be made: the sentence, and what exactly is missing."""

    sentence: str
    details: list[str]


class Move(NamedTuple):
    """A move by its name. Who has the right makes it when `bars` is empty, with a signature when `needs_signature`."""

    to: Status
    label: str
    is_forward: bool
    needs_reason: bool
    needs_signature: bool
    bars: list[Bar]


def stages_of(order: WorkOrder, entries: Iterable[Entry]) -> list[Stage]:
    """The way that the order went as far as these entries tell, and what lies ahead."""
    life = _LIFE_CANCELED if order.status is Status.CANCELED or _was_canceled(order, entries) else _LIFE
    here = life.index(order.status)
    return [Stage(each, "done" if at < here else "here" if at == here else "ahead") for at, each in enumerate(life)]


def moves_of(order: WorkOrder, moves: Sequence[PossibleMove], names: Mapping[str, str], language: str) -> list[Move]:
    """The moves from here, the way forward first."""
    found = [_move(order, each, names, language) for each in moves]
    return sorted(found, key=lambda move: not move.is_forward)


def bar_of(error: FettleError, names: Mapping[str, str], language: str) -> Bar:
    """A refusal as people read it: people by their names."""
    details = []
    for detail in error.details:
        said = detail_of(detail, language)
        person = detail.field.removeprefix(_OF_PERSON) if detail.field.startswith(_OF_PERSON) else None
        details.append(said if person is None else f"{names.get(person, '…')} {said}")
    return Bar(_in_words(error, language), details)


def _in_words(error: FettleError, language: str) -> str:
    """The sentence; roles and statuses that it names are called as pages call them."""
    said = sentence_of(error, language)
    words: Mapping[Any, Sentence] = (
        ROLE_WORDS if "roles" in error.params else STATUS_WORDS if "status" in error.params else {}
    )
    for name, word in words.items():
        said = said.replace(name.value, word.to(language))
    return said


def _move(order: WorkOrder, possible: PossibleMove, names: Mapping[str, str], language: str) -> Move:
    step = order.status, possible.to
    missing = [error for error in possible.missing if error.code not in _NO_BARS]
    needs_signature = not missing and any(error.code == _SIGNATURE for error in possible.missing)
    bars = [bar_of(error, names, language) for error in missing]
    label = _WORDS[step].to(language)
    return Move(possible.to, label, step in _FORWARD, possible.needs_reason, needs_signature, bars)


def _was_canceled(order: WorkOrder, entries: Iterable[Entry]) -> bool:
    if order.status is not Status.ARCHIVED:
        return False
    moved = (said_in(entry)["changes"]["status"] for entry in entries if entry.type is EntryType.STATUS_CHANGED)
    return next((old for old, _ in moved), None) == Status.CANCELED
