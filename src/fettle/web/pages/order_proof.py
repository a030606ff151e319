"""Whether a work order holds against its log, as its page tells it."""

from typing import NamedTuple

from fettle.domain.instants import Instant
from fettle.domain.verification_messages import explain, place_to
from fettle.services.verification import Verified


class Proof(NamedTuple):
    """Of `entries` in all `covered` are in the signed log already; `problems` are sentences, none where all holds."""

    checked_at: Instant
    entries: int
    covered: int
    files: int
    signed_at: Instant | None
    problems: list[str]


def proof_of(found: Verified, language: str) -> Proof:
    """What was found, in the reader's language."""
    colon = " : " if language == "fr" else ": "
    problems = [f"{place_to(each.where, language)}{colon}{explain(each.finding, language)}" for each in found.problems]
    signed_at = found.checkpoint.made_at if found.checkpoint is not None else None
    return Proof(found.checked_at, found.entries, found.covered, len(found.files), signed_at, problems)
