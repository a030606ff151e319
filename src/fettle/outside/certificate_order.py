"""The certificates of a time stamp in the order that DER asks for (X.690 section 11.6).

OpenSSL writes a chain as it has it, and what reads time stamps here insists on the order. The set is not signed, and an
element keeps its length, so the elements can change places and nothing else.
"""

from typing import Final, NamedTuple

_TAGGED: Final = 0xA0
_LONG: Final = 0x80


class _Element(NamedTuple):
    """Where an element of DER begins, where its content does, and where both end."""

    start: int
    content: int
    end: int


def with_sorted_certificates(reply: bytes) -> bytes:
    """A TimeStampResp (RFC 3161 section 2.4.2) with sorted certificates; what is none comes back as it is."""
    try:
        found = _certificates(reply)
    except (IndexError, ValueError):
        return reply
    if found is None:
        return reply
    parts = sorted(reply[each.start : each.end] for each in _elements(reply, found))
    return reply[: found.content] + b"".join(parts) + reply[found.end :]


def _certificates(reply: bytes) -> _Element | None:
    """The certificates of the SignedData in the timeStampToken, where there are any."""
    whole = _element(reply, 0, len(reply))
    _, token = _elements(reply, whole)
    _, content = _elements(reply, token)
    (signed,) = _elements(reply, content)
    certificates = _elements(reply, signed)[3]
    return certificates if reply[certificates.start] == _TAGGED else None


def _elements(data: bytes, around: _Element) -> list[_Element]:
    found, place = [], around.content
    while place < around.end:
        found.append(_element(data, place, around.end))
        place = found[-1].end
    return found


def _element(data: bytes, start: int, most: int) -> _Element:
    length, content = data[start + 1], start + 2
    if length >= _LONG:
        digits = length - _LONG
        length, content = int.from_bytes(data[content : content + digits]), content + digits
    if content + length > most:
        raise ValueError(start)
    return _Element(start, content, content + length)
