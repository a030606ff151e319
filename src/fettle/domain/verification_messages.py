"""What does not hold, said to people."""

import re
from typing import Final

from fettle.domain.sentences import Sentence
from fettle.domain.verification import Finding

SENTENCES: Final = {
    Finding.ENTRY_MISSING: Sentence("this entry is missing", "cette entrée manque"),
    Finding.ENTRY_CHANGED: Sentence("this entry was changed", "cette entrée a été modifiée"),
    Finding.TEXTS_CHANGED: Sentence("what was written in it was changed", "ce qui y était écrit a été modifié"),
    Finding.RECORD_DIFFERS: Sentence("it is not what the log says", "ce n'est pas ce que dit le journal"),
    Finding.NOT_IN_LOG: Sentence("it is not in the log at its place", "cela n'est pas à sa place dans le journal"),
    Finding.SIGNATURE_WRONG: Sentence("the signature is not right", "la signature n'est pas bonne"),
    Finding.BYTES_MISSING: Sentence("its bytes are missing", "ses octets manquent"),
    Finding.BYTES_DAMAGED: Sentence("its bytes are damaged", "ses octets sont endommagés"),
    Finding.STATEMENT_DIFFERS: Sentence(
        "what was signed is not what the log says", "ce qui a été signé n'est pas ce que dit le journal"
    ),
    Finding.FORM_WRONG: Sentence(
        "it is not as packs are written: changed, cut, or packed anew",
        "ce n'est pas ainsi que les dossiers sont écrits : modifié, tronqué ou reconstitué",
    ),
    Finding.FILE_MISSING: Sentence("this file is missing", "ce fichier manque"),
    Finding.FILE_CHANGED: Sentence(
        "the bytes are not those that were recorded", "les octets ne sont pas ceux qui ont été enregistrés"
    ),
    Finding.FILE_UNKNOWN: Sentence("the pack does not know this file", "le dossier ne connaît pas ce fichier"),
    Finding.MANIFEST_CHANGED: Sentence(
        "it is not the manifest that was signed", "ce n'est pas le manifeste qui a été signé"
    ),
    Finding.OTHER_KEY: Sentence("it is not the key that you gave", "ce n'est pas la clé que vous donnez"),
    Finding.OTHER_LOG: Sentence("it belongs to another company's log", "cela relève du journal d'une autre entreprise"),
    Finding.LOG_REWRITTEN: Sentence(
        "the log was rewritten: it is not the one of this checkpoint",
        "le journal a été réécrit : ce n'est pas celui de ce point de contrôle",
    ),
    Finding.GROWTH_NOT_PROVEN: Sentence(
        "nothing proves that the log grew out of this checkpoint",
        "rien ne prouve que le journal prolonge ce point de contrôle",
    ),
    Finding.ORDER_MISSING: Sentence("this work order is missing", "cet ordre de travail manque"),
    Finding.NODE_CHANGED: Sentence("this node of the log was changed", "ce nœud du journal a été modifié"),
}
_PLACES: Final = {
    "entry": "entrée",
    "evidence": "preuve",
    "checkpoint": "point de contrôle",
    "line": "ligne",
    "byte": "octet",
    "place": "place",
    "order": "ordre",
    "node": "nœud",
}
_PLACE: Final = re.compile(rf"(?:(?<=^)|(?<=[0-9l] ))({'|'.join(_PLACES)}) (?=[0-9a-f])")


def explain(finding: Finding, language: str) -> str:
    """The finding as half a sentence, to follow its place."""
    return SENTENCES[finding].to(language)


def place_to(where: str, language: str) -> str:
    """The place, in the reader's language."""
    return _PLACE.sub(lambda found: f"{_PLACES[found[1]]} ", where) if language == "fr" else where
