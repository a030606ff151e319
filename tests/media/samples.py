"""Real pictures of every format that is read, made on the spot."""

import io
import struct
import zlib
from typing import Final

import pillow_heif
from PIL import Image, ImageDraw

TYPES: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
    "BMP": "image/bmp",
}
# Width and height as they are stored; a phone held upright says so by orientation 6.
STORED_SIZE: Final = (640, 480)
WHEN: Final = "2026:04:15 14:00:00"


def scene(size: tuple[int, int] = STORED_SIZE) -> Image.Image:
    """Red at the upper left, blue at the lower right, grey between: whoever turns it can be seen to."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 20))
    draw.rectangle((width * 3 // 4, height * 3 // 4, width, height), fill=(20, 20, 220))
    return picture


def exif(orientation: int = 1, offset: str | None = "+02:00") -> Image.Exif:
    """What a phone writes: camera, time, place."""
    written = Image.Exif()
    written[0x010F], written[0x0110], written[0x0112] = "Acme", "Phone 1", orientation
    own = written.get_ifd(0x8769)
    own[0x9003] = WHEN
    own[0xA431] = "SERIAL-4711"
    if offset:
        own[0x9011] = offset
    gps = written.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 51.0, 24.0), "W", (2.0, 21.0, 3.0)
    gps[5], gps[6] = b"\x00", 35.5
    return written


def photo(kind: str = "JPEG", orientation: int = 1, size: tuple[int, int] = STORED_SIZE) -> bytes:
    """A picture with all that a phone writes beside it, as far as the format has room for it."""
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    if kind in {"GIF", "BMP"}:
        scene(size).save(out, kind)
    else:
        written = exif(orientation)
        scene(size).save(out, kind, exif=written if kind in {"JPEG", "TIFF"} else written.tobytes())
    return out.getvalue()


def tiff() -> bytes:
    """As a scanner or camera writes it, with all that a phone writes too: Pillow's own writer leaves most of that out.

    Exif is itself a TIFF: it gets one more first directory, which has all that the old one has, and a picture.
    """
    written = exif().tobytes().removeprefix(b"Exif\0\0")
    order = "<" if written[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", written, 4)
    (count,) = struct.unpack_from(f"{order}H", written, at)
    entries = [written[at + 2 + 12 * number :][:12] for number in range(count)]
    width, height = STORED_SIZE
    pixels = scene().convert("L").tobytes()
    shape = {0x100: width, 0x101: height, 0x102: 8, 0x103: 1, 0x106: 1, 0x111: len(written), 0x115: 1, 0x116: height}
    shape[0x117] = len(pixels)
    entries += [struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in shape.items()]
    entries.sort(key=lambda entry: struct.unpack(f"{order}H", entry[:2]))
    directory = struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4)
    start = struct.pack(f"{order}I", len(written) + len(pixels))
    return written[:4] + start + written[8:] + pixels + directory


def png(width: int, height: int, data: bytes = b"", *extra: tuple[bytes, bytes]) -> bytes:
    """A PNG that says it is so large, with whatever data."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), *extra, (b"IDAT", zlib.compress(data)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def pdf(pages: int = 2) -> bytes:
    """A document of red pages."""
    out = io.BytesIO()
    page = Image.new("RGB", (200, 300), (220, 20, 20))
    page.save(out, "PDF", save_all=True, append_images=[page] * (pages - 1))
    return out.getvalue()


def blotches(kind: str, size: tuple[int, int]) -> bytes:
    """Light and dark places that are the same in every size and format."""
    cells = bytes((number * 89 + number * number * 31) % 256 for number in range(108))
    picture = Image.frombytes("L", (12, 9), cells).resize(size, Image.Resampling.BICUBIC).convert("RGB")
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()
