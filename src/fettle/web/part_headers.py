"""What the headers of a form and of its parts mean: boundary, names, charsets (RFC 7578, RFC 2046, RFC 8187)."""

import binascii
import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Final
from urllib.parse import unquote_to_bytes

from multipart import MultipartSegment  # type: ignore[import-untyped]  # ships no types

from fettle.domain.errors import Detail, Invalid, Unsupported, invalid_field

FORM: Final = "multipart/form-data"

_BOUNDARY_PARAMETER: Final = re.compile(r';\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.IGNORECASE)
# RFC 2046 section 5.1.1 allows 1 to 70 characters; its set is taken a little wider, to all that is visible.
_BOUNDARY: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,68}[\x21-\x7e])?", re.ASCII)
_EXTENDED_NAME: Final = re.compile(r";\s*filename\*\s*=\s*\"?([\w.:-]+)'[\w-]*'([^\s;\"]*)", re.IGNORECASE | re.ASCII)
_PLAIN_TRANSFER: Final = frozenset({"", "7bit", "8bit", "binary"})
# Names of Python's own; codecs that are no charset (punycode, unicode_escape …) must not be named by a client.
_CHARSET: Final = re.compile(
    r"utf-8(-sig)?|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp\d+|koi8-[ru]|gb\w+|big5\w*|shift_jis\w*|euc_\w+|mac-\w+"
)


def boundary_of(content_type: str) -> str:
    """The boundary of a form; raises Unsupported for what is no form, MULTIPART_BOUNDARY_MISSING, MULTIPART_INVALID."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise Unsupported(accepted=FORM)
    # A client that adds its own parameter to a header written by hand puts it last.
    found = _BOUNDARY_PARAMETER.findall(content_type)
    quoted, plain = found[-1] if found else ("", "")
    boundary = re.sub(r"\\(.)", r"\1", quoted) or plain.strip()
    if not boundary:
        raise Invalid("MULTIPART_BOUNDARY_MISSING")
    if not _BOUNDARY.fullmatch(boundary):
        raise malformed("Content-Type", "boundary")
    return boundary


def malformed(field: str, reason: str) -> Invalid:
    """A MULTIPART_INVALID that says where and why."""
    return Invalid("MULTIPART_INVALID", Detail(field, "malformed", {"reason": reason}))


def require_plain(segment: MultipartSegment, name: str) -> None:
    """Raise for a part whose text is not the bytes themselves: an encoding that HTTP does not have, or parts within."""
    transfer = segment.header("Content-Transfer-Encoding", "").strip().lower()
    if transfer not in _PLAIN_TRANSFER or (segment.content_type or "").startswith("multipart/"):
        raise Invalid("MULTIPART_INVALID", Detail(name, "transfer_encoding"))


def part_name(segment: MultipartSegment) -> str:
    """The name of a part, "" when it has none."""
    return _as_utf_8(segment.name or "")


def sent_file_name(segment: MultipartSegment) -> str | None:
    """The file name as sent, None without one. `filename*` wins; RFC 2047 words are decoded; raw bytes are UTF-8."""
    extended = _EXTENDED_NAME.search(segment.header("Content-Disposition", ""))
    decoded = _decode(unquote_to_bytes(extended[2]), extended[1]) if extended else None
    if decoded is not None:
        return decoded
    plain = segment.filename
    return None if plain is None else _decode_words(_as_utf_8(plain))


def charset_of(segment: MultipartSegment, name: str) -> str:
    """The encoding of a text part: what its Content-Type says, else UTF-8; raises INVALID_BODY for an unknown one."""
    charset = _known_charset(segment.charset or "utf-8")
    if charset is None:
        raise invalid_field(name, "charset", charset=segment.charset)
    return charset


def _known_charset(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if _CHARSET.fullmatch(found) else None


def _decode(content: bytes, charset: str) -> str | None:
    known = _known_charset(charset)
    try:
        return content.decode(known) if known else None
    except UnicodeDecodeError:
        return None


def _as_utf_8(header: str) -> str:
    """Headers are read as Latin-1, for bytes that are not UTF-8 must not make a whole upload fail."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeDecodeError:
        return header


def _decode_words(name: str) -> str:
    if "=?" not in name:
        return name
    try:
        return str(make_header(decode_header(name)))
    except (HeaderParseError, LookupError, ValueError, binascii.Error):
        return name
