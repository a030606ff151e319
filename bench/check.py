"""The check beside plain readers of the same files, one that only reads and one that hashes, and its memory."""

import hashlib
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.memory import peak_of
from bench.options import Options
from bench.plans import MIB
from bench.servers import environment, fettle
from fettle.build import migrate, open_parts
from fettle.domain.credentials import read_credential
from fettle.domain.people import Role, Scope
from fettle.services.files import Upload
from fettle.services.gate import Intent
from fettle.services.users import NewUser
from fettle.settings import Settings

FILES, FILE_BYTES = 200, 3 * MIB
QUICK_FILES = 60
GOAL = 0.80
GOAL_MIB = 32  # of files of 600 MiB: a check that keeps what it reads, or reads files whole, is far above
PASSWORD = "bench bench bench"  # noqa: S105 - of a company that lives as long as this measurement


def check(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    with TemporaryDirectory(dir=options.folder) as name:
        return anyio.run(measured, Settings(data=Path(name)), options)


async def measured(settings: Settings, options: Options) -> list[Figure]:
    migrate(settings)
    count = QUICK_FILES if options.is_quick else FILES
    async with open_parts(settings, is_server=False) as parts:
        admin = NewUser("bench@bench.example", "Bench", "Mark", Role.ADMIN, PASSWORD)
        await parts.owner.create_company("Bench", admin)
        session = await parts.services.sessions.sign_in(admin.email, PASSWORD)
        empty = peak_mib(settings)
        caller = (await parts.services.people.admit(read_credential(session.token)))[0]
        for _ in range(count):
            async with parts.blobs.spool() as spool:
                await spool.write(os.urandom(FILE_BYTES))
                await parts.services.files.store(Intent(caller, Scope.EVIDENCE), Upload(spool, None))
        files = sorted(path for path in (settings.data / "files" / "kept").rglob("*/*") if path.is_file())
        rounds = []
        for _ in range(options.rounds()):
            reading, hashing = timed(files, lambda _chunk: None), timed(files, hashlib.sha256().update)
            began = time.perf_counter()
            findings = [finding async for finding in parts.check.run()]
            rounds.append((reading, hashing, time.perf_counter() - began))
            if findings:
                raise MeasurementFailed(f"{len(findings)} files differ")
        full = peak_mib(settings)
    reading, hashing, ours = (statistics.median(seconds) for seconds in zip(*rounds, strict=True))
    size = count * FILE_BYTES
    return [
        figure("only reads", reading, ours, size, None),
        figure("reads and hashes", hashing, ours, size, GOAL),
        Figure(
            name=f"memory of the check of {size // MIB} MiB, above that of nothing",
            value=full - empty,
            unit="MiB",
            goal=GOAL_MIB,
            direction="at most",
            fettle=f"{full:.0f} and {empty:.0f} MiB",
        ),
    ]


def figure(what: str, alone: float, ours: float, size: int, goal: float | None) -> Figure:
    return Figure(
        name=f"check of {size // MIB} MiB, beside one that {what}",
        value=alone / ours,
        unit="of bare",
        goal=goal,
        bare=f"{size / alone / 1e6:.0f} MB/s",
        fettle=f"{size / ours / 1e6:.0f} MB/s",
    )


def peak_mib(settings: Settings) -> float:
    """The most that `fettle check` holds at any time, in a process of its own."""
    with (
        subprocess.Popen(
            [fettle(), "check"], env=environment({"FETTLE_DATA": str(settings.data)}), stdout=subprocess.DEVNULL
        ) as process,
        peak_of(process.pid) as peak,
    ):
        code = process.wait()
    if code:
        raise MeasurementFailed(f"fettle check: exit code {code}")
    return max(peak) / MIB


def timed(files: list[Path], take: Callable[[bytes], object]) -> float:
    """Seconds to read them all, one after the other, from the disk and not from memory as far as that can be asked."""
    forget(files)
    began = time.perf_counter()
    for path in files:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(MIB):
                take(chunk)
    seconds = time.perf_counter() - began
    forget(files)
    return seconds


def forget(files: list[Path]) -> None:
    for path in files:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
