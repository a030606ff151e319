"""The map in ARCHITECTURE.md shows the rooms that there are, and no other.

A room on the map either stands alone, or names every file in it (below it or in its own line).
"""

import re
from pathlib import Path, PurePosixPath

from tests.house.sources import PACKAGE, ROOT

_LINE = re.compile(r"(?P<indent> +)(?P<name>[\w.]+/?)(?P<text>.*)")


def test_everything_on_the_map_exists() -> None:
    assert not {place for place in _mapped() if not (PACKAGE / place).exists()}


def test_every_room_is_on_the_map() -> None:
    rooms = {str(file.parent) for file in _files()} - {"."}
    assert not rooms - _mapped()


def test_a_room_that_names_files_names_all() -> None:
    mapped = _mapped()
    named = {PurePosixPath(place).parent for place in mapped if place.endswith(".py")}
    files = {file for file in _files() if file.name != "__init__.py" and file.parent in named}
    assert files
    assert not {str(file) for file in files} - mapped


def _files() -> set[PurePosixPath]:
    return {PurePosixPath(file.relative_to(PACKAGE)) for file in PACKAGE.rglob("*.py")}


def _mapped() -> set[str]:
    """Return every folder and file of the map, as paths from src/fettle."""
    text = Path(ROOT, "ARCHITECTURE.md").read_text()
    tree = re.search(r"```\w*\nsrc/fettle/.*?\n(.*?)```", text, re.DOTALL)
    assert tree is not None
    found: set[str] = set()
    above: list[tuple[int, PurePosixPath]] = [(0, PurePosixPath())]
    for line in tree[1].splitlines():
        if match := _LINE.match(line):
            while above[-1][0] >= len(match["indent"]):
                above.pop()
            place = above[-1][1] / match["name"]
            above.append((len(match["indent"]), place))
            found |= {str(place)} | {str(place / name) for name in re.findall(r"\b\w+\.py\b", match["text"])}
    return found
