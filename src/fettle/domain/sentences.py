"""A sentence in every language that Fettle speaks."""

from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "fr")


class Sentence(NamedTuple):
    """One message in both languages; `{name}` is filled from the error's params."""

    en: str
    fr: str

    def to(self, language: str) -> str:
        """The sentence in "fr" or, by default, in English."""
        return self.fr if language == "fr" else self.en


class SpokenError(Exception):
    """An error for the one at the command line, who reads one sentence; its text is the English one."""

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en, fr)
        self.sentence = Sentence(en, fr)

    def __str__(self) -> str:
        return self.sentence.en
