"""The machine that was measured on: figures without it say nothing."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

import msgspec
from pysqlite3 import dbapi2 as sqlite3  # type: ignore[import-untyped]  # ships no types

from bench.bare_files import sync_folder

MIB = 1024 * 1024


class Machine(msgspec.Struct, frozen=True):
    """`disk` figures are of the folder that holds the data: a new file of 100 MiB, and 4 KiB appended durably."""

    cpu: str
    cores: int
    memory_gib: float
    kernel: str
    python: str
    sqlite: str
    granian: str
    filesystem: str
    disk_mb_per_s: float
    disk_sync_ms: float
    load_average: float
    measured_at: str


def describe(folder: Path) -> Machine:
    return Machine(
        cpu=cpu_model(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1),
        kernel=platform.release(),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        granian=version("granian"),
        filesystem=filesystem_of(folder),
        disk_mb_per_s=round(new_file_mb_per_s(folder)),
        disk_sync_ms=round(sync_ms(folder), 2),
        load_average=os.getloadavg()[0],
        measured_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )


def cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def filesystem_of(folder: Path) -> str:
    """The type of the file system nearest above the folder: tmpfs would make every figure a lie."""
    mounts = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()]
    above = [(len(point), kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(above)[1]


def new_file_mb_per_s(folder: Path) -> float:
    content = os.urandom(100 * MIB)
    probe = folder / "probe"
    started = time.perf_counter()
    with probe.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    seconds = time.perf_counter() - started
    probe.unlink()
    return len(content) / seconds / 1e6


def sync_ms(folder: Path, times: int = 200) -> float:
    probe = folder / "probe"
    with probe.open("wb", buffering=0) as file:
        started = time.perf_counter()
        for _ in range(times):
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
        seconds = time.perf_counter() - started
    probe.unlink()
    return seconds * 1000 / times
