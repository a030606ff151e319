"""`fettle check --log`: whether the record is what the log says, and the log what it was."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from fettle.build import Parts
from fettle.cli.packs import as_json, problem_lines, read_checkpoint, read_key
from fettle.cli.parts import with_parts
from fettle.cli.printing import print_json
from fettle.cli.reading import choose_company
from fettle.cli.words import say
from fettle.domain.checkpoints import Note, origin_of
from fettle.domain.people import Company
from fettle.services.log_check import LogReport
from fettle.settings import Settings
from fettle.signing import KeyNotes

_DOES_NOT_HOLD: Final = 1


def check_log(settings: Settings, arguments: argparse.Namespace) -> int:
    """Check the logs of all companies, or of one; 1 when one does not hold."""
    kept = read_checkpoint(arguments.checkpoint) if arguments.checkpoint else None
    older = [KeyNotes(read_key(text)[1]) for text in arguments.key]

    async def work(parts: Parts) -> list[LogReport]:
        companies = _chosen(await parts.owner.companies(), arguments.company, kept)
        reports = []
        for company in companies:
            report = await parts.log_check.of_company(company.id, kept, older)
            report.company = company.name
            reports.append(report)
        return reports

    reports = with_parts(settings, work)
    if arguments.json:
        print_json([as_json(report) for report in reports])
    else:
        for report in reports:
            print("\n".join(_lines(report, settings.language)))
    return 0 if all(report.holds for report in reports) else _DOES_NOT_HOLD


def _chosen(companies: list[Company], wanted: str | None, kept: Note | None) -> Sequence[Company]:
    """The one that is named, or that the checkpoint is of; else all."""
    if wanted is not None:
        return [choose_company(companies, wanted)]
    named = [company for company in companies if kept is not None and kept.origin == origin_of(company.id)]
    return named or companies


def _lines(report: LogReport, language: str) -> Iterator[str]:
    yield say(language, "log holds" if report.holds else "log does not hold", company=report.company)
    if not report.holds:
        yield from problem_lines(report.problems, report.problem_count, language)
        return
    facts = msgspec.to_builtins(report)
    yield "  " + say(language, "entries of", **facts)
    yield "  " + say(language, "checkpoints of", **facts)
    if report.kept_size is None:
        yield "  " + say(language, "no kept checkpoint")
        return
    yield "  " + say(language, "nothing dropped", size=report.kept_size)
    if report.newer:
        yield "  " + say(language, "newer entries", **facts)
