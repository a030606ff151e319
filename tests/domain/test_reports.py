"""What a report says, before anything is set in type."""

import string

import pytest

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.people import Role, User
from fettle.domain.report_words import WORDS
from fettle.domain.reports import Voice, Wanted, decision_of, plain, print_size

_USER = User("u", "c", "ada@forge.example", "Ada", "Lovelace", Role.ADMIN, 0)


def _approval(status: ApprovalStatus) -> Approval:
    return Approval("wo", "u", "c", "u", 0, status, 1_000_000)


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
    said = decision_of(_approval(status), Voice(Wanted("en"), [_USER]), fingerprint)
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


def test_every_word_has_the_same_blanks_in_both_languages() -> None:
    for word, sentence in WORDS.items():
        blanks = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in sentence]
        assert blanks[0] == blanks[1], word
