"""`fettle demo`: the demo company, made once, and how to try it."""

import argparse
import os
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec

from fettle.build import Parts, migrate
from fettle.cli.parts import with_parts
from fettle.cli.printing import print_facts
from fettle.services.demo import Demo, DemoCompany
from fettle.settings import Settings

_FILE: Final = "demo.json"
SAMPLE: Final = Path(str(resources.files("fettle.cli"))) / "sample.jpg"


def demo(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make the demo company if there is none, and print it."""
    print_facts(msgspec.structs.asdict(make_demo(settings)), settings.language, as_json=arguments.json)


def make_demo(settings: Settings) -> DemoCompany:
    """The demo company of this data folder and database: the one there is, else a fresh one."""
    migrate(settings)
    file = settings.data / _FILE

    async def work(parts: Parts) -> DemoCompany:
        found = _read(file)
        if found is not None and await Demo(parts.services, parts.owner).is_there(found):
            return found
        made = await Demo(parts.services, parts.owner).make(SAMPLE.read_bytes())
        _write(file, made)
        return made

    return with_parts(settings, work)


def _read(file: Path) -> DemoCompany | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=DemoCompany)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _write(file: Path, made: DemoCompany) -> None:
    """Whole or not at all, and readable by its owner only: it holds passwords and a key."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writer:
        writer.write(msgspec.json.format(msgspec.json.encode(made)))
        writer.flush()
        os.fsync(writer.fileno())
    fresh.replace(file)
