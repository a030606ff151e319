"""A report of a work order with 200 photos of 12 megapixels: its bytes, the time and the memory it takes."""

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from PIL import Image, ImageDraw

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.memory import peak_of
from bench.options import Options
from bench.plans import MIB
from fettle.build import Parts, migrate, open_parts
from fettle.domain.catalogue import ComponentType
from fettle.domain.credentials import read_credential
from fettle.domain.evidence import NewPhotoBytes
from fettle.domain.jobs import JobKind
from fettle.domain.people import Caller, Role, Scope
from fettle.domain.reports import Wanted
from fettle.services.catalogue import NewComponent
from fettle.services.files import Upload
from fettle.services.gate import Done, Intent
from fettle.services.rows import Transaction
from fettle.services.users import NewUser
from fettle.services.work_orders import NewWorkOrder
from fettle.settings import Settings

PHOTOS, QUICK_PHOTOS = 200, 20
SIZE = (4000, 3000)
GOAL_MB, GOAL_S, GOAL_MIB = 25, 20, 256
WHEN = "2026-04-15T14:00:00+02:00"
WHEN_INSTANT = 1_776_254_400_000_000
LEASE = 1 << 40
PASSWORD = "bench bench bench"  # noqa: S105 - of a company that lives as long as this measurement


class NothingElse:
    """Fulfils `services.evidence.Ending`: nothing ends with the photo."""

    def require_open(self, tx: Transaction) -> None:
        pass

    def end(self, tx: Transaction, done: Done) -> None:
        pass


def paper(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    with TemporaryDirectory(dir=options.folder) as name:
        return anyio.run(measured, Settings(data=Path(name), public_url="https://fettle.example"), options)


async def measured(settings: Settings, options: Options) -> list[Figure]:
    migrate(settings)
    count = QUICK_PHOTOS if options.is_quick else PHOTOS
    async with open_parts(settings, is_server=False) as parts:
        caller = await make_company(parts)
        order_id = await add_photos(parts, caller, count)
        unread = await printed(parts, caller.company_id, order_id)
        await read_all(parts)
        ready = await printed(parts, caller.company_id, order_id)
    named = f"report of {count} photos of 12 MP"
    return [
        figure(f"{named}, size", ready[0], "MB", GOAL_MB),
        figure(f"{named}, time", ready[1], "s", GOAL_S),
        figure(f"{named}, time without previews", unread[1], "s", None),
        figure(f"{named}, memory above idle", max(ready[2], unread[2]), "MiB", GOAL_MIB),
    ]


def figure(name: str, value: float, unit: str, goal: float | None) -> Figure:
    return Figure(name=name, value=value, unit=unit, goal=goal, direction="at most", fettle=f"{value:.1f} {unit}")


async def make_company(parts: Parts) -> Caller:
    admin = NewUser("bench@bench.example", "Bench", "Mark", Role.ADMIN, PASSWORD)
    await parts.owner.create_company("Bench", admin)
    session = await parts.services.sessions.sign_in(admin.email, PASSWORD)
    return (await parts.services.people.admit(read_credential(session.token)))[0]


async def add_photos(parts: Parts, caller: Caller, count: int) -> str:
    services = parts.services
    component = NewComponent("Bracket", ComponentType.SN)
    component_id = (await services.catalogue.create_component(Intent(caller, Scope.CATALOGUE), component)).id
    new = NewWorkOrder("Bracket, first batch", component_id, 1)
    order_id = (await services.work_orders.create(Intent(caller, Scope.WORK_ORDERS), new)).id
    for number, content in enumerate(phone_photos(count)):
        photo = NewPhotoBytes(f"photo {number}", f"Step {number // 10 + 1}", WHEN_INSTANT, WHEN)
        async with services.blobs.spool() as spool:
            await spool.write(content)
            upload = Upload(spool, f"IMG_{number:04}.jpg")
            await services.evidence.add_photo(
                Intent(caller, Scope.EVIDENCE), order_id, photo, upload, ending=NothingElse()
            )
    return order_id


async def read_all(parts: Parts) -> None:
    """What the worker does after photos have come."""
    while True:
        now = parts.clock.now()
        job = await parts.database.write(lambda tx, now=now: tx.jobs.claim(JobKind.READ_FACTS, now, now + LEASE))  # type: ignore[misc]  # a default is how a loop's value is kept
        if job is None:
            return
        await parts.services.pictures.read_facts(job.company_id, job.subject_id)


async def printed(parts: Parts, company_id: str, order_id: str) -> tuple[float, float, float]:
    """Megabytes, seconds, and MiB above idle of this process with all that it starts."""
    with peak_of(os.getpid()) as samples:
        began = time.perf_counter()
        report = await parts.services.reports.of_order(company_id, order_id, Wanted("en"))
        seconds = time.perf_counter() - began
    if report.size < MIB:
        raise MeasurementFailed(f"only {report.size} bytes: the pictures are missing")
    return report.size / 1e6, seconds, (max(samples) - samples[0]) / MIB


def phone_photos(count: int) -> Iterator[bytes]:
    """Different photos with structure of every size, so that smaller pictures of them are not small for nothing."""
    scene = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    for reduced, share in ((16, 0.4), (4, 0.3), (1, 0.15)):
        noise = Image.effect_noise((SIZE[0] // reduced, SIZE[1] // reduced), 60).convert("RGB").resize(SIZE)
        scene = Image.blend(scene, noise, share)
    for number in range(count):
        ImageDraw.Draw(scene).text((100 + number * 15, 100 + number * 12), str(number), fill="red", font_size=200)
        out = io.BytesIO()
        scene.save(out, "JPEG", quality=85)
        yield out.getvalue()
