"""Links that show one file to whoever has them, until they expire or are taken back."""

from typing import Final

import msgspec

from fettle.domain.errors import FettleError, Kind, invalid_field
from fettle.domain.instants import SECOND, Instant

SHORTEST_S: Final = 60
LONGEST_S: Final = 30 * 24 * 3600
USUAL_S: Final = 7 * 24 * 3600


class FileLink(msgspec.Struct, frozen=True, array_like=True):
    """A link to one file, made by one person."""

    id: str
    company_id: str
    file_name: str
    created_by_user_id: str
    created_at: Instant
    expires_at: Instant
    revoked_at: Instant | None = None

    def counts_at(self, now: Instant) -> bool:
        """Whether it shows the file still."""
        return self.revoked_at is None and now < self.expires_at


class LinkExpired(FettleError):
    """The link was good once."""

    kind, code = Kind.NOT_FOUND, "LINK_EXPIRED"


def lasting(expires_in_s: int) -> int:
    """The microseconds that a link lasts; raises INVALID_BODY for less than a minute and more than 30 days."""
    if not SHORTEST_S <= expires_in_s <= LONGEST_S:
        raise invalid_field("expiresInS", "number_range", min=SHORTEST_S, max=LONGEST_S)
    return expires_in_s * SECOND
