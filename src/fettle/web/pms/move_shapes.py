"""What `/v1` shows of the moves that a work order can make: which of them this caller may, and what bars the others."""

from msgspec import UNSET, UnsetType

from fettle.domain.errors import FettleError
from fettle.domain.messages import detail_of, sentence_of
from fettle.domain.moves import PossibleMove
from fettle.domain.work_orders import Status
from fettle.web.fields import camel_case
from fettle.web.pms.shapes import Shape


class MissingDetail(Shape, frozen=True):
    """One thing that is missing."""

    field: str
    message: str


class MissingShape(Shape, frozen=True):
    """What the move would be refused with."""

    code: str
    message: str
    details: list[MissingDetail] | UnsetType = UNSET


class MoveShape(Shape, frozen=True):
    """A move of the life cycle; with `needsReason` it takes a `comment` that says why."""

    to: Status
    allowed: bool
    needs_reason: bool
    missing: list[MissingShape]


def move_shape(move: PossibleMove, language: str) -> MoveShape:
    """One move, in the reader's language."""
    missing = [_missing(error, language) for error in move.missing]
    return MoveShape(move.to, not missing, move.needs_reason, missing)


def _missing(error: FettleError, language: str) -> MissingShape:
    details = [MissingDetail(camel_case(each.field), detail_of(each, language)) for each in error.details]
    return MissingShape(error.code, sentence_of(error, language), details or UNSET)
