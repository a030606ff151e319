"""ZIP archives, and the documents that are ZIP archives, as far as the first entries tell."""

import re
from typing import Final

_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OPEN_DOCUMENT: Final = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.[a-z-]+|application/epub\+zip)")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_BY_FOLDER: Final = (
    (b"word/", f"{_OFFICE}wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}spreadsheetml.sheet"),
    (b"ppt/", f"{_OFFICE}presentationml.presentation"),
)
_NAME_AT: Final = 30


def type_of_zip(head: bytes) -> str | None:
    """The document's type when the head shows it, else `application/zip`; None for what is no archive."""
    if not head.startswith(_STARTS):
        return None
    open_document = _OPEN_DOCUMENT.match(head, _NAME_AT)
    if open_document is not None:
        return open_document[1].decode("ascii")
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        for folder, media_type in _BY_FOLDER:
            if folder in head:
                return media_type
    return "application/zip"
