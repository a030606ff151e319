"""Smaller pictures of stored files, for lists and screens."""

import re
from collections.abc import AsyncIterator
from typing import Final

from fettle.domain.files import Origin, StoredFile
from fettle.domain.people import Scope
from fettle.domain.pictures import RenditionKind
from fettle.services.pictures import Picture, in_one
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import NoQuery
from fettle.web.operations import BYTES, Operations
from fettle.web.transfer import send_file

renditions: Final = Operations("files")
_TYPE: Final = "image/webp"
_LAST_SEGMENT: Final = re.compile(r"([a-z]+)/*$")


@renditions(
    "GET",
    *(f"/files/{{file_name}}/{kind}" for kind in RenditionKind),
    scope=Scope.READ,
    query=NoQuery,
    answer=bytes,
    media_type=BYTES,
    headers={"ETag": "The SHA-256 of the bytes.", "Repr-Digest": "The SHA-256 of the whole picture (RFC 9530)."},
    errors=("NOT_STORED", "BYTES_REMOVED", "NO_RENDITION", "BYTES_DAMAGED"),
)
async def get_rendition(call: Call, _query: NoQuery) -> Response:
    """Get a smaller picture of a file: WebP, upright, without metadata.

    The longer side of a thumbnail has at most 320 pixels, of a preview 1,280, of a large one 2,560. Of a PDF it is the
    first page. What is not there yet is made now.
    """
    kind = RenditionKind(_LAST_SEGMENT.findall(call.path)[0])
    picture = await call.services.pictures.get(call.caller, call.params["file_name"], kind)

    async def open_bytes(start: int, length: int | None) -> AsyncIterator[bytes]:
        return in_one(picture.content, start, length)

    return await send_file(_file(picture), call.method, call.headers, open_bytes)


def _file(picture: Picture) -> StoredFile:
    """As a file that can be sent like any other; its ETag is the hash of its own bytes."""
    row, content = picture
    name = f"{row.kind}.webp"
    about = (row.company_id, row.storage_key, len(content), row.sha256, _TYPE, name, Origin.EVIDENCE)
    return StoredFile(row.file_name, *about, row.created_at, "")
