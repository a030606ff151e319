"""`fettle report`: a work order as a PDF."""

import argparse
import os
from pathlib import Path

from fettle.build import Parts
from fettle.cli.parts import with_parts
from fettle.cli.reading import NotUnderstood, choose_company
from fettle.cli.words import say
from fettle.domain.ids import parse_reference
from fettle.domain.reports import Wanted
from fettle.services.ports import PrintedReport
from fettle.services.zones import find_zone
from fettle.settings import Settings


def report(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write the report of a work order to a file, and say where it is."""
    reference = parse_reference(arguments.work_order)
    if reference is None:
        raise NotUnderstood("not a work order", text=arguments.work_order)
    wanted = _wanted(arguments, settings.language)

    async def work(parts: Parts) -> Path:
        company = choose_company(await parts.owner.companies(), arguments.company)
        made = await parts.services.reports.of_order(company.id, reference, wanted)
        output = arguments.output or Path(say(wanted.language, "report file", reference=reference))
        await _write(output, made)
        return Path(output)

    print(say(settings.language, "written", path=with_parts(settings, work)))


def _wanted(arguments: argparse.Namespace, language: str) -> Wanted:
    zone = find_zone(arguments.time_zone) if arguments.time_zone else None
    if arguments.time_zone and zone is None:
        raise NotUnderstood("not a zone", text=arguments.time_zone)
    return Wanted(arguments.language or language, zone, arguments.time_zone)


async def _write(output: Path, made: PrintedReport) -> None:
    """Whole or not at all; raises OSError where the file cannot be written."""
    fresh = output.with_name(f".{output.name}.new")
    try:
        with fresh.open("wb") as file:
            async for chunk in made.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(output)
    finally:
        fresh.unlink(missing_ok=True)
