"""Photos and documents in a printed report, and the report as a whole."""

from collections.abc import Mapping
from typing import Final

from fettle.domain.dates import date_as_told, local_date, short_date, shown_place, shown_size
from fettle.domain.evidence import State, Type
from fettle.domain.instants import SECOND, Instant
from fettle.domain.late_photos import LateState
from fettle.domain.originals import is_there, shown_state
from fettle.domain.pictures import is_read, times_disagree
from fettle.domain.report_shapes import (
    MAX_CARDS,
    MAX_PICTURES,
    MAX_SIGNATURES,
    Card,
    Fact,
    Group,
    Removed,
    Report,
    SignedCompletion,
    printed_characters,
)
from fettle.domain.report_words import LATE, NOT_A_PICTURE, NOT_DRAWN, NOT_THERE, STATUSES, TOO_MANY, WORDS
from fettle.domain.reports import Item, Record, Voice, Wanted, decision_of, log_of, plain, signature_of, summary
from fettle.domain.steps import Step, by_step, side_of

# A clock that is a little ahead is no wrong clock.
_AHEAD_ALLOWED: Final = 300 * SECOND
_RUNNING_CHARACTERS: Final = 90


def to_be_drawn(record: Record) -> list[Item]:
    """The pictures that are printed, in their order: what is there, is no text, and can be drawn as far as is known."""
    return [item for item in _printed(record)[0] if _may_be_drawn(item)][:MAX_PICTURES]


def report_of(record: Record, wanted: Wanted, drawn: Mapping[str, str | None], now: Instant) -> Report:
    """The whole report.

    `drawn` names the picture of each entry's id, and each signature's file, that was tried; None where there is none.
    """
    voice = Voice(wanted, record.users)
    there, left_out = _printed(record)
    cards = _Cards(voice, drawn, printed_characters(sum(item.entry.type is Type.TEXT for item in there)))
    log, log_left_out = log_of(record.entries, voice)
    photos = [item for item in there if item.is_photo and item.late is None]
    late = [item for item in there if item.late is not None]
    numbers = {item.entry.id: number for number, item in enumerate((*photos, *late), 1)}
    documents = [item for item in there if not item.is_photo]
    signatures, signatures_left_out = _signatures(record, voice, drawn)
    deleted, deleted_left_out = _deleted(record, voice)
    return Report(
        language=voice.language,
        words={word: sentence.to(voice.language) for word, sentence in WORDS.items()},
        company=plain(record.company),
        number=record.order.wo_number,
        name=plain(record.order.name),
        running=_running(record),
        status=record.order.status.value,
        status_word=STATUSES[record.order.status].to(voice.language),
        facts=summary(record, voice),
        description=plain(record.order.description) if record.order.description else None,
        approvals=tuple(decision_of(approval, voice) for approval in record.approvals),
        signatures=signatures,
        documents=tuple(cards.document(item, number) for number, item in enumerate(documents, 1)),
        groups=tuple(_group(step, voice, cards, numbers) for step in by_step(photos, _step_of)),
        late=tuple(cards.photo(item, numbers[item.entry.id]) for item in late),
        deleted=deleted,
        log=log,
        generated=voice.generated(now),
        zone=voice.zone_name,
        left_out=voice.left_out("left out", left_out),
        signatures_left_out=signatures_left_out,
        deleted_left_out=deleted_left_out,
        log_left_out=log_left_out,
    )


def _printed(record: Record) -> tuple[list[Item], int]:
    """What is there and printed, and how much more is there."""
    there = [item for item in record.items if item.entry.deleted_at is None]
    return there[:MAX_CARDS], len(there[MAX_CARDS:])


def _signatures(
    record: Record, voice: Voice, drawn: Mapping[str, str | None]
) -> tuple[tuple[SignedCompletion, ...], str | None]:
    """The newest, and what is said of the others."""
    newest, left_out = record.signatures[-MAX_SIGNATURES:], len(record.signatures[:-MAX_SIGNATURES])
    signed = (signature_of(each, voice, drawn.get(each.signature.drawn_file_name or "")) for each in newest)
    return tuple(signed), voice.left_out("signatures left out", left_out)


def _deleted(record: Record, voice: Voice) -> tuple[tuple[Removed, ...], str | None]:
    """As `_signatures`."""
    deleted = [item for item in record.items if item.entry.deleted_at is not None]
    newest, left_out = deleted[-MAX_CARDS:], len(deleted[:-MAX_CARDS])
    return tuple(_removed(item, voice) for item in newest), voice.left_out("deleted left out", left_out)


def _running(record: Record) -> str:
    said = " ".join(plain(f"{record.company} · {record.order.name}").split())
    return said if len(said) <= _RUNNING_CHARACTERS else f"{said[:_RUNNING_CHARACTERS].rstrip()}…"


