"""The process apart, with real files of every format, and with hostile ones."""

import asyncio
import io
import os
import signal
import struct
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from fettle.domain.pictures import PrintSize, Problem, Reading, RenditionKind
from fettle.media.pictures import PictureReader
from tests.media import samples

_MIB = 1 << 20


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[PictureReader]:
    made = PictureReader(tmp_path / "spool")
    yield made
    made.close()


async def _in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]


async def _read(
    reader: PictureReader, content: bytes, content_type: str = "image/jpeg", *kinds: RenditionKind
) -> Reading:
    return await reader.read(_in_pieces(content), content_type, kinds)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("kind", samples.TYPES)
async def test_every_format_is_drawn_for_paper_upright_and_no_larger_than_allowed(
    reader: PictureReader, kind: str
) -> None:
    content = samples.photo(kind, orientation=6 if kind not in {"GIF", "BMP"} else 1, size=(1600, 1200))
    for size in (PrintSize(1280, 400_000), PrintSize(1280, 12_000), PrintSize(400, 400_000)):
        reading = await reader.read(_in_pieces(content), samples.TYPES[kind], (), size)
        printed = reading.printed
        assert printed is not None
        assert reading.drawn == ()
        assert len(printed.content) <= size.max_bytes
        assert max(printed.width, printed.height) <= size.longest
        with Image.open(io.BytesIO(printed.content)) as picture:
            assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (printed.width, printed.height))
            assert (picture.width > picture.height) is (kind in {"GIF", "BMP"})
            assert not picture.getexif()


async def test_paper_shows_nothing_through(reader: PictureReader) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(out, "PNG")
    printed = (await reader.read(_in_pieces(out.getvalue()), "image/png", (), PrintSize(40, 10_000))).printed
    assert printed is not None
    with Image.open(io.BytesIO(printed.content)) as picture:
        assert picture.getpixel((20, 15)) == (255, 255, 255)


@pytest.mark.parametrize("kind", samples.TYPES)
async def test_every_format_is_read_and_drawn_upright(reader: PictureReader, kind: str) -> None:
    turns = kind not in {"GIF", "BMP"}
    content = samples.photo(kind, orientation=6 if turns else 1)
    reading = await _read(reader, content, samples.TYPES[kind], *RenditionKind)
    facts = reading.facts
    assert facts.problem is None
    assert (facts.width, facts.height) == ((480, 640) if turns else (640, 480))
    assert facts.orientation == (6 if turns else 1)
    assert [(each.kind, each.width, each.height) for each in reading.drawn] == [
        ("large", facts.width, facts.height),
        ("preview", facts.width, facts.height),
        ("thumbnail", *((240, 320) if turns else (320, 240))),
    ]
    for drawn in reading.drawn:
        with Image.open(io.BytesIO(drawn.content)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (drawn.width, drawn.height))
            assert not picture.getexif()
            assert {"exif", "xmp", "icc_profile"}.isdisjoint(picture.info)
            shown = picture.convert("RGB")
            red_corner = (shown.width - 10, 10) if turns else (10, 10)
            red, _, blue = shown.getpixel(red_corner)  # type: ignore[misc]  # three bands
            assert red > blue + 50


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
async def test_time_place_and_camera_are_read(reader: PictureReader, kind: str) -> None:
    facts = (
        await _read(reader, (samples.tiff() if kind == "TIFF" else samples.photo(kind)), samples.TYPES[kind])
    ).facts
    assert facts.captured_text == "2026-04-15T14:00:00+02:00"
    assert facts.captured_at == 1_776_254_400_000_000
    assert (facts.camera_make, facts.camera_model) == ("Acme", "Phone 1")
    assert (facts.latitude, facts.longitude, facts.altitude_m) == (48.8566667, -2.3508333, 35.5)


async def test_a_placeholder_is_a_picture_of_a_few_pixels(reader: PictureReader) -> None:
    from base64 import b64decode  # noqa: PLC0415 - for this test alone

    facts = (await _read(reader, samples.photo())).facts
    assert facts.placeholder is not None
    with Image.open(io.BytesIO(b64decode(facts.placeholder.partition(",")[2]))) as tiny:
        assert (tiny.format, tiny.size) == ("WEBP", (16, 12))


async def test_what_looks_the_same_has_nearly_the_same_look(reader: PictureReader) -> None:
    looks = [
        (await _read(reader, samples.photo(kind, size=size), samples.TYPES[kind])).facts.look
        for kind, size in (("JPEG", (640, 480)), ("PNG", (1280, 960)), ("WEBP", (320, 240)))
    ]
    first = int(looks[0] or "", 16)
    assert all((first ^ int(look or "", 16)).bit_count() <= 4 for look in looks)


async def test_of_a_pdf_the_first_page_is_drawn(reader: PictureReader) -> None:
    reading = await _read(reader, samples.pdf(3), "application/pdf", RenditionKind.THUMBNAIL)
    assert (reading.facts.pages, reading.facts.problem) == (3, None)
    (drawn,) = reading.drawn
    assert max(drawn.width, drawn.height) in range(319, 321)


async def test_no_picture_is_made_larger(reader: PictureReader) -> None:
    (drawn,) = (await _read(reader, samples.photo(size=(40, 30)), "image/jpeg", RenditionKind.LARGE)).drawn
    assert (drawn.width, drawn.height) == (40, 30)


