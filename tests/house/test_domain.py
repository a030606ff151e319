"""Domain is what is true: the standard library and msgspec, no I/O, no clock, no chance."""

import ast
import sys
from collections.abc import Iterator

from tests.house.sources import Source, sources

# Parts of the standard library through which a rule could reach the world outside.
_OUTSIDE = {
    "asyncio",
    "glob",
    "http",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
}  # fmt: skip - one name to a line would take a screen
# The one door: it ends the process and lets nothing in, and both db and blobs pass through it.
_MAY_END_THE_PROCESS = "src/fettle/domain/crash_points.py"
_CLOCKS = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid7"}


def test_domain_imports_the_standard_library_and_msgspec_only() -> None:
    allowed = sys.stdlib_module_names | {"msgspec", "fettle"}
    strangers = {
        f"{source.path}: {module}"
        for source in sources("src/fettle/domain")
        for module in _imported(source)
        if module.partition(".")[0] not in allowed
    }
    assert not strangers


def test_domain_does_no_input_or_output() -> None:
    doors = {
        f"{source.path}: {module}"
        for source in sources("src/fettle/domain")
        for module in _imported(source)
        if source.path != _MAY_END_THE_PROCESS
        if module in _OUTSIDE or module.partition(".")[0] in _OUTSIDE
    }
    assert not doors


def test_domain_is_told_the_time_and_the_ids() -> None:
    clocks = {
        f"{source.path}:{node.lineno} {node.func.attr}"
        for source in sources("src/fettle/domain")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CLOCKS
    }
    assert not clocks


def _imported(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            yield node.module
