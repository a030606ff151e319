"""The content of a work order: what its approvers decide on. Photos, assignee and deadline are no part."""

from collections.abc import Iterable
from typing import Final

import msgspec

from fettle.domain.canonical import fingerprint
from fettle.domain.evidence import Type
from fettle.domain.work_orders import WorkOrder

CONTENT_FIELDS: Final = ("component_id", "description", "name", "part_number_id", "phase", "quantity")


class ContentAttachment(msgspec.Struct, frozen=True, array_like=True):
    """An attachment that is not deleted; `file_sha256` is that of its bytes, None while they are awaited."""

    id: str
    name: str
    type: Type
    value: str
    file_sha256: str | None


def content_sha256(order: WorkOrder, attachments: Iterable[ContentAttachment]) -> str:
    """SHA-256 in hex of the content as canonical JSON, in UTF-8; an auditor computes it from the record again.

    The JSON is that of RFC 8785: keys sorted, no blanks, and only `"`, the backslash and control characters escaped:
    `{"attachments":[{"file_sha256":…,"id":…,"name":…,"type":…,"value":…},…],"component_id":…,"description":…,
    "name":…,"part_number_id":…,"phase":…,"quantity":…}`. Attachments are sorted by id; what there is none of is null,
    but `phase` and an attachment's `value` are then "".
    """
    content = {field: getattr(order, field) for field in CONTENT_FIELDS} | {
        "attachments": [msgspec.structs.asdict(each) for each in sorted(attachments, key=lambda each: each.id)]
    }
    return fingerprint(content)
