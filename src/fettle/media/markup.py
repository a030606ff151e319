"""Text, and the texts that a browser would run: HTML and SVG."""

import codecs
import re
from typing import Final

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
# Before the root element; each alternative begins differently, so a match never goes back.
_PROLOGUE: Final = re.compile(
    r"(?:\s++|<\?(?s:.*?)\?>|<!--(?s:.*?)-->|<!doctype[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*+", re.IGNORECASE
)
_DOCTYPE_HTML: Final = re.compile(r"\s*+(?:<!--(?s:.*?)-->\s*+)*+<!doctype\s+html\b", re.IGNORECASE)
_ROOT: Final = re.compile(r"<(?:[a-z0-9]+:)?([a-z][a-z0-9]*)(?=[\s>/])", re.IGNORECASE)
# What browsers take for HTML when no type is given (WHATWG MIME Sniffing, 7.1), and a few that run scripts.
_HTML_ROOTS: Final = frozenset(
    {"html", "head", "title", "meta", "link", "style", "script", "template", "body", "frameset", "h1", "div", "p"}
    | {"a", "b", "br", "font", "table", "form", "input", "img", "video", "audio", "iframe", "embed", "object"}
)


def type_of_text(head: bytes) -> str | None:
    """`text/html`, `image/svg+xml`, `application/xml`, `text/plain`, or None for bytes that are no text."""
    text = _decode(head)
    if not text:
        return None
    if _DOCTYPE_HTML.match(text):
        return "text/html"
    root = _ROOT.match(text, _end_of_prologue(text))
    name = root[1].lower() if root else ""
    if name == "svg":
        return "image/svg+xml"
    if name in _HTML_ROOTS:
        return "text/html"
    if text.lstrip().startswith("<?xml"):
        return "application/xml"
    return None if _CONTROL.search(text) else "text/plain"


def _end_of_prologue(text: str) -> int:
    prologue = _PROLOGUE.match(text)
    return prologue.end() if prologue else 0


def _decode(head: bytes) -> str | None:
    """The text, but for a character that the end of the head cuts in two; None when it is no text."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return _decode_as(head[len(mark) :], encoding)
    return _decode_as(head, "utf-8") or _markup_in_another_encoding(head)


def _decode_as(head: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None


def _markup_in_another_encoding(head: bytes) -> str | None:
    """A page in Latin-1 runs as well as one in UTF-8; other text of unknown encoding stays unknown."""
    return head.decode("latin-1") if head.lstrip().startswith(b"<") else None
