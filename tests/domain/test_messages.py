"""Every sentence is there in both languages, with the same blanks to fill."""

from string import Formatter

import pytest

from fettle.domain.errors import Detail, Invalid, WorkOrderNotFound
from fettle.domain.field_messages import FIELD_MESSAGES
from fettle.domain.messages import MESSAGES, detail_of, sentence_of
from fettle.domain.sentences import Sentence
from fettle.domain.words import words_of

_ALL = {**MESSAGES, **{f"field {code}": sentence for code, sentence in FIELD_MESSAGES.items()}}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("code", "sentence"), _ALL.items(), ids=_ALL)
def test_both_languages_say_the_same(code: str, sentence: Sentence) -> None:
    assert sentence.en, code
    assert sentence.fr, code
    assert blanks(sentence.en) == blanks(sentence.fr)


def test_the_labels_of_the_seed_are_kept() -> None:
    assert sentence_of(Invalid(), "fr").startswith("Corps invalide")
    assert sentence_of(WorkOrderNotFound(), "fr").startswith("WO introuvable")
    assert MESSAGES["UNAUTHENTICATED"].fr.startswith("Non authentifié")


def test_blanks_are_filled_and_a_forgotten_one_breaks_nothing() -> None:
    detail = Detail("name", "too_long", {"max": 500})
    assert detail_of(detail, "en") == "must be at most 500 long"
    assert "…" in detail_of(Detail("name", "too_long"), "fr")


def test_words_are_found_without_case_or_accents() -> None:
    assert words_of("Révision de la POMPE n°2", None, "100%_a") == {
        "revision",
        "de",
        "la",
        "pompe",
        "n",
        "2",
        "100",
        "_a",
    }
