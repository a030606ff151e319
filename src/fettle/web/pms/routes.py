"""All operations below `/v1`."""

from typing import Final

from fettle.web.operations import Operation
from fettle.web.pms.attachments import attachments
from fettle.web.pms.photos import photos

OPERATIONS: Final[tuple[Operation, ...]] = (*photos.all, *attachments.all)
