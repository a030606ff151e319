"""What a report says, before anything is set in type."""

import string

import msgspec
import pytest

from fettle.domain.activity import Entry, EntryType, write_data
from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.completions import Method, Signature, Signed
from fettle.domain.evidence import Evidence, Kind, State, Type
from fettle.domain.files import Origin, StoredFile
from fettle.domain.people import Role, User
from fettle.domain.report_cards import report_of, to_be_drawn
from fettle.domain.report_shapes import MAX_CARDS, MAX_LINES, MAX_PICTURES, MAX_SIGNATURES
from fettle.domain.report_words import WORDS
from fettle.domain.reports import Item, Record, Voice, Wanted, decision_of, log_of, plain, print_size
from fettle.domain.work_orders import Status, WorkOrder

_USER = User("u", "c", "ada@forge.example", "Ada", "Lovelace", Role.ADMIN, 0)
_ORDER = WorkOrder(
    *("wo", "c", 7, "Pump", None, "component", None, 0, "u", Status.DRAFT, "", 1),
    *(None, None, None, 0, 1),
)


def _approval(status: ApprovalStatus, content_sha256: str | None) -> Approval:
    return Approval("wo", "u", "c", "u", 0, status, 1_000_000, content_sha256=content_sha256)


@pytest.mark.parametrize(
    ("status", "fingerprint", "meaning"),
    [
        (ApprovalStatus.APPROVED, None, "approved this work order"),
        (ApprovalStatus.REJECTED, None, "rejected this work order"),
        (ApprovalStatus.PENDING, None, "has not answered yet"),
        (ApprovalStatus.APPROVED, "ab12", "approved the content with the fingerprint ab12"),
        (ApprovalStatus.REJECTED, "ab12", "rejected the content with the fingerprint ab12"),
    ],
)
def test_a_decision_in_words(status: ApprovalStatus, fingerprint: str | None, meaning: str) -> None:
    said = decision_of(_approval(status, fingerprint), Voice(Wanted("en"), [_USER]))
    assert (said.name, said.meaning) == ("Ada Lovelace", meaning)
    assert bool(said.at) is (status is not ApprovalStatus.PENDING)


@pytest.mark.parametrize("count", [1, 60, 61, 200, 1000])
def test_pictures_together_stay_below_25_mb(count: int) -> None:
    size = print_size(count)
    assert count * size.max_bytes <= 24_000_000
    assert size.longest in {1280, 1000}


def test_a_long_word_may_be_broken_and_others_may_not() -> None:
    assert plain("x" * 25) == "x" * 12 + "\u200b" + "x" * 12 + "\u200b" + "x"
    for text in ("anticonstitutionnel", "two words", "a\nb", "https://a.example"):
        assert plain(text) == text
    assert plain(plain("y" * 100)) == plain("y" * 100)
    assert plain("a\r\nb\rc\td") == "a\nb\nc d"


def test_a_log_too_long_for_paper_keeps_its_newest_entries_and_says_so() -> None:
    voice = Voice(Wanted("en"), [_USER])
    entries = [_comment(number, "x" * 300) for number in range(1, MAX_LINES + 3)]
    lines, said = log_of(entries, voice)
    assert (len(lines), lines[0].number, lines[-1].number) == (MAX_LINES, 3, MAX_LINES + 2)
    assert said is not None
    assert "2 oldest" in said
    assert len(lines[0].what.replace("\u200b", "")) == 201
    (line,), said = log_of(entries[:1], voice)
    assert (line.what.replace("\u200b", ""), said) == ("x" * 300, None)


def test_more_entries_than_fit_on_paper_are_counted() -> None:
    items = [_photo(number) for number in range(1, MAX_CARDS + 4)]
    record = Record("Forge", _ORDER, None, None, [_USER], (), items, ())
    report = report_of(record, Wanted("en"), {}, 0)
    assert sum(len(group.others) for group in report.groups) == MAX_CARDS
    assert report.left_out is not None
    assert "3 more" in report.left_out
    assert report_of(record._replace(items=items[:MAX_CARDS]), Wanted("en"), {}, 0).left_out is None


def test_more_that_was_deleted_than_fits_on_paper_is_counted() -> None:
    items = [_photo(number) for number in range(1, MAX_CARDS + 4)]
    gone = [item._replace(entry=msgspec.structs.replace(item.entry, deleted_at=1)) for item in items]
    record = Record("Forge", _ORDER, None, None, [_USER], (), gone, ())
    report = report_of(record, Wanted("en"), {}, 0)
    assert (len(report.deleted), report.left_out) == (MAX_CARDS, None)
    assert report.deleted_left_out is not None
    assert "3 oldest" in report.deleted_left_out
    assert report_of(record._replace(items=gone[3:]), Wanted("en"), {}, 0).deleted_left_out is None


def test_more_signatures_than_fit_on_paper_are_counted() -> None:
    signatures = [Signed(_signature(version), f"Signer {version}", "done") for version in range(1, MAX_SIGNATURES + 3)]
    record = Record("Forge", _ORDER, None, None, [_USER], (), [], (), signatures)
    report = report_of(record, Wanted("en"), {}, 0)
    newest = [f"Signer {version}" for version in range(3, MAX_SIGNATURES + 3)]
    assert [each.name for each in report.signatures] == newest
    assert report.signatures_left_out is not None
    assert "2 oldest" in report.signatures_left_out
    assert report_of(record._replace(signatures=signatures[2:]), Wanted("en"), {}, 0).signatures_left_out is None


def test_no_more_pictures_are_drawn_than_are_printed() -> None:
    items = [_photo(number) for number in range(1, MAX_PICTURES + 2)]
    record = Record("Forge", _ORDER, None, None, [_USER], (), items, ())
    drawn = to_be_drawn(record)
    assert drawn == items[:MAX_PICTURES]
    names: dict[str, str | None] = {item.entry.id: "picture.pdf" for item in drawn}
    (group,) = report_of(record, Wanted("en"), names, 0).groups
    assert group.others[-1].why == "Not printed: a report shows at most 1000 pictures."
    assert group.others[0].why is None


def _comment(number: int, text: str) -> Entry:
    data, texts = write_data(None, {"comment": text}, "salt")
    return Entry(str(number), "c", "wo", number, EntryType.COMMENTED, 0, "u", data, texts=texts)


def _signature(version: int) -> Signature:
    return Signature("wo", version, "c", "u", 0, Method.PASSWORD, *["ab" * 32] * 3)


def _photo(number: int) -> Item:
    name = f"file-{number}"
    about = (f"id-{number}", "c", "wo", number, Kind.PHOTO, Type.IMAGE, "photo", "dataset", "", State.STORED, name)
    file = StoredFile(name, "c", "key", 5, "ab" * 32, "image/jpeg", "a.jpg", Origin.EVIDENCE, 0, "u")
    return Item(Evidence(*about, 0, "u", str(number)), file, None, None)


def test_every_word_has_the_same_blanks_in_both_languages() -> None:
    for word, sentence in WORDS.items():
        blanks = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in sentence]
        assert blanks[0] == blanks[1], word
