"""Thumbnails of phone photos as the server makes them, beside the library alone, all on one core."""

import asyncio
import io
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.options import Options
from fettle.domain.pictures import RenditionKind
from fettle.media.pictures import PictureReader

WIDTH, HEIGHT = 4032, 3024
GOAL = 0.90
PHOTOS = 20
# libvips is measured where pyvips is installed; it is nothing that Fettle needs.
ALONE = """
import io, sys, time
def by_vips(path):
    import pyvips
    pyvips.cache_set_max(0)
    image = pyvips.Image.thumbnail(path, 320, height=320, size="down")
    return image.webpsave_buffer(Q=75, effort=2, keep="none")
def by_pillow(path):
    from PIL import Image, ImageOps
    picture = Image.open(path)
    picture.draft("RGB", (320, 320))
    picture.thumbnail((320, 320), Image.Resampling.BICUBIC, reducing_gap=2.0)
    out = io.BytesIO()
    ImageOps.exif_transpose(picture).save(out, "WEBP", quality=75, method=2)
make = {"vips": by_vips, "pillow": by_pillow}[sys.argv[1]]
make(sys.argv[2])
started = time.perf_counter()
for _ in range(int(sys.argv[3])):
    make(sys.argv[2])
print((time.perf_counter() - started) / int(sys.argv[3]))
"""


def thumbnails(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    core = min(os.sched_getaffinity(0))
    before = os.sched_getaffinity(0)
    with TemporaryDirectory(dir=options.folder) as name:
        photo = Path(name, "photo.jpg")
        photo.write_bytes(phone_photo())
        os.sched_setaffinity(0, {core})
        try:
            rounds = [
                (alone_s("vips", photo), alone_s("pillow", photo), ours_s(photo)) for _ in range(options.rounds())
            ]
        finally:
            os.sched_setaffinity(0, before)
    vips, pillow, ours = (statistics.median(seconds) for seconds in zip(*rounds, strict=True))
    return [figure("libvips", vips, ours, GOAL), figure("Pillow", pillow, ours, None)]


def figure(name: str, alone: float, ours: float, goal: float | None) -> Figure:
    is_measured = alone == alone  # noqa: PLR0124 - not a number where the library is not installed
    return Figure(
        name="thumbnail of a 12 MP JPEG",
        value=alone / ours if is_measured else None,
        unit=f"of {name} alone",
        goal=goal,
        bare=f"{alone * 1000:.1f} ms" if is_measured else f"{name} is not installed",
        fettle=f"{ours * 1000:.1f} ms",
    )


def phone_photo() -> bytes:
    """12 megapixels of structure and noise, about 5 MB, as a phone writes them."""
    noise = Image.effect_noise((WIDTH, HEIGHT), 60).convert("RGB")
    scene = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB")
    out = io.BytesIO()
    Image.blend(noise, scene, 0.7).save(out, "JPEG", quality=85)
    return out.getvalue()


def alone_s(library: str, photo: Path) -> float:
    """Seconds for one; not a number where the library is not installed."""
    command = [sys.executable, "-c", ALONE, library, str(photo), str(PHOTOS)]
    environment = {**os.environ, "VIPS_CONCURRENCY": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return float(done.stdout)
    if "ModuleNotFoundError" in done.stderr:
        return float("nan")
    raise MeasurementFailed(done.stderr[-2000:])


def ours_s(photo: Path) -> float:
    """Seconds for one, through the process apart, with the facts that come along."""
    return asyncio.run(read_all(photo))


async def read_all(photo: Path) -> float:
    reader = PictureReader(photo.parent)
    try:
        await read_one(reader, photo)
        started = time.perf_counter()
        for _ in range(PHOTOS):
            await read_one(reader, photo)
        return (time.perf_counter() - started) / PHOTOS
    finally:
        reader.close()


async def read_one(reader: PictureReader, photo: Path) -> None:
    reading: Any = await reader.read(in_pieces(photo), "image/jpeg", [RenditionKind.THUMBNAIL])
    if not reading.drawn:
        raise MeasurementFailed(f"no thumbnail: {reading.facts}")


async def in_pieces(photo: Path) -> AsyncIterator[bytes]:
    with photo.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece
