"""Formats made of boxes (ISO 14496-12 and its relatives): HEIF, AVIF, JPEG XL, JPEG 2000, MP4, QuickTime."""

from typing import Final

_SIGNATURES: Final = {
    b"\x00\x00\x00\x0cJXL \r\n\x87\n": "image/jxl",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "image/jp2",
}
# The most telling brand first: a HEIC file also names the general `mif1`.
_BY_BRAND: Final = (
    (frozenset({b"avif", b"avis"}), "image/avif"),
    (frozenset({b"heic", b"heix", b"heim", b"heis"}), "image/heic"),
    (frozenset({b"hevc", b"hevx", b"hevm", b"hevs"}), "image/heic-sequence"),
    (frozenset({b"mif1"}), "image/heif"),
    (frozenset({b"msf1"}), "image/heif-sequence"),
    (frozenset({b"qt  "}), "video/quicktime"),
    (frozenset({b"M4A ", b"M4B "}), "audio/mp4"),
    (frozenset({b"3gp4", b"3gp5", b"3gp6", b"3gp7"}), "video/3gpp"),
    (
        frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}),
        "video/mp4",
    ),
)
_STILL: Final = "image/"
# QuickTime files from before `ftyp` begin with one of these atoms.
_OLD_QUICKTIME: Final = frozenset({b"moov", b"mdat", b"wide", b"pnot"})
_LARGEST_OLD_ATOM: Final = 1 << 30


def type_of_boxes(head: bytes) -> str | None:
    """The type when the first box is one that we know."""
    signature = _SIGNATURES.get(head[:12])
    if signature is not None:
        return signature
    if head[4:8] == b"ftyp":
        return _type_of_brands(head)
    is_old_quicktime = head[4:8] in _OLD_QUICKTIME and int.from_bytes(head[:4]) < _LARGEST_OLD_ATOM
    return "video/quicktime" if is_old_quicktime else None


def _type_of_brands(head: bytes) -> str | None:
    size = min(int.from_bytes(head[:4]), len(head))
    major = head[8:12]
    brands = {major} | {head[at : at + 4] for at in range(16, size - 3, 4)}
    by_major = _match({major})
    if by_major is not None and not by_major.startswith(_STILL):
        return by_major
    return _match(brands)


def _match(brands: set[bytes]) -> str | None:
    for known, media_type in _BY_BRAND:
        if brands & known:
            return media_type
    return None
