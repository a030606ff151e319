"""What a company demands of its people; the strict rule wherever it has not decided otherwise."""

import msgspec

from fettle.domain.instants import Instant


class CompanyRules(msgspec.Struct, frozen=True, array_like=True):
    """`four_eyes`: nobody approves what they made or last edited.

    `reasons_required`: to reject, cancel, delete, reopen. Without a `changed_at` nobody has decided yet.
    """

    company_id: str
    changed_at: Instant | None = None
    changed_by_user_id: str | None = None
    four_eyes: bool = True
    reasons_required: bool = True
