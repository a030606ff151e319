"""From `fettle serve` to the first 200 from /livez, with the data folder already made."""

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from bench.options import Options
from bench.servers import demo_company, fettle, free_port, running

GOAL_S = 1.0


def start(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    with TemporaryDirectory(dir=options.folder) as name:
        data = {"FETTLE_DATA": str(Path(name, "fettle"))}
        demo_company({**data, "FETTLE_PORT": str(free_port())})
        seconds = [one_start_s(data, Path(name, "log")) for _ in range(options.rounds() + 2)]
    return [
        Figure(
            name="start to first answer",
            value=statistics.median(seconds),
            unit="s",
            goal=GOAL_S,
            direction="at most",
            fettle=f"{min(seconds):.2f} to {max(seconds):.2f} s",
        )
    ]


def one_start_s(data: dict[str, str], log: Path) -> float:
    port = free_port()
    started = time.perf_counter()
    with running([fettle(), "serve"], {**data, "FETTLE_PORT": str(port)}, log, port):
        return time.perf_counter() - started
