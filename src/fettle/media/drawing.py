"""Facts and smaller pictures of one file. Runs in the process apart alone: what is read here may be hostile."""

import io
from base64 import b64encode
from collections.abc import Collection
from typing import Any, BinaryIO, Final

import pi_heif  # type: ignore[import-untyped]  # its wheel says nothing of types
import pypdfium2  # type: ignore[import-untyped]  # as above
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from fettle.domain.pictures import Drawn, Facts, Print, PrintSize, Problem, Reading, RenditionKind
from fettle.media.exif import read_exif, read_orientation
from fettle.media.wanted import Wanted

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")
_MOST_PIXELS: Final = 300_000_000
_QUALITY: Final = 75
# Of libwebp's 0 to 6: half the time of its usual 4 for a preview, at a size within a few percent (measured).
_EFFORT: Final = 2
_PLACEHOLDER_PIXELS: Final = 16
_PRINT_QUALITIES: Final = (78, 60, 42)
_SMALLEST_PRINT: Final = 320
_LOOK_SIZE: Final = (9, 8)
_SIDEWAYS: Final = 5
_SRGB: Final = ImageCms.createProfile("sRGB")
_LOCKED_PDF: Final = "password"


def prepare() -> None:
    """Load and register all that reading needs; nothing is opened afterwards."""
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # Pillow refuses what is twice as large
    Image.init()
    pi_heif.register_heif_opener(thumbnails=False)


def read(file: BinaryIO, wanted: Wanted) -> Reading:
    """What is in the bytes, and the pictures that are wanted; never raises for what a file may hold."""
    found: dict[str, Any] = {}
    try:
        page = _open_pdf if wanted.content_type == "application/pdf" else _open_picture
        picture = page(file, _longest(wanted), found)
        if wanted.print_size is not None:
            return Reading(Facts(**found), printed=_print(picture, wanted.print_size))
        drawn = _draw(picture, wanted.kinds, found)
    except MemoryError:
        return Reading(Facts(**found, problem=Problem.TOO_LARGE))
    except Image.DecompressionBombError:
        return Reading(Facts(**found, problem=Problem.TOO_LARGE))
    except Exception as error:  # noqa: BLE001 - decoders raise whatever they like; this process ends after it
        return Reading(Facts(**found, problem=_problem(error, found)))
    return Reading(Facts(**found), drawn)


def _problem(error: Exception, found: dict[str, Any]) -> Problem:
    if isinstance(error, pypdfium2.PdfiumError) and _LOCKED_PDF in str(error).lower():
        return Problem.LOCKED
    is_cut = "width" in found and not isinstance(error, UnidentifiedImageError)
    return Problem.TRUNCATED if is_cut else Problem.UNREADABLE


def _longest(wanted: Wanted) -> int:
    """How many pixels are needed of the longer side."""
    longest = max((kind.longest for kind in wanted.kinds), default=_PLACEHOLDER_PIXELS)
    return longest if wanted.print_size is None else max(longest, wanted.print_size.longest)


def _open_picture(file: BinaryIO, longest: int, found: dict[str, Any]) -> Image.Image:
    """The picture, decoded no larger than is needed where its format allows that."""
    picture = Image.open(file, formats=_FORMATS)
    width, height = found["width"], found["height"] = picture.size
    exif = picture.getexif()
    orientation = read_orientation(exif)
    is_turned = orientation >= _SIDEWAYS and picture.format != "TIFF"  # whose size Pillow turns by itself
    found["width"], found["height"] = (height, width) if is_turned else (width, height)
    found["orientation"] = _told_orientation(picture, orientation)
    found["pages"] = getattr(picture, "n_frames", 1)
    found |= read_exif(exif)
    picture.draft("RGB", (longest, longest))
    picture.load()
    return picture


def _told_orientation(picture: Image.Image, orientation: int) -> int:
    """HEIC is turned by its decoder, which remembers what was said."""
    told = picture.info.get("original_orientation")
    return told if isinstance(told, int) and told in range(1, 9) else orientation


def _open_pdf(file: BinaryIO, longest: int, found: dict[str, Any]) -> Image.Image:
    """The first page, as large as is needed."""
    document = pypdfium2.PdfDocument(file)
    found["pages"] = len(document)
    page = document[0]
    picture: Image.Image = page.render(scale=longest / max(*page.get_size(), 1.0)).to_pil()
    return picture


def _draw(picture: Image.Image, kinds: Collection[RenditionKind], found: dict[str, Any]) -> tuple[Drawn, ...]:
    """From the largest to the smallest, each made of the one before."""
    drawn = []
    upright = None
    for kind in sorted(kinds, key=lambda kind: -kind.longest):
        upright = _shrunk(picture if upright is None else upright, kind.longest, is_first=upright is None)
        drawn.append(Drawn(kind, *upright.size, _webp(upright, _QUALITY)))
    small = upright or _shrunk(picture, _PLACEHOLDER_PIXELS * 4, is_first=True)
    found["placeholder"] = _placeholder(small)
    found["look"] = _look(small)
    return tuple(drawn)


def _shrunk(picture: Image.Image, longest: int, *, is_first: bool) -> Image.Image:
    """Upright, in RGB or RGBA, and no larger than it was."""
    shrunk = picture if is_first else picture.copy()
    if is_first and shrunk.mode not in {"RGB", "RGBA", "L"}:
        shrunk = shrunk.convert("RGBA" if "transparency" in shrunk.info or "A" in shrunk.getbands() else "RGB")
    shrunk.thumbnail((longest, longest), Image.Resampling.BICUBIC, reducing_gap=2.0)
    if is_first:
        shrunk = _in_srgb(ImageOps.exif_transpose(shrunk))
    return shrunk.convert("RGB") if shrunk.mode == "L" else shrunk


def _in_srgb(picture: Image.Image) -> Image.Image:
    """In the colours that every screen assumes: phones write in wider ones, and the profile that says so is dropped."""
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture
    try:
        return ImageCms.profileToProfile(picture, io.BytesIO(profile), _SRGB, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, ValueError, TypeError):
        return picture


def _webp(picture: Image.Image, quality: int) -> bytes:
    """Without any metadata: Pillow takes none along that it is not given, but the colour profile, which is dropped."""
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=_EFFORT, icc_profile=b"", exif=b"", xmp=b"")
    return out.getvalue()


def _print(picture: Image.Image, size: PrintSize) -> Print:
    """As good as fits into the bytes that are given: first of less quality, then smaller."""
    upright = _on_white(_shrunk(picture, size.longest, is_first=True))
    while True:
        for quality in _PRINT_QUALITIES:
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= size.max_bytes or max(upright.size) <= _SMALLEST_PRINT:
                return Print(*upright.size, out.getvalue())
        upright = upright.resize(tuple(max(1, side * 3 // 4) for side in upright.size), Image.Resampling.BICUBIC)


def _on_white(picture: Image.Image) -> Image.Image:
    """Paper shows nothing through."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _placeholder(picture: Image.Image) -> str:
    tiny = picture.copy()
    tiny.thumbnail((_PLACEHOLDER_PIXELS, _PLACEHOLDER_PIXELS), Image.Resampling.BOX)
    return f"data:image/webp;base64,{b64encode(_webp(tiny, 30)).decode()}"


def _look(picture: Image.Image) -> str:
    """64 bits: whether each grey cell of 8 rows is darker than the one to its right."""
    grey = list(picture.convert("L").resize(_LOOK_SIZE, Image.Resampling.BOX).tobytes())
    across, down = _LOOK_SIZE
    bits = [grey[y * across + x] < grey[y * across + x + 1] for y in range(down) for x in range(across - 1)]
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"
