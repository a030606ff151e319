"""Of random changes to a database copy every one is found, with its place, given a checkpoint that was kept."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fettle.build import open_parts
from fettle.db.open import open_database
from fettle.domain.checkpoints import Note, read_note
from fettle.domain.evidence import NewPhotoBytes
from fettle.domain.late_photos import LateState
from fettle.domain.people import Scope
from fettle.domain.required_photos import PhotoStep
from fettle.domain.work_orders import Status
from fettle.passkeys import WebAuthn
from fettle.services.files import Upload
from fettle.services.gate import Done
from fettle.services.log_check import LogCheck, LogReport
from fettle.services.rows import Transaction
from fettle.settings import Settings
from tests.services.conftest import Company
from tests.services.photos import JPEG
from tests.verifier.database_tampering import Tamperer
from tests.verifier.signed import ORIGIN, sign_twice
from tests.verifier.world import TAKEN_AT, TAKEN_TEXT, World, sign_in_again

QUICK, LONG = 100, 1000


class NoUpload:
    """The end of an upload that nobody has begun."""

    def require_open(self, tx: Transaction) -> None:
        """Open it was."""

    def end(self, tx: Transaction, done: Done) -> None:
        """Nothing is to be ended."""


@pytest.fixture(scope="module")
def kept(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Note]:
    """A data folder with 600 entries more, so that the log has inner nodes, and a checkpoint that covers all."""
    data = tmp_path_factory.mktemp("tampered") / "data"
    shutil.copytree(world.settings.data, data)
    return data, asyncio.run(grow(Settings(data=data, public_url=ORIGIN), world))


async def grow(settings: Settings, world: World) -> Note:
    async with open_parts(settings, is_server=False) as parts:
        company: Company = await sign_in_again(parts, world)
        steps = [PhotoStep("before", "Before", 1), PhotoStep("after", "After", 2)]
        held, done = await company.order(), world.order_ids[1]
        await parts.services.required_photos.set(company.intent(Scope.WORK_ORDERS), held, steps)
        await parts.services.legal_holds.set(company.intent(Scope.USERS), held, "a claim")
        await parts.services.work_orders.move(company.intent(Scope.STATUS), done, Status.COMPLETE)
        for name in ("late-1", "late-2"):
            async with parts.blobs.spool() as spool:
                await spool.write(JPEG + name.encode())
                photo = NewPhotoBytes(name, "after", TAKEN_AT, TAKEN_TEXT)
                made = await parts.services.evidence.add_photo(
                    company.intent(Scope.EVIDENCE), done, photo, Upload(spool, f"{name}.jpg"), ending=NoUpload()
                )
        decide = parts.services.late_photos.decide
        await decide(company.intent(Scope.WORK_ORDERS), done, made.id, LateState.ACCEPTED, "was on the way")
        await sign_twice(company)
        comment, intent = parts.services.work_orders.comment, company.intent(Scope.COMMENTS)
        await asyncio.gather(*(comment(intent, world.order_ids[number % 2], f"{number}") for number in range(600)))
        return read_note((await parts.services.log.check_in(company.id)).note)


async def check(data: Path, world: World, kept: Note | None) -> LogReport:
    database = open_database(f"sqlite://{data / 'fettle.db'}", exclusive=False)
    await database.start()
    try:
        return await LogCheck(database, world.signer, WebAuthn()).of_company(world.company_id, kept)
    finally:
        await database.close()


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


async def test_nothing_is_wrong_at_first(world: World, kept: tuple[Path, Note]) -> None:
    report = await check(kept[0], world, kept[1])
    assert report.problems == []
    assert (report.orders, report.size, report.entries, report.newer, report.unplaced) == (4, 640, 640, 0, 0)
    assert report.checkpoints >= 3


async def test_entries_newer_than_the_checkpoint_are_told(world: World, kept: tuple[Path, Note]) -> None:
    report = await check(kept[0], world, read_note(world.kept))
    assert (report.problems, report.kept_size, report.newer) == ([], 13, 627)


async def test_every_change_is_found(world: World, kept: tuple[Path, Note], copy: Path, *, long_run: bool) -> None:
    unseen, unnamed = {}, {}
    for seed in range(LONG if long_run else QUICK):
        shutil.copy(kept[0] / "fettle.db", copy / "fettle.db")
        with closing(sqlite3.connect(copy / "fettle.db", isolation_level=None)) as connection:
            change = Tamperer(connection, seed, world.company_id, world.signer).change()
        report = await check(copy, world, kept[1])
        if report.holds:
            unseen[seed] = change.what
        elif not any(change.names_it(problem.where) for problem in report.problems):
            unnamed[seed] = (change.what, report.problems[:3])
    assert (unseen, unnamed) == ({}, {})


async def test_a_rewritten_log_is_found_by_the_kept_checkpoint_alone(
    world: World, kept: tuple[Path, Note], copy: Path
) -> None:
    for deed in ("rewrite", "cut_tail"):
        shutil.copy(kept[0] / "fettle.db", copy / "fettle.db")
        with closing(sqlite3.connect(copy / "fettle.db", isolation_level=None)) as connection:
            getattr(Tamperer(connection, 1, world.company_id, world.signer), deed)()
        without = await check(copy, world, None)
        if deed == "rewrite":
            # Nothing else can see it: that is why checkpoints are kept elsewhere.
            assert [problem for problem in without.problems if "updated_at" not in problem.where] == []
        report = await check(copy, world, kept[1])
        assert any(problem.where == f"checkpoint {kept[1].size}" for problem in report.problems)
