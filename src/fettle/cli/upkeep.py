"""`fettle migrate`, `fettle check` and `fettle sweep`."""

import argparse
from collections import Counter
from typing import Final

from fettle.build import Parts, migrate, require_no_server
from fettle.cli.parts import with_parts
from fettle.cli.printing import print_json
from fettle.cli.words import say
from fettle.services.upkeep import Difference, Finding
from fettle.settings import Settings

_FOUND: Final = 1
# Younger bytes may be those of a request that a running server is about to note.
_SAFE_BESIDE_A_SERVER_S: Final = 3600


def migrate_tables(settings: Settings, _: argparse.Namespace) -> None:
    """Make the tables, or bring them up to date."""
    print(say(settings.language, "migrated" if migrate(settings) else "up to date"))


def check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Compare all bytes with their rows; 1 when any are missing or damaged."""

    async def work(parts: Parts) -> list[Finding]:
        findings = []
        async for finding in parts.check.run():
            findings.append(finding)
            if not arguments.json:
                print(_line(finding, settings.language))
        return findings

    findings = with_parts(settings, work)
    counts = Counter(finding.difference for finding in findings)
    if arguments.json:
        print_json({"counts": counts, "findings": [finding._asdict() for finding in findings]})
    else:
        print(", ".join(_counted(difference, counts[difference], settings.language) for difference in Difference))
    return _FOUND if counts[Difference.MISSING] or counts[Difference.DAMAGED] else 0


def sweep(settings: Settings, arguments: argparse.Namespace) -> None:
    """Remove orphans and temporary files of processes that are no more."""
    grace_s = settings.orphan_grace_s if arguments.grace_s is None else max(0, arguments.grace_s)
    if grace_s < _SAFE_BESIDE_A_SERVER_S:
        require_no_server(settings)

    async def work(parts: Parts) -> int:
        parts.blobs.clean_spool()
        services = parts.services
        swept = await services.uploads.sweep(grace_s) + await services.direct_uploads.sweep(grace_s)
        return swept + await parts.sweep.orphans(grace_s)

    print(say(settings.language, "swept", count=with_parts(settings, work)))


def _line(finding: Finding, language: str) -> str:
    found = say(language, finding.difference.value)
    return f"{found:<8}  {finding.storage_key}  {finding.file_name or ''}".rstrip()


def _counted(difference: Difference, count: int, language: str) -> str:
    return say(language, "counted", what=say(language, difference.value), count=count)
