"""Memory while 50 uploads of 25 MiB run in parallel, above what the idle server holds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from bench.figures import Figure
from bench.options import Options, side_by_side
from bench.plans import MIB
from bench.rounds import Load, run_load
from bench.servers import Target

UPLOADS = 50
UPLOAD_BYTES = 25 * MIB
GOAL_MIB = 128
SAMPLE_S = 0.01
IDLE_S = 2


def memory(options: Options) -> list[Figure]:
    with side_by_side(options) as targets:
        above = {target.name: growth_mib(target) for target in targets}
    return [
        Figure(
            name=f"memory above idle, {UPLOADS} uploads of 25 MiB",
            value=above.get("fettle"),
            unit="MiB",
            goal=GOAL_MIB,
            direction="at most",
            bare=f"{above['bare']:.0f} MiB",
            fettle=f"{above['fettle']:.0f} MiB" if "fettle" in above else "",
        )
    ]


def growth_mib(target: Target) -> float:
    """Idle is a server that has taken one small file and then rested."""
    one = Load(kind="files", requests=1, connections=1, status=200, rounds=1, warm_up=0, size_bytes=MIB)
    run_load(one, target)
    time.sleep(IDLE_S)
    idle = resident_bytes(target.process_id)
    many = Load(
        kind="files",
        requests=UPLOADS,
        connections=UPLOADS,
        status=200,
        rounds=1,
        warm_up=0,
        size_bytes=UPLOAD_BYTES,
    )
    with peak_of(target.process_id) as peak:
        run_load(many, target)
    return (max(peak) - idle) / MIB


@contextmanager
def peak_of(process_id: int) -> Iterator[list[int]]:
    """Samples of the resident bytes of a process and all its children, taken until the block ends."""
    samples, ended = [resident_bytes(process_id)], Event()

    def sample() -> None:
        while not ended.wait(SAMPLE_S):
            samples.append(resident_bytes(process_id))

    thread = Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def resident_bytes(process_id: int) -> int:
    """RSS summed over the process tree; what processes share counts for each, so only differences mean anything."""
    try:
        pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * 4096 + sum(map(resident_bytes, children(process_id)))


def children(process_id: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process_id}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []
    found: list[int] = []
    for task in tasks:
        try:
            found += map(int, (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
