"""The evidence pack of a work order with 200 photos of 12 megapixels: the time, the memory, and its report."""

import os
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import anyio

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.memory import peak_of
from bench.options import Options
from bench.paper import (
    GOAL_MB,
    GOAL_MIB,
    GOAL_S,
    PHOTOS,
    QUICK_PHOTOS,
    add_photos,
    figure,
    make_company,
    read_all,
)
from bench.plans import MIB
from fettle.build import Parts, migrate, open_parts
from fettle.domain.packs import REPORT
from fettle.domain.reports import Wanted
from fettle.services.evidence_packs import PackWanted
from fettle.settings import Settings


class Packed(NamedTuple):
    """Seconds for all and until the first byte, MiB above idle of this process with all that it starts, megabytes."""

    seconds: float
    first_s: float
    mib: float
    mb: float
    report_mb: float


def pack(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    with TemporaryDirectory(dir=options.folder) as name:
        return anyio.run(measured, Settings(data=Path(name), public_url="https://fettle.example"), options)


async def measured(settings: Settings, options: Options) -> list[Figure]:
    migrate(settings)
    count = QUICK_PHOTOS if options.is_quick else PHOTOS
    async with open_parts(settings, is_server=False) as parts:
        caller = await make_company(parts)
        order_id = await add_photos(parts, caller, count)
        await read_all(parts)
        rounds = [await packed(parts, caller.company_id, order_id) for _ in range(options.rounds())]
    named = f"pack of {count} photos of 12 MP ({rounds[0].mb:.0f} MB)"
    return [
        figure(f"{named}, time", statistics.median(each.seconds for each in rounds), "s", GOAL_S),
        figure(f"{named}, slowest", max(each.seconds for each in rounds), "s", None),
        figure(f"{named}, first byte", statistics.median(each.first_s for each in rounds), "s", None),
        figure(f"{named}, memory above idle", max(each.mib for each in rounds), "MiB", GOAL_MIB),
        figure(f"{named}, its report", rounds[0].report_mb, "MB", GOAL_MB),
    ]


async def packed(parts: Parts, company_id: str, order_id: str) -> Packed:
    size = 0
    with peak_of(os.getpid()) as samples:
        began = time.perf_counter()
        archive = await parts.services.evidence_packs.of_order(company_id, order_id, PackWanted(Wanted("en")))
        first_s = time.perf_counter() - began
        async for chunk in archive.chunks():
            size += len(chunk)
        seconds = time.perf_counter() - began
    if size != archive.size:
        raise MeasurementFailed(f"{size} bytes in place of {archive.size}")
    report = next(entry.size for entry in archive.entries if entry.path.endswith(REPORT))
    return Packed(seconds, first_s, (max(samples) - samples[0]) / MIB, size / 1e6, report / 1e6)
