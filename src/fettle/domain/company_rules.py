"""What a company demands of its people. Where it has not decided otherwise: the strict rule, and no signatures."""

from enum import StrEnum
from typing import Final

import msgspec

from fettle.domain.instants import DAY, Instant

# What the law of most countries asks of business records, and a limit that keeps dates within reach.
KEPT_DAYS: Final = 3650
MAX_RETENTION_DAYS: Final = 36_500


class CompletionSignature(StrEnum):
    """Whether a work order is completed only by somebody who signs for it."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class CompanyRules(msgspec.Struct, frozen=True, array_like=True):
    """`four_eyes`: nobody approves what they made or last edited.

    `reasons_required`: to reject, cancel, delete, reopen. `retention_days`: for so long the bytes of deleted evidence
    stay; for good with 0. Without a `changed_at` nobody has decided yet.
    """

    company_id: str
    changed_at: Instant | None = None
    changed_by_user_id: str | None = None
    four_eyes: bool = True
    reasons_required: bool = True
    retention_days: int = KEPT_DAYS
    completion_signature: CompletionSignature = CompletionSignature.OPTIONAL

    def removable_before(self, now: Instant) -> Instant | None:
        """What was deleted before that is no longer kept; None where all of it is."""
        return now - self.retention_days * DAY if self.retention_days else None
