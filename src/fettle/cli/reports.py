"""`fettle report`: a work order as a PDF."""

import argparse
from pathlib import Path

from fettle.build import Parts
from fettle.cli.parts import with_parts
from fettle.cli.reading import NotUnderstood, choose_company
from fettle.cli.words import say
from fettle.cli.writing import write_whole
from fettle.domain.ids import parse_reference
from fettle.domain.reports import Wanted
from fettle.services.zones import find_zone
from fettle.settings import Settings


def report(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write the report of a work order to a file, and say where it is."""
    reference = parse_reference(arguments.work_order)
    if reference is None:
        raise NotUnderstood("not a work order", text=arguments.work_order)
    wanted = report_wanted(arguments, settings.language)

    async def work(parts: Parts) -> Path:
        company = choose_company(await parts.owner.companies(), arguments.company)
        made = await parts.services.reports.of_order(company.id, reference, wanted)
        output = arguments.output or Path(say(wanted.language, "report file", reference=reference))
        await write_whole(output, made.chunks())
        return Path(output)

    print(say(settings.language, "written", path=with_parts(settings, work)))


def report_wanted(arguments: argparse.Namespace, language: str) -> Wanted:
    """How reports are to be written; raises NotUnderstood."""
    zone = find_zone(arguments.time_zone) if arguments.time_zone else None
    if arguments.time_zone and zone is None:
        raise NotUnderstood("not a zone", text=arguments.time_zone)
    return Wanted(arguments.language or language, zone, arguments.time_zone)
