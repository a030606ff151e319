"""What a person is told when a command is refused; everything else is a fault of ours and keeps its traceback."""

from typing import Final, NamedTuple

from fettle.blobs.s3_address import NotAStoreAddress
from fettle.cli.reading import NotUnderstood
from fettle.cli.words import say
from fettle.db.refusals import DatabaseRefused
from fettle.domain.errors import FettleError
from fettle.domain.messages import detail_of, sentence_of
from fettle.settings import SettingsError

REFUSED: Final = 1
WRONG_USAGE: Final = 2


class Refusal(NamedTuple):
    """One line about what was refused, and the exit code that goes with it."""

    said: str
    exit_code: int


def explain(error: Exception, language: str) -> Refusal | None:
    """What to say, or None for an error that nobody foresaw."""
    if isinstance(error, NotUnderstood):
        return Refusal(say(language, error.word, **error.blanks), WRONG_USAGE)
    if isinstance(error, NotAStoreAddress | SettingsError):
        return Refusal(error.sentence.to(language), WRONG_USAGE)
    if isinstance(error, FettleError):
        return Refusal(_explain_refusal(error, language), REFUSED)
    if isinstance(error, DatabaseRefused):
        return Refusal(error.sentence.to(language), REFUSED)
    if isinstance(error, OSError):
        return Refusal(f"{error.strerror}: {error.filename}" if error.filename else str(error), REFUSED)
    return None


def _explain_refusal(error: FettleError, language: str) -> str:
    details = "; ".join(
        say(language, "wrong field", field=detail.field, wrong=detail_of(detail, language)) for detail in error.details
    )
    cause = str(error.__cause__ or "").strip().partition("\n")[0]
    return " ".join(filter(None, [sentence_of(error, language), details, cause and f"({cause})"]))
