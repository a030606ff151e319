"""Every kind of entry has its sentence, in both languages."""

import pytest

from fettle.domain.activity import Changes, Entry, EntryType, write_data
from fettle.domain.entry_messages import message_of

_STATE = "evidence.1.state"


def _entry(entry_type: EntryType, said: tuple[str, str | None]) -> Entry:
    return Entry("1", "1", "1", 1, entry_type, 0, "1", said[0], texts=said[1])


@pytest.mark.parametrize(
    ("entry_type", "english", "french"),
    [
        (EntryType.COMMENTED, "Comment [text erased]", "Commentaire [texte effacé]"),
        (EntryType.PHOTO_ADDED, "Photo “…” added [text erased]", "Photo « … » ajoutée [texte effacé]"),
    ],
)
def test_an_erased_entry_says_so(entry_type: EntryType, english: str, french: str) -> None:
    data, _ = write_data(None, {"comment": "a", "name": "b"}, "salt")
    entry = _entry(entry_type, (data, None))
    assert (message_of(entry, "en"), message_of(entry, "fr")) == (english, french)


def _said(changes: Changes | None = None, **about: str) -> tuple[str, str | None]:
    return write_data(changes, about, "salt")


@pytest.mark.parametrize("entry_type", EntryType)
def test_every_type_speaks_both_languages(entry_type: EntryType) -> None:
    entry = _entry(entry_type, _said({_STATE: (None, "stored"), "status": ("DRAFT", "REVIEW")}, comment="!"))
    english, french = message_of(entry, "en"), message_of(entry, "fr")
    assert english.endswith("!")
    assert french.endswith("!")
    assert (english == french) is (entry_type is EntryType.COMMENTED)


@pytest.mark.parametrize("entry_type", EntryType)
def test_an_entry_without_data_is_still_shown(entry_type: EntryType) -> None:
    assert isinstance(message_of(_entry(entry_type, ("{}", None)), "fr"), str)


@pytest.mark.parametrize(
    ("entry_type", "said", "english", "french"),
    [
        (
            EntryType.EDITED,
            _said({"quantity": (1, 2), "part_number_id": (None, "x"), "later": (1, 2)}),
            "Changed: later, part number, quantity",
            "Modifié : later, numéro de pièce, quantité",
        ),
        (
            EntryType.STATUS_CHANGED,
            _said({"status": ("DRAFT", "REVIEW")}, comment="ready {now}"),
            "Status changed from DRAFT to REVIEW: ready {now}",
            "Statut changé de DRAFT à REVIEW : ready {now}",
        ),
        (
            EntryType.STATUS_CHANGED,
            _said(
                {"status": ("PRODUCTION", "COMPLETE")},
                statement_sha256="a",
                signer_name="Ada {L}",
                meaning="done",
                comment="at last",
            ),
            "Status changed from PRODUCTION to COMPLETE, signed by Ada {L}: “done”: at last",
            "Statut changé de PRODUCTION à COMPLETE, signé par Ada {L} : « done » : at last",
        ),
        (
            EntryType.PHOTO_DELETED,
            _said({_STATE: ("stored", "stored")}, name="{name}", reason="blurred"),
            "Photo “{name}” deleted: blurred",
            "Photo « {name} » supprimée : blurred",
        ),
        (
            EntryType.EVIDENCE_STATE_CHANGED,
            _said({_STATE: ("referenced", "missing")}, name="before"),
            "“before” was not found",
            "« before » n'a pas été trouvé",
        ),
        (EntryType.COMMENTED, _said(comment="as it is: {x}"), "as it is: {x}", "as it is: {x}"),
        (
            EntryType.ERASED,
            write_data(None, {"what": ["bytes", "fileNames"], "reason": "asked for"}, "salt"),
            "Erased: originals, file names: asked for",
            "Effacé : originaux, noms de fichiers : asked for",
        ),
    ],
)
def test_what_an_entry_says(entry_type: EntryType, said: tuple[str, str | None], english: str, french: str) -> None:
    entry = _entry(entry_type, said)
    assert (message_of(entry, "en"), message_of(entry, "fr")) == (english, french)
