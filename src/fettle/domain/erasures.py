"""The erasure of what names people: what can be erased, and the note that it was."""

from enum import StrEnum
from typing import Final

import msgspec

from fettle.domain.activity import EntryType
from fettle.domain.errors import invalid_field
from fettle.domain.instants import Instant

ERASED_NAME: Final = "erased"
ERASED_PERSON: Final = "Erased"
# Entries in which people remark on something or give a reason, and say nothing that the record still needs. Why
# something was erased goes only where its version is named: else no erasure could be repeated.
REMARKS: Final = frozenset(
    {
        EntryType.COMMENTED,
        EntryType.STATUS_CHANGED,
        EntryType.APPROVAL_GIVEN,
        EntryType.APPROVAL_REJECTED,
        EntryType.APPROVAL_WITHDRAWN,
        EntryType.ATTACHMENT_DELETED,
        EntryType.PHOTO_DELETED,
        EntryType.LATE_PHOTO_ACCEPTED,
        EntryType.LATE_PHOTO_REJECTED,
        EntryType.LEGAL_HOLD_SET,
        EntryType.LEGAL_HOLD_LIFTED,
    }
)


class Erasable(StrEnum):
    """What can be erased of a work order.

    COMMENTS: remarks and reasons. DESCRIPTION: the order's. CAPTIONS: captions, names and steps of evidence. LINKS:
    object keys and addresses. FILE_NAMES: those that files came with. PLACES: where pictures say they were taken.
    BYTES: the originals themselves, with the text of a TEXT.
    """

    COMMENTS = "comments"
    DESCRIPTION = "description"
    CAPTIONS = "captions"
    LINKS = "links"
    FILE_NAMES = "fileNames"
    PLACES = "places"
    BYTES = "bytes"


# Of all evidence of an order, unless some of it is named; bytes only of what is named.
OF_EVIDENCE: Final = frozenset(Erasable) - {Erasable.COMMENTS, Erasable.DESCRIPTION}
# What is the files' own, and so of all evidence that names the same file, on whichever order.
OF_FILES: Final = frozenset({Erasable.FILE_NAMES, Erasable.PLACES, Erasable.BYTES})


class Wanted(msgspec.Struct, frozen=True):
    """What is to be erased of a work order, and why.

    `versions` and `of_user_id` narrow the remarks down to some entries, `evidence_ids` the rest to some evidence.
    """

    what: frozenset[Erasable]
    reason: str
    versions: frozenset[int] | None = None
    of_user_id: str | None = None
    evidence_ids: frozenset[str] | None = None

    def require_fitting(self) -> None:
        """Raise INVALID_BODY for nothing to erase, or what narrows down something that is not to be erased."""
        if not self.what:
            raise invalid_field("what", "empty")
        if Erasable.BYTES in self.what and not self.evidence_ids:
            raise invalid_field("evidence_ids", "required")
        if self.evidence_ids is not None and not self.what & OF_EVIDENCE:
            raise invalid_field("evidence_ids", "erases_none")
        for field in ("versions", "of_user_id"):
            if getattr(self, field) is not None and Erasable.COMMENTS not in self.what:
                raise invalid_field(field, "erases_none")

    def of_files(self) -> "Wanted":
        """What of it other evidence shares that names the same files."""
        return Wanted(self.what & OF_FILES, self.reason)


class Erasure(msgspec.Struct, frozen=True, array_like=True):
    """The note of one erasure: of a person (`user_id`), or of a work order's texts. `what` are words with a blank.

    `reason` is empty once it was erased itself.
    """

    id: str
    company_id: str
    erased_at: Instant
    erased_by_user_id: str
    what: str
    reason: str
    user_id: str | None = None
    work_order_id: str | None = None
