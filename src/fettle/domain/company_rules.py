"""What a company demands of its people. Where it has not decided otherwise: the strict rule, and no signatures."""

from enum import StrEnum

import msgspec

from fettle.domain.instants import Instant


class CompletionSignature(StrEnum):
    """Whether a work order is completed only by somebody who signs for it."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class CompanyRules(msgspec.Struct, frozen=True, array_like=True):
    """`four_eyes`: nobody approves what they made or last edited.

    `reasons_required`: to reject, cancel, delete, reopen. Without a `changed_at` nobody has decided yet.
    """

    company_id: str
    changed_at: Instant | None = None
    changed_by_user_id: str | None = None
    four_eyes: bool = True
    reasons_required: bool = True
    completion_signature: CompletionSignature = CompletionSignature.OPTIONAL