class _Cards:
    """Makes the cards of photos and documents."""

    def __init__(self, voice: Voice, drawn: Mapping[str, str | None], most_text: int) -> None:
        self._voice = voice
        self._most_text = most_text
        self._drawn = drawn

    def photo(self, item: Item, number: int) -> Card:
        entry, voice = item.entry, self._voice
        about, side = side_of(entry.step or "")
        return Card(
            title=voice.say("photo", number=number),
            name=plain(entry.step or "") if about or side is None else "",
            facts=(*_times(item, voice), *_place(item, voice), *_file(item, voice), *_late(item, voice)),
            picture=self._drawn.get(entry.id),
            why=self._why(item),
            side=voice.say(side.value) if side is not None else None,
            sha256=item.file.sha256 if item.file else None,
        )

    def document(self, item: Item, number: int) -> Card:
        entry, voice = item.entry, self._voice
        added = voice.fact("added", voice.by(entry.added_at, entry.added_by_user_id))
        is_text = entry.type is Type.TEXT
        return Card(
            title=voice.say("document", number=number),
            name=plain(entry.name),
            facts=(*_file(item, voice), added, *_place(item, voice)),
            picture=self._drawn.get(entry.id),
            why=None if (is_text and entry.value) or _is_plain_file(item) else self._why(item),
            sha256=item.file.sha256 if item.file else None,
            text=self._text(entry.value) if entry.value else None,
        )

    def _text(self, value: str) -> str:
        if len(value) <= self._most_text:
            return plain(value)
        return f"{plain(value[: self._most_text])} …\n\n{self._voice.say('cut')}"

    def _why(self, item: Item) -> str | None:
        if self._drawn.get(item.entry.id) is not None:
            return None
        language, state = self._voice.language, shown_state(item.entry, item.file)
        if state in NOT_THERE:
            return NOT_THERE[state].to(language)
        if item.facts is not None and item.facts.problem is not None:
            return NOT_DRAWN[item.facts.problem].to(language)
        if item.file is not None and is_read(item.file.content_type) and item.entry.id not in self._drawn:
            return TOO_MANY.to(language).format(most=MAX_PICTURES)
        return NOT_A_PICTURE.to(language)


def _may_be_drawn(item: Item) -> bool:
    if item.file is None or item.entry.type is Type.TEXT or not is_there(item.entry, item.file):
        return False
    return is_read(item.file.content_type) and (item.facts is None or item.facts.problem is None)


def _is_plain_file(item: Item) -> bool:
    if item.file is None or item.file.removed_at is not None:
        return False
    return item.entry.state is State.STORED and not is_read(item.file.content_type)


def _step_of(item: Item) -> str | None:
    return item.entry.step


def _group(step: Step[Item], voice: Voice, cards: _Cards, numbers: Mapping[str, int]) -> Group:
    def card(item: Item) -> Card:
        return cards.photo(item, numbers[item.entry.id])

    name = voice.say("no step") if step.name is None else plain(step.name) or voice.say("before and after")
    pairs = tuple((card(before), card(after)) for before, after in step.pairs)
    return Group(name, pairs, tuple(card(item) for item in step.others))


def _times(item: Item, voice: Voice) -> tuple[Fact, ...]:
    entry, facts = item.entry, []
    if entry.taken_at is not None:
        is_ahead = entry.taken_at > entry.added_at + _AHEAD_ALLOWED
        when = date_as_told(entry.taken_at, entry.taken_at_text, voice.language)
        facts.append(
            voice.fact("taken", voice.say("ahead" if is_ahead else "taken by device", when=when), warns=is_ahead)
        )
    facts += _camera_time(item, voice)
    facts.append(voice.fact("received", voice.by(entry.added_at, entry.added_by_user_id)))
    return tuple(facts)


def _camera_time(item: Item, voice: Voice) -> tuple[Fact, ...]:
    """The camera's own time, where nobody told another or where it is another."""
    facts, entry = item.facts, item.entry
    if facts is None or facts.captured_text is None:
        return ()
    when = local_date(facts.captured_text, voice.language)
    if entry.taken_at is None:
        return (voice.fact("camera", when),)
    if times_disagree(facts, entry.taken_at):
        return (voice.fact("camera", voice.say("disagrees", when=when), warns=True),)
    return ()


def _place(item: Item, voice: Voice) -> tuple[Fact, ...]:
    facts = item.facts
    if facts is None or facts.latitude is None or facts.longitude is None:
        return ()
    return (voice.fact("place", shown_place(facts.latitude, facts.longitude, voice.language)),)


def _file(item: Item, voice: Voice) -> tuple[Fact, ...]:
    file = item.file
    if file is None:
        return ()
    said = [file.original_file_name or "", file.content_type, shown_size(file.size, voice.language)]
    pages = item.facts.pages if item.facts and file.content_type == "application/pdf" else None
    if pages is not None:
        said.append(voice.say("pages", count=pages))
    return (voice.fact("file", ", ".join(filter(None, said))),)


def _late(item: Item, voice: Voice) -> tuple[Fact, ...]:
    late = item.late
    if late is None:
        return ()
    when = short_date(late.decided_at, voice.zone, voice.language) if late.decided_at is not None else ""
    said = LATE[late.state].to(voice.language)
    text = said.format(who=voice.who(late.decided_by_user_id), when=when, reason=late.reason or "")
    return (voice.fact("decision", text, warns=late.state is not LateState.ACCEPTED),)


def _removed(item: Item, voice: Voice) -> Removed:
    entry = item.entry
    return Removed(
        title=voice.say("a photo" if item.is_photo else "a document"),
        name=plain(entry.step or entry.name),
        at=voice.when(entry.deleted_at or entry.added_at),
        who=voice.who(entry.deleted_by_user_id),
        reason=plain(entry.deletion_reason or "-"),
        sha256=item.file.sha256 if item.file else None,
    )
