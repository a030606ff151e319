"""What argparse itself says, in French, by the English text that it looks up (Python 3.11 to 3.14)."""

import argparse
from typing import Final

FRENCH: Final = {
    "usage: ": "utilisation : ",
    "positional arguments": "arguments positionnels ",
    # A colon follows a heading, and French wants a space before it.
    "options": "options ",
    "show this help message and exit": "afficher cette aide et quitter",
    "%(prog)s: error: %(message)s\n": "%(prog)s: erreur : %(message)s\n",
    "argument %(argument_name)s: %(message)s": "argument %(argument_name)s : %(message)s",
    "the following arguments are required: %s": "il manque ces arguments obligatoires : %s",
    "unrecognized arguments: %s": "arguments inconnus : %s",
    "expected one argument": "une valeur est attendue",
    "ignored explicit argument %r": "aucune valeur n'est attendue, mais %r a été donné",
    "ambiguous option: %(option)s could match %(matches)s": "option ambiguë : %(option)s peut désigner %(matches)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "choix invalide : %(value)r (choix possibles : %(choices)s)",
    "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)": (
        "choix invalide : %(value)r, peut-être vouliez-vous dire %(closest)r ? (choix possibles : %(choices)s)"
    ),
}


def speak(language: str) -> None:
    """Let argparse speak "en" or "fr" in this process from now on.

    It looks its texts up by the name `_`, once imported from gettext; catalogues of gettext would be compiled files,
    chosen by the locale and not by our setting.
    """
    vars(argparse)["_"] = _in_french if language == "fr" else _as_it_is


def _in_french(text: str) -> str:
    return FRENCH.get(text, text)


def _as_it_is(text: str) -> str:
    return text
