"""Everything that does not hold can be said, in both languages."""

from fettle.domain.verification import Finding
from fettle.domain.verification_messages import SENTENCES, explain, place_to


def test_every_finding_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Finding)
    assert all(sentence.en != sentence.fr for sentence in SENTENCES.values())
    assert explain(Finding.FILE_MISSING, "fr") == "ce fichier manque"


def test_places_are_told_in_the_readers_language() -> None:
    assert place_to("1001 entry 7", "en") == "1001 entry 7"
    assert place_to("1001 entry 7", "fr") == "1001 entrée 7"
    assert place_to("1001/photos/entry 7.jpg", "fr") == "1001/photos/entry 7.jpg"
    assert place_to("checkpoint 12", "fr") == "point de contrôle 12"
