"""How answers are printed: JSON for programs, plain lines and tables in the reader's language for people."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fettle.cli.words import NAMES, say


def print_json(answer: Any) -> None:
    """One JSON document, indented."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n")


def print_facts(facts: Mapping[str, Any], language: str, *, as_json: bool) -> None:
    """Names and values, a line each; absent ones are left out."""
    present = {name: value for name, value in facts.items() if value is not None}
    if as_json:
        print_json(present)
        return
    named = {NAMES[name].to(language): value for name, value in present.items()}
    width = max(map(len, named))
    for name, value in named.items():
        print(f"{name:<{width}}  {value}")


def print_rows(rows: Sequence[Mapping[str, Any]], language: str, *, as_json: bool) -> None:
    """A table whose columns are the keys of the first row."""
    if as_json:
        print_json(rows)
    elif rows:
        _print_table(rows, language)


def _print_table(rows: Sequence[Mapping[str, Any]], language: str) -> None:
    from rich.console import Console  # noqa: PLC0415 - loaded for the commands that print a table
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(NAMES[name].to(language), no_wrap=True)
    for row in rows:
        table.add_row(*(Text(_shown(value, language)) for value in row.values()))
    # Piped, a table must not be cut to an imagined screen.
    width = None if sys.stdout.isatty() else 1000
    Console(width=width, highlight=False).print(table)


def _shown(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return say(language, "yes" if value else "no")
    return "" if value is None else str(value)