@pytest.mark.parametrize(
    ("content", "content_type", "problem"),
    [
        (b"", "image/jpeg", Problem.UNREADABLE),
        (b"\xff\xd8\xff\xe0 no picture at all", "image/jpeg", Problem.UNREADABLE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", Problem.UNREADABLE),
        (samples.photo()[:-3000], "image/jpeg", Problem.TRUNCATED),
        (samples.photo("PNG")[:-500], "image/png", Problem.TRUNCATED),
        (samples.png(64_250, 64_250), "image/png", Problem.TOO_LARGE),
        (samples.png(16_000, 16_000), "image/png", Problem.TRUNCATED),
        (b"%PDF-1.7\nnothing", "application/pdf", Problem.UNREADABLE),
    ],
    ids=["empty", "no jpeg", "svg", "cut jpeg", "cut png", "flood", "empty flood", "no pdf"],
)
async def test_what_cannot_be_read_is_told(
    reader: PictureReader, content: bytes, content_type: str, problem: Problem
) -> None:
    reading = await _read(reader, content, content_type, RenditionKind.THUMBNAIL)
    assert reading.facts.problem in {problem, Problem.TOO_LARGE if problem is Problem.TRUNCATED else problem}
    assert reading.drawn == ()


async def test_a_text_chunk_of_100_mb_is_no_danger(reader: PictureReader) -> None:
    from zlib import compress  # noqa: PLC0415 - for this test alone

    text = b"a\0\0" + compress(bytes(100 * _MIB), 9)
    began = time.monotonic()
    await _read(reader, samples.png(8, 8, b"\0" * 72, (b"zTXt", text)), "image/png", RenditionKind.THUMBNAIL)
    assert time.monotonic() - began < 15


async def test_a_thousand_frames_are_read_in_time(reader: PictureReader) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), (shade % 256, shade // 4, 0)) for shade in range(1000)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], method=0, lossless=True)
    began = time.monotonic()
    reading = await _read(reader, out.getvalue(), "image/webp", RenditionKind.THUMBNAIL)
    assert time.monotonic() - began < 15
    assert reading.facts.pages == 1000


async def test_a_reader_that_is_killed_is_started_again(reader: PictureReader) -> None:
    assert (await _read(reader, samples.photo())).facts.problem is None
    process = reader._process  # noqa: SLF001 - the test plays the kernel that ends it
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (await _read(reader, samples.photo())).facts.problem is None


def _slow() -> bytes:
    """A second or more of work, whatever the machine."""
    return samples.photo("PNG", size=(6000, 5000))


async def _victim(reader: PictureReader, *, child: bool) -> int:
    """The process apart, or its child that reads a file now."""
    while True:
        process = reader._process  # noqa: SLF001 - as above
        found = _children(process.pid) if process is not None else []
        if process is not None and found:
            await asyncio.sleep(0.1)  # until it is confined, and so bound to its parent
            return found[0] if child else process.pid
        await asyncio.sleep(0.002)


@pytest.mark.parametrize(
    ("child", "blow", "problem"),
    [
        (True, signal.SIGKILL, Problem.TOO_LARGE),
        (True, signal.SIGSEGV, Problem.TOO_LARGE),
        (True, signal.SIGSTOP, Problem.TOO_LARGE),
        (False, signal.SIGKILL, Problem.TOO_SLOW),
        (False, signal.SIGSTOP, Problem.TOO_SLOW),
    ],
    ids=["child ended", "child crashed", "child hangs", "all ended", "all hangs"],
)
async def test_a_reader_that_crashes_or_hangs_fails_one_file_and_no_other(
    reader: PictureReader, blow: signal.Signals, problem: Problem, *, child: bool
) -> None:
    content, began = _slow(), time.monotonic()
    reading = asyncio.create_task(_read(reader, content, "image/png", RenditionKind.LARGE))
    os.kill(await _victim(reader, child=child), blow)
    if blow is signal.SIGSTOP and not child:
        os.kill(await _victim(reader, child=True), blow)
    facts = (await reading).facts
    assert (facts.problem, time.monotonic() - began < 30) == (problem, True)
    assert (await _read(reader, samples.photo())).facts.problem is None


async def test_exif_that_points_at_itself_is_read_in_time(reader: PictureReader) -> None:
    """Both directories begin where the first one does."""
    loop = b"II*\0" + struct.pack("<IH", 8, 2)
    loop += struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<HHII", 0x8825, 4, 1, 8) + struct.pack("<I", 8)
    out = io.BytesIO()
    samples.scene().save(out, "JPEG", exif=b"Exif\0\0" + loop)
    began = time.monotonic()
    reading = await _read(reader, out.getvalue(), "image/jpeg", RenditionKind.THUMBNAIL)
    assert time.monotonic() - began < 15
    assert (reading.facts.width, reading.facts.captured_text, len(reading.drawn)) == (640, None, 1)


async def test_many_at_once_are_all_read_and_leave_nothing_behind(reader: PictureReader) -> None:
    content = samples.photo()
    readings = await asyncio.gather(*(_read(reader, content, "image/jpeg", RenditionKind.THUMBNAIL) for _ in range(20)))
    assert all(reading.drawn for reading in readings)
    process = reader._process  # noqa: SLF001 - to see its children
    assert process is not None
    for _ in range(20):
        if not _children(process.pid):
            break
        await asyncio.sleep(0.1)
    assert _children(process.pid) == []
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    await asyncio.gather(*(_read(reader, content) for _ in range(10)))
    assert len(list(Path("/proc/self/fd").iterdir())) <= open_before


async def test_it_ends_with_its_server(tmp_path: Path) -> None:
    reader = PictureReader(tmp_path)
    await _read(reader, samples.photo())
    process = reader._process  # noqa: SLF001 - as above
    assert process is not None
    reader.close()
    with suppress(ProcessLookupError):
        os.kill(process.pid, 0)
        raise AssertionError("it lives on")


async def test_after_closing_it_can_be_used_again(reader: PictureReader) -> None:
    reader.close()
    reader.close()
    assert (await _read(reader, samples.photo())).facts.problem is None
