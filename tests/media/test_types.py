"""The media type by content: what it is told from, and what it is not fooled by."""

import io
import struct
import zipfile

import pytest

from fettle.media import types
from fettle.services.ports import TypeReader

reader: TypeReader = types  # the module is the reader that services ask for


def brands(major: bytes, *compatible: bytes) -> bytes:
    return struct.pack(">I4s4sI", 16 + 4 * len(compatible), b"ftyp", major, 0) + b"".join(compatible) + bytes(40)


def tiff(order: str, *tags: int, gap: int = 0) -> bytes:
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    entries = b"".join(struct.pack(f"{order}HHII", tag, 1, 4, 0) for tag in tags)
    return mark + struct.pack(f"{order}I", 8 + gap) + bytes(gap) + struct.pack(f"{order}H", len(tags)) + entries


def archive(*entries: tuple[str, str]) -> bytes:
    """Of one time for all runs: the bytes are in the names of tests, which have to be the same in every process."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, content in entries:
            made.writestr(zipfile.ZipInfo(name), content)
    return written.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 1, 1, 8, 6, 0, 0, 0)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OFFICE = "application/vnd.openxmlformats-officedocument."

IMAGES = [
    (JPEG, "image/jpeg"),
    (b"\xff\xd8\xff\xe1\x00\x10Exif", "image/jpeg"),
    (PNG, "image/png"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    (b"GIF89a\x01\x00\x01\x00", "image/gif"),
    (b"GIF87a\x01\x00\x01\x00", "image/gif"),
    (tiff("<", 256, 257), "image/tiff"),
    (tiff(">", 256, 257), "image/tiff"),
    (b"II+\x00\x08\x00\x00\x00" + bytes(16), "image/tiff"),
    (tiff("<", 254, 256, 50706, 50707), "image/x-adobe-dng"),
    (tiff(">", 254, 50706, gap=500), "image/x-adobe-dng"),
    (b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00", "image/bmp"),
    (brands(b"heic", b"mif1", b"heic"), "image/heic"),
    (brands(b"mif1", b"mif1", b"heic"), "image/heic"),
    (brands(b"heix", b"mif1"), "image/heic"),
    (brands(b"hevc", b"msf1"), "image/heic-sequence"),
    (brands(b"mif1", b"mif1", b"jpeg"), "image/heif"),
    (brands(b"avif", b"mif1", b"miaf"), "image/avif"),
    (brands(b"mif1", b"avif"), "image/avif"),
    (b"\xff\x0a\xfa\x1f", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n\x00\x00\x00\x14ftypjxl ", "image/jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 ", "image/jp2"),
    (b"\xff\x4f\xff\x51\x00\x2f", "image/j2c"),
]
OTHERS = [
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
    (b"\xef\xbb\xbf\n%PDF-1.4", "application/pdf"),
    (brands(b"isom", b"iso2", b"avc1", b"mp41"), "video/mp4"),
    (brands(b"mp42", b"isom"), "video/mp4"),
    (brands(b"qt  ", b"qt  "), "video/quicktime"),
    (b"\x00\x00\x00\x08wide\x00\x10\x00\x00mdat", "video/quicktime"),
    (brands(b"M4A ", b"isom"), "audio/mp4"),
    (brands(b"3gp5", b"isom"), "video/3gpp"),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "video/webm"),
    (b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska", "video/x-matroska"),
    (archive(("notes.txt", "notes")), "application/zip"),
    (archive(), "application/zip"),
    (archive(("[Content_Types].xml", ""), ("word/document.xml", "")), f"{OFFICE}wordprocessingml.document"),
    (archive(("[Content_Types].xml", ""), ("xl/workbook.xml", "")), f"{OFFICE}spreadsheetml.sheet"),
    (archive(("_rels/.rels", ""), ("ppt/slides/1.xml", "")), f"{OFFICE}presentationml.presentation"),
    (
        archive(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "")),
        "application/vnd.oasis.opendocument.text",
    ),
    (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "application/gzip"),
]
TEXTS = [
    (b"<!DOCTYPE html><html>", "text/html"),
    (b"\n  <!-- hello -->\n<!doctype HTML PUBLIC>", "text/html"),
    (b"<HTML><body>", "text/html"),
    (b"\xef\xbb\xbf<script>alert(1)</script>", "text/html"),
    (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "text/html"),
    ("<html>é".encode("latin-1"), "text/html"),
    ("<html>é".encode("utf-16"), "text/html"),
    (b'<iframe src="//evil">', "text/html"),
    (SVG, "image/svg+xml"),
    (b'<?xml version="1.0"?>\n<!-- made by hand -->\n' + SVG, "image/svg+xml"),
    (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [<!ENTITY a "b">]>' + SVG, "image/svg+xml"),
    (b'<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    (b'<?xml version="1.0"?><order/>', "application/xml"),
    (b"just text, with <angle> brackets\r\n\tand a tab", "text/plain"),
    ("Révision du compresseur — façade".encode(), "text/plain"),
    ("Révision".encode("utf-16"), "text/plain"),
    (b'{"a": 1}', "text/plain"),
    (b"alert(document.cookie)", "text/plain"),
]
UNKNOWN = [
    b"",
    b"\x00\x01\x02\x03",
    b"text with a \x00 in it",
    "Révision".encode("latin-1"),
    b"\xff\xd8",
    b"BM is how this text begins" + b"\x80",
    b"RIFF\x24\x00\x00\x00AVI LIST\x80",
    b"\x00\x00\x00\x18ftypzzzz\x00\x00\x00\x00",
    b"\x7fELF\x02\x01\x01",
]


@pytest.mark.parametrize(("head", "media_type"), IMAGES + OTHERS + TEXTS)
def test_tells_the_type(head: bytes, media_type: str) -> None:
    assert reader.type_of(head) == media_type


@pytest.mark.parametrize("head", UNKNOWN)
def test_what_nothing_tells_stays_unknown(head: bytes) -> None:
    assert reader.type_of(head) == "application/octet-stream"


@pytest.mark.parametrize(("head", "media_type"), IMAGES)
def test_a_script_behind_a_picture_changes_nothing(head: bytes, media_type: str) -> None:
    assert reader.type_of(head + b"<script>alert(1)</script>") == media_type


@pytest.mark.parametrize("whole", [head for head, _ in IMAGES + OTHERS + TEXTS])
def test_no_cut_off_head_fails(whole: bytes) -> None:
    for length in range(len(whole)):
        assert "/" in reader.type_of(whole[:length])


def test_a_character_that_the_end_of_the_head_cuts_in_two_is_text() -> None:
    assert reader.type_of(("é".encode() * 3000)[:4096]) == "text/plain"
    assert reader.type_of(b"a" + ("é".encode() * 3000)[:4095]) == "text/plain"


@pytest.mark.parametrize("head", [b"<!--" * 1024, b"<?" * 2048, b"<!doctype " * 400, b" " * 4096, b"<!--a-->" * 512])
def test_odd_markup_takes_no_time(head: bytes) -> None:
    assert reader.type_of(head) == "text/plain"
