"""What `fettle export` says, in English and French; part of `words.py`."""

from typing import Final

from fettle.domain.sentences import Sentence

EXPORT_WORDS: Final = {
    "export": Sentence(
        "write the evidence packs of work orders, which can be verified without a server",
        "écrire les dossiers de preuves d'ordres de travail, vérifiables sans serveur",
    ),
    "--filter": Sentence(
        "the work orders under these conditions, as in the address of their list",
        "les ordres de travail qui remplissent ces critères, écrits comme dans l'adresse de leur liste",
    ),
    "--output of export": Sentence(
        "the folder they go to, without it the one you are in",
        "le dossier où les écrire, sans quoi le dossier courant",
    ),
    "--one": Sentence("write one pack of all of them to this file", "en faire un seul dossier, dans ce fichier"),
    "--since": Sentence(
        "prove growth from the checkpoint of this many entries, which you kept",
        "prouver la croissance depuis le point de contrôle de ce nombre d'entrées, que vous avez gardé",
    ),
    "CONDITIONS": Sentence("CONDITIONS", "CRITÈRES"),
    "FOLDER": Sentence("FOLDER", "DOSSIER"),
    "SIZE": Sentence("SIZE", "TAILLE"),
    "not a size": Sentence(
        "expected a number of entries, not {text!r}", "un nombre d'entrées est attendu, pas {text!r}"
    ),
    "which orders": Sentence(
        "say which work orders, or give a --filter, not both",
        "indiquez des ordres de travail, ou un --filter, mais pas les deux",
    ),
    "one or folder": Sentence(
        "--one names the file, --output a folder for many: give one of them",
        "--one désigne le fichier, --output un dossier pour plusieurs : donnez l'un ou l'autre",
    ),
    "orders of": Sentence("work order {files} of {all_files}", "ordre {files} sur {all_files}"),
    "exported": Sentence(
        "work orders: {orders}, packs: {packs}, {mb:.1f} MB",
        "ordres de travail : {orders}, dossiers : {packs}, {mb:.1f} Mo",
    ),
}
