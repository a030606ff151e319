"""The log of a work order as a timeline: sentences with the names of people, and comments with whom they mention."""

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final, NamedTuple

from fettle.domain.activity import Entry, EntryType, said_in
from fettle.domain.entry_messages import message_of
from fettle.domain.ids import UUID_PATTERN
from fettle.domain.work_orders import Status
from fettle.web.pages.words import STATUS_WORDS

_UUID: Final = re.compile(UUID_PATTERN[1:-1])
_NOTHING: Final = "—"
_MOST_WORDS: Final = 5
_AFTER_A_NAME: Final = ".,;:!?)"
_ICONS: Final = {
    EntryType.COMMENTED: "comment",
    EntryType.STATUS_CHANGED: "status",
    EntryType.PHOTO_ADDED: "camera",
    EntryType.PHOTO_ADDED_LATE: "camera",
    EntryType.ATTACHMENT_ADDED: "file",
    EntryType.ATTACHMENT_COMPLETED: "file",
    EntryType.APPROVAL_GIVEN: "check",
    EntryType.APPROVAL_REJECTED: "close",
    EntryType.APPROVAL_REQUESTED: "person",
    EntryType.APPROVAL_WITHDRAWN: "person",
}


class Part(NamedTuple):
    """A stretch of text; or somebody's name with its `@`."""

    text: str
    is_mention: bool


class Change(NamedTuple):
    """What a field was, and what it is now."""

    old: str
    new: str


class Event(NamedTuple):
    """One entry of the log."""

    entry: Entry
    who: str
    icon: str
    is_comment: bool
    parts: list[Part]
    changes: list[Change]


def events_of(entries: Iterable[Entry], names: Mapping[str, str], language: str) -> list[Event]:
    """The entries in their order."""
    known = set(names.values())
    return [_event(entry, names, known, language) for entry in entries]


def _event(entry: Entry, names: Mapping[str, str], known: AbstractSet[str], language: str) -> Event:
    said = message_of(entry, language)
    is_comment = entry.type is EntryType.COMMENTED
    if entry.type is EntryType.STATUS_CHANGED:
        said = _with_status_words(entry, said, language)
    if not is_comment:
        said = _UUID.sub(lambda found: names.get(found[0], found[0]), said)
    who = names.get(entry.added_by_user_id, "Fettle")
    icon, changes = _ICONS.get(entry.type, "pen"), _changes(entry, names)
    return Event(entry, who, icon, is_comment, mentions_in(said, known), changes)


def _changes(entry: Entry, names: Mapping[str, str]) -> list[Change]:
    """Of an edit, as far as the values say something to people."""
    if entry.type is not EntryType.EDITED:
        return []
    told = {field: both for field, both in said_in(entry).get("changes", {}).items() if field in _TOLD}
    return [Change(*(_TOLD[field](value, names) for value in both)) for field, both in told.items()]


def _plain(value: Any, _names: Mapping[str, str]) -> str:
    return _NOTHING if value in {None, ""} else str(value)


def _date(value: Any, _names: Mapping[str, str]) -> str:
    return str(value)[:16].replace("T", " ") + " UTC" if value else _NOTHING


def _person(value: Any, names: Mapping[str, str]) -> str:
    return names.get(value, _NOTHING)


def mentions_in(text: str, names: AbstractSet[str]) -> list[Part]:
    """The text in stretches; a name counts where an `@` stands before it."""
    before, *rest = text.split("@")
    parts = [Part(before, is_mention=False)]
    for stretch in rest:
        name = _name_at(stretch, names)
        parts.append(Part(f"@{name}", name is not None) if name else Part("@", is_mention=False))
        parts.append(Part(stretch[len(name or "") :], is_mention=False))
    return [part for part in parts if part.text]


def _name_at(stretch: str, names: AbstractSet[str]) -> str | None:
    words = stretch.split(" ", _MOST_WORDS)
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        wanted = " ".join(words[:count])
        for name in (wanted, wanted.split("\n")[0].rstrip(_AFTER_A_NAME)):
            if name in names:
                return name
    return None


def _with_status_words(entry: Entry, said: str, language: str) -> str:
    """The sentence names both statuses before anything that people wrote."""
    for status in said_in(entry)["changes"]["status"]:
        said = said.replace(status, STATUS_WORDS[Status(status)].to(language), 1)
    return said


_TOLD: Final[Mapping[str, Callable[[Any, Mapping[str, str]], str]]] = {
    "name": _plain,
    "quantity": _plain,
    "phase": _plain,
    "deadline": _date,
    "assignee_user_id": _person,
}
