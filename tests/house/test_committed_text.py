"""What is committed works on any machine: no registry's host, no path of somebody's disk."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT

_REGISTRIES = re.compile(
    r"\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|unpkg\.com|jsdelivr\.net|cdnjs\.cloudflare\.com|crates\.io"
    r"|proxy\.golang\.org|docker\.io|ghcr\.io|quay\.io|deb\.debian\.org)\b"
)
_MACHINE_PATHS = re.compile(r"(?<![\w.})\]/-])/(work|root|home|Users|mnt|tmp|opt/(pypi|wheels))/[\w.]")


@pytest.mark.parametrize("pattern", [_REGISTRIES, _MACHINE_PATHS], ids=["registry host", "machine path"])
def test_no_committed_file_names_a(pattern: re.Pattern[str]) -> None:
    found = {f"{path}:{number}": line for path, number, line in _lines() if pattern.search(line)}
    assert not found


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (_REGISTRIES, "--index-url https://pypi" + ".org/simple"),
        (_MACHINE_PATHS, 'folder = "/' + 'root/fettle"'),
        (_MACHINE_PATHS, "# made by uv pip compile -o /" + "tmp/requirements.txt"),
    ],
    ids=["index", "home", "temporary"],
)
def test_the_pattern_finds(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def _lines() -> Iterator[tuple[str, int, str]]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for path in filter(None, listing.stdout.split("\0")):
        text = (ROOT / path).read_bytes().decode(errors="replace") if (ROOT / path).is_file() else ""
        for number, line in enumerate(text.splitlines(), 1):
            yield path, number, line
