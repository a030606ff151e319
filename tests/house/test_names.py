"""Names that keep their word."""

import ast
from pathlib import Path

from tests.house.sources import functions, sources

_EMPTY_FILE_NAMES = {"base", "common", "helpers", "manager", "misc", "util", "utils"}


def test_no_file_is_named_for_nothing() -> None:
    names = {source.path for source in sources("src", "tests", "bench")}
    assert not {name for name in names if Path(name).stem in _EMPTY_FILE_NAMES}


def test_no_class_is_a_base_or_a_manager() -> None:
    classes = {
        f"{source.path}: {node.name}"
        for source in sources("src", "tests", "bench")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    assert not {name for name in classes if name.endswith("Manager") or ": Base" in name}


def test_what_is_named_get_raises_and_never_returns_none() -> None:
    offers_none = {
        f"{source.path}: {function.name}"
        for source in sources("src")
        for function in functions(source.tree)
        if function.name.startswith("get_") and function.returns is not None and "None" in ast.unparse(function.returns)
    }
    assert not offers_none
