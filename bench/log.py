"""The check of a whole log: 100,000 entries of work orders with photos and remarks, on one core, and its memory."""

import asyncio
import os
import statistics
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.memory import peak_of
from bench.options import Options
from bench.plans import MIB
from bench.servers import environment, fettle
from fettle.build import Parts, migrate, open_parts
from fettle.domain.catalogue import ComponentType
from fettle.domain.credentials import read_credential
from fettle.domain.evidence import NewPhoto
from fettle.domain.people import Caller, Role, Scope
from fettle.services.catalogue import NewComponent
from fettle.services.gate import Intent
from fettle.services.users import NewUser
from fettle.services.work_orders import NewWorkOrder
from fettle.settings import Settings

ENTRIES, QUICK_ENTRIES = 100_000, 20_000
OF_ONE_ORDER = 200
GOAL_S = 5.0
PASSWORD = "bench bench bench"  # noqa: S105 - of a company that lives as long as this measurement
TAKEN_AT, TAKEN_TEXT = 1_776_000_000_000_000, "2026-04-12T13:20:00Z"


def log(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    with TemporaryDirectory(dir=options.folder) as name:
        settings = Settings(data=Path(name))
        count = QUICK_ENTRIES if options.is_quick else ENTRIES
        anyio.run(fill, settings, count)
        rounds = [checked(settings) for _ in range(options.rounds())]
    seconds, peak = statistics.median(each for each, _ in rounds), max(most for _, most in rounds)
    return [
        Figure(
            name=f"check of a log of {count} entries, on one core",
            value=seconds,
            unit="s",
            goal=GOAL_S * count / ENTRIES,
            direction="at most",
            fettle=f"{min(rounds)[0]:.2f} to {max(rounds)[0]:.2f} s, {peak / MIB:.0f} MiB",
        )
    ]


def checked(settings: Settings) -> tuple[float, float]:
    """Seconds and bytes of `fettle check --log`, from its start to its end."""
    command = ["taskset", "-c", str(min(os.sched_getaffinity(0))), fettle(), "check", "--log"]
    began = time.perf_counter()
    with (
        subprocess.Popen(
            command, env=environment({"FETTLE_DATA": str(settings.data)}), stdout=subprocess.DEVNULL
        ) as process,
        peak_of(process.pid) as peak,
    ):
        code = process.wait()
    if code:
        raise MeasurementFailed(f"fettle check --log: exit code {code}")
    return time.perf_counter() - began, max(peak)


async def fill(settings: Settings, count: int) -> None:
    migrate(settings)
    async with open_parts(settings, is_server=False) as parts:
        admin = NewUser("bench@bench.example", "Bench", "Mark", Role.ADMIN, PASSWORD)
        company_id, _ = await parts.owner.create_company("Bench", admin)
        session = await parts.services.sessions.sign_in(admin.email, PASSWORD)
        caller = (await parts.services.people.admit(read_credential(session.token)))[0]
        new = NewComponent("Bracket", ComponentType.SN)
        component_id = (await parts.services.catalogue.create_component(Intent(caller, Scope.CATALOGUE), new)).id
        for first in range(0, count, 10 * OF_ONE_ORDER):
            await asyncio.gather(*(fill_order(parts, caller, component_id, first + each) for each in range(10)))
        await parts.services.log.check_in(company_id)


async def fill_order(parts: Parts, caller: Caller, component_id: str, number: int) -> None:
    services, work_orders = parts.services, parts.services.work_orders
    new = NewWorkOrder(f"Order {number}", component_id, 1)
    order_id = (await work_orders.create(Intent(caller, Scope.WORK_ORDERS), new)).id
    for each in range(1, OF_ONE_ORDER):
        if each % 2:
            await work_orders.comment(Intent(caller, Scope.COMMENTS), order_id, f"remark {each} of what was seen")
        else:
            key = f"site/{number}/IMG_{each}.jpg"
            photo = NewPhoto(key, f"https://cdn.example/{key}", TAKEN_AT, TAKEN_TEXT, f"step {each % 7}")
            await services.evidence.register_photo(Intent(caller, Scope.EVIDENCE), order_id, photo)
