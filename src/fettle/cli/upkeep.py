"""`fettle migrate`, `fettle check` and `fettle sweep`."""

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from fettle.build import Parts, migrate
from fettle.cli.parts import with_parts
from fettle.cli.printing import print_json
from fettle.cli.progress import shown
from fettle.cli.words import say
from fettle.services.checking import Difference, Finding, Progress
from fettle.settings import Settings

_FOUND: Final = 1
# Younger bytes may be those of a request that a running server is about to note.
_SAFE_BESIDE_A_SERVER_S: Final = 3600


def migrate_tables(settings: Settings, _: argparse.Namespace) -> None:
    """Make the tables, or bring them up to date."""
    print(say(settings.language, "migrated" if migrate(settings) else "up to date"))


def check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Compare all bytes with their rows, or the log with itself; 1 when anything does not hold."""
    if arguments.log:
        from fettle.cli.logs import check_log  # noqa: PLC0415 - loaded when the log is checked

        return check_log(settings, arguments)
    progress, findings, language = Progress(), list[Finding](), settings.language

    async def work(parts: Parts) -> float:
        began_s = parts.clock.elapsed_s()
        with shown(progress, language):
            async for finding in parts.check.run(progress, _bytes_per_s(arguments)):
                findings.append(finding)
                if not arguments.json:
                    print(_line(finding, language))
        return parts.clock.elapsed_s() - began_s

    seconds = with_parts(settings, work)
    counts = Counter(finding.difference for finding in findings)
    if arguments.json:
        print_json(_report(progress, seconds, counts, findings))
    else:
        print(say(language, "checked", files=progress.files, mb=progress.bytes / 1e6, seconds=seconds))
        print(", ".join(_counted(difference, counts[difference], language) for difference in Difference))
    return _FOUND if counts[Difference.MISSING] or counts[Difference.DAMAGED] else 0


def sweep(settings: Settings, arguments: argparse.Namespace) -> None:
    """Remove orphans and temporary files of processes that are no more."""
    grace_s = settings.orphan_grace_s if arguments.grace_s is None else max(0, arguments.grace_s)

    async def work(parts: Parts) -> int:
        parts.blobs.clean_spool()
        services = parts.services
        swept = await services.uploads.expire()
        swept += await services.uploads.sweep(grace_s) + await services.direct_uploads.sweep(grace_s)
        return swept + await parts.sweep.orphans(grace_s) + await parts.sweep.unfinished(grace_s)

    swept = with_parts(settings, work, is_alone=grace_s < _SAFE_BESIDE_A_SERVER_S)
    print(say(settings.language, "swept", count=swept))


def _bytes_per_s(arguments: argparse.Namespace) -> int | None:
    return arguments.rate << 20 if arguments.rate else None


def _report(
    progress: Progress, seconds: float, counts: Counter[Difference], findings: Sequence[Finding]
) -> dict[str, Any]:
    return {
        "files": progress.files,
        "bytes": progress.bytes,
        "seconds": round(seconds, 3),
        "counts": counts,
        "findings": [
            finding._asdict() | {"places": [place._asdict() for place in finding.places]} for finding in findings
        ],
    }


def _line(finding: Finding, language: str) -> str:
    found = say(language, finding.difference.value)
    places = "; ".join(say(language, "place", number=place.wo_number, name=place.name) for place in finding.places)
    return f"{found:<8}  {finding.storage_key}  {finding.file_name or ''}  {places}".rstrip()


def _counted(difference: Difference, count: int, language: str) -> str:
    return say(language, "counted", what=say(language, difference.value), count=count)
