"""The process apart that sets a report, when the machine is not as it should be."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from fettle.domain.errors import NoSpace, Unavailable
from fettle.domain.instants import SECOND
from fettle.domain.pictures import Print
from fettle.domain.report_cards import report_of
from fettle.domain.report_shapes import Report
from fettle.domain.reports import Record, Wanted
from fettle.domain.work_orders import Status, WorkOrder
from fettle.report import printer as printers
from fettle.report.printer import NotSet, Printer
from tests.media import samples

_NOW = 1_776_254_400 * SECOND


@pytest.fixture
def printer(tmp_path: Path) -> Printer:
    @asynccontextmanager
    async def scratch() -> AsyncIterator[Path]:
        yield tmp_path

    return Printer(scratch)


@pytest.fixture
def report() -> Report:
    order = WorkOrder(
        *("id", "company", 7, "Pump", None, "component", None, _NOW, "user", Status.DRAFT, "", 1),
        *(None, None, None, _NOW, 1),
    )
    record = Record("Forge", order, None, None, (), (), (), ())
    return report_of(record, Wanted("en"), {}, _NOW)


async def test_the_same_report_is_the_same_bytes(printer: Printer, report: Report, tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        async with printer.begin() as printing:
            printed = await printing.finish(msgspec.structs.replace(report, url="https://fettle.example/7"), _NOW)
            made.append(b"".join([chunk async for chunk in printed.chunks()]))
        for file in tmp_path.iterdir():
            file.unlink()
    assert made[0].startswith(b"%PDF-")
    assert made[0] == made[1]


async def test_a_report_outlives_its_folder_and_goes_with_its_holder(
    printer: Printer, report: Report, tmp_path: Path
) -> None:
    async with printer.begin() as printing:
        printed = await printing.finish(report, _NOW)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names of what is open, not paths
    (tmp_path / "report.pdf").unlink()
    assert len(b"".join([chunk async for chunk in printed.chunks()])) == printed.size
    del printed
    assert len(os.listdir("/proc/self/fd")) == before - 1  # noqa: PTH208 - as above


async def test_a_full_disk_is_told_as_one(printer: Printer, report: Report, tmp_path: Path) -> None:
    (tmp_path / "report.json").symlink_to("/dev/full")
    with pytest.raises(NoSpace):
        async with printer.begin() as printing:
            await printing.finish(report, _NOW)
    (tmp_path / "picture-0.pdf").symlink_to("/dev/full")
    with pytest.raises(NoSpace):
        async with printer.begin() as printing:
            await printing.add_picture("picture-0", Print(640, 480, samples.photo()))


async def test_a_disk_that_fills_under_the_pdf_is_told_as_one(
    printer: Printer, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printers.Printing, "_open", lambda _self, _flags: os.open("/dev/full", os.O_WRONLY))
    with pytest.raises(NoSpace):
        async with printer.begin() as printing:
            await printing.finish(report, _NOW)


async def test_what_cannot_be_set_is_refused_and_its_reason_kept_for_the_log(printer: Printer, report: Report) -> None:
    lying = msgspec.structs.replace(report, status="x", language="no such language")
    with pytest.raises(Unavailable) as refused:
        async with printer.begin() as printing:
            await printing.finish(lying, _NOW)
    assert isinstance(refused.value.__cause__, NotSet)
    assert "language" in str(refused.value.__cause__)


async def test_what_takes_too_long_is_ended(printer: Printer, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printers, "_WITHIN_S", 0.01)
    with pytest.raises(Unavailable):
        async with printer.begin() as printing:
            await printing.finish(report, _NOW)
