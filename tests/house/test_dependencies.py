"""What the package says it needs is what is pinned."""

import re
import tomllib
from pathlib import Path

from tests.house.sources import ROOT

_BUILDS_ONLY = {"flit-core"}


def test_the_package_needs_what_is_pinned() -> None:
    project = tomllib.loads(Path(ROOT, "pyproject.toml").read_text())["project"]
    wanted = {_normal(line) for line in Path(ROOT, "requirements.in").read_text().splitlines()} - {""}
    assert {_normal(line) for line in project["dependencies"]} == wanted - _BUILDS_ONLY


def test_every_pin_has_its_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = Path(ROOT, name).read_text()
        pins = re.findall(r"^[a-z][^ ]*==[^\n]*\n( +--hash=sha256:[0-9a-f]{64})?", text, re.MULTILINE)
        assert pins
        assert all(pins)


def _normal(line: str) -> str:
    return line.partition("#")[0].strip().replace('"', "'")
