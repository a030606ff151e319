"""`python -m bench [NAME …] [--quick] [--bare-only] [--json FILE]`: measure Fettle beside the bare reference."""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.ceiling import ceiling
from bench.check import check
from bench.direct import direct
from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.log import log
from bench.machine import describe
from bench.memory import memory
from bench.move_in import move_in
from bench.options import Options
from bench.pack import pack
from bench.pages import pages
from bench.paper import paper
from bench.report import RESULTS, print_table, write_json
from bench.resumable import resumable
from bench.start import start
from bench.stores import postgres, s3
from bench.thumbnails import thumbnails
from bench.uploads import attach, file, photos

MEASUREMENTS: dict[str, Callable[[Options], list[Figure]]] = {
    "ceiling": ceiling,
    "photos": photos,
    "attach": attach,
    "file": file,
    "resumable": resumable,
    "direct": direct,
    "thumbnails": thumbnails,
    "check": check,
    "log": log,
    "paper": paper,
    "pack": pack,
    "move_in": move_in,
    "postgres": postgres,
    "s3": s3,
    "pages": pages,
    "start": start,
    "memory": memory,
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure Fettle beside a bare reference, on this machine and this disk.",
        epilog="Example: python -m bench photos attach --quick",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(MEASUREMENTS)} (all)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and lists only up to 100,000 orders")
    parser.add_argument("--bare-only", action="store_true", help="measure only the reference")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures go (bench/results/<time>.json)")
    parser.add_argument(
        "--folder", type=Path, default=RESULTS, help="on the disk to measure; data goes there and is removed"
    )
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)}; there are: {', '.join(MEASUREMENTS)}")
    return given


def measured(names: list[str], options: Options) -> tuple[list[Figure], bool]:
    """The figures, and whether every measurement came to its end."""
    figures: list[Figure] = []
    is_complete = True
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)
        try:
            figures += MEASUREMENTS[name](options)
        except MeasurementFailed as error:
            print(f"{name} failed: {error}", file=sys.stderr)
            is_complete = False
    return figures, is_complete


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the servers are stopped
    given = arguments()
    given.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=given.folder, prefix="data-") as name:
        machine = describe(Path(name))
        options = Options(Path(name), given.quick, given.bare_only)
        figures, is_complete = measured(given.names or list(MEASUREMENTS), options)
    print_table(machine, figures)
    print(f"written to {write_json(machine, figures, given.json)}")
    return 0 if is_complete else 1


if __name__ == "__main__":
    sys.exit(main())
