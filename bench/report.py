"""The figures for people, as a table, and for programs, as JSON."""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from bench.machine import Machine

FILE_WIDTH = 150
RESULTS = Path(__file__).parent / "results"


def print_table(machine: Machine, figures: Sequence[Figure]) -> None:
    table = Table("measured", "bare", "Fettle", "figure", "goal", "reached")
    for figure in figures:
        table.add_row(figure.name, figure.bare, figure.fettle, value_of(figure), goal_of(figure), verdict_of(figure))
    console = Console(width=None if sys.stdout.isatty() else FILE_WIDTH)
    console.print(lines_about(machine), highlight=False)
    console.print(table)


def lines_about(machine: Machine) -> str:
    return (
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gib} GiB, load {machine.load_average:.2f}\n"
        f"Linux {machine.kernel}, Python {machine.python}, SQLite {machine.sqlite}, Granian {machine.granian}\n"
        f"disk: {machine.filesystem}, a new file of 100 MiB {machine.disk_mb_per_s:.0f} MB/s, "
        f"4 KiB durable {machine.disk_sync_ms} ms"
    )


def value_of(figure: Figure) -> str:
    if figure.value is None:
        return "" if figure.goal is None else "-"
    return spoken(figure.value, figure.unit)


def goal_of(figure: Figure) -> str:
    return "" if figure.goal is None else f"{figure.direction} {spoken(figure.goal, figure.unit)}"


def spoken(value: float, unit: str) -> str:
    return f"{value:.0%} {unit}" if unit == "of bare" else f"{value:.4g} {unit}"


def verdict_of(figure: Figure) -> str:
    match figure.is_reached:
        case None:
            return ""
        case reached:
            return "yes" if reached else "NO"


def write_json(machine: Machine, figures: Sequence[Figure], path: Path | None) -> Path:
    """Write all that was measured; to bench/results/ under the time of the run unless a path is given."""
    path = path or RESULTS / f"{machine.measured_at.replace(':', '')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [msgspec.to_builtins(figure) | {"is_reached": figure.is_reached} for figure in figures]
    content = msgspec.json.encode({"machine": machine, "figures": rows})
    path.write_bytes(msgspec.json.format(content, indent=2))
    return path
