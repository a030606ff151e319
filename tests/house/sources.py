"""Where the house stands, and what stands in it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "fettle"


class Source(NamedTuple):
    """One Python file: its path from the root of the checkout, its text and its tree."""

    path: str
    text: str
    tree: ast.Module


def sources(*folders: str) -> Iterator[Source]:
    """Read every Python file below the folders, which are named from the root of the checkout."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text()
            yield Source(str(file.relative_to(ROOT)), text, ast.parse(text))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
