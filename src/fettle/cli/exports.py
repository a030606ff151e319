"""`fettle export`: evidence packs to files, one for each work order or one of all."""

import argparse
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

from fettle.build import Parts
from fettle.cli.parts import with_parts
from fettle.cli.printing import print_json
from fettle.cli.progress import shown
from fettle.cli.reading import NotUnderstood, choose_company
from fettle.cli.reports import report_wanted
from fettle.cli.words import say
from fettle.cli.writing import write_whole
from fettle.domain.ids import parse_reference
from fettle.domain.packed_orders import pack_file_name
from fettle.services.checking import Progress
from fettle.services.evidence_packs import PackWanted, until_whole
from fettle.services.pack_rows import Which
from fettle.settings import Settings

OpenPack = Callable[[], Awaitable[AsyncIterator[bytes]]]


class Exported(NamedTuple):
    """A pack that was written."""

    path: str
    work_orders: list[int]
    bytes: int


def export(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write the packs, and say where they are."""
    which, wanted = _which(arguments), PackWanted(report_wanted(arguments, settings.language), arguments.since)
    progress = Progress()

    async def work(parts: Parts) -> list[Exported]:
        company = choose_company(await parts.owner.companies(), arguments.company)
        numbers = await parts.services.evidence_packs.numbers(company.id, which)
        progress.all_files = len(numbers)
        exporting = _Exporting(parts, company.id, wanted, progress)
        if arguments.one is not None:
            return [await exporting.one(numbers, arguments.one)]
        folder = arguments.output or Path()
        folder.mkdir(parents=True, exist_ok=True)
        return [await exporting.each(number, folder) for number in numbers]

    with shown(progress, settings.language, "orders of"):
        exported = with_parts(settings, work)
    _tell(exported, arguments, settings.language)


def _which(arguments: argparse.Namespace) -> Which:
    """Raises NotUnderstood; the conditions of a filter are refused as the server refuses them."""
    from fettle.web.bodies import decode_query  # noqa: PLC0415 - no other command needs the web room
    from fettle.web.pms.work_orders import OrderConditions, filter_of  # noqa: PLC0415 - as above

    if bool(arguments.work_orders) == (arguments.filter is not None):
        raise NotUnderstood("which orders")
    if arguments.one is not None and arguments.output is not None:
        raise NotUnderstood("one or folder")
    if arguments.filter is not None:
        return filter_of(decode_query(parse_qsl(arguments.filter, keep_blank_values=True), OrderConditions))
    return [_reference(text) for text in arguments.work_orders]


def _reference(text: str) -> str | int:
    reference = parse_reference(text)
    if reference is None:
        raise NotUnderstood("not a work order", text=text)
    return reference


class _Exporting:
    """The packs of one company, and how far they are."""

    def __init__(self, parts: Parts, company_id: str, wanted: PackWanted, progress: Progress) -> None:
        self._packs = parts.services.evidence_packs
        self._company_id = company_id
        self._wanted = wanted
        self._progress = progress

    async def each(self, number: int, folder: Path) -> Exported:
        async def open_pack() -> AsyncIterator[bytes]:
            return (await self._packs.of_order(self._company_id, number, self._wanted)).chunks()

        path = folder / pack_file_name(self._wanted.report.language, number)
        exported = Exported(str(path), [number], await self._write(path, open_pack))
        self._progress.files += 1
        return exported

    async def one(self, numbers: list[int], path: Path) -> Exported:
        async def open_pack() -> AsyncIterator[bytes]:
            return (await self._packs.of_many(self._company_id, [*numbers], self._wanted, self._told)).chunks

        return Exported(str(path), numbers, await self._write(path, open_pack))

    def _told(self, done: int, _count: int) -> None:
        self._progress.files = done

    async def _write(self, path: Path, open_pack: OpenPack) -> int:
        before = self._progress.bytes

        async def write() -> int:
            self._progress.bytes = before
            return await write_whole(path, await open_pack(), self._count)

        return await until_whole(write)

    def _count(self, size: int) -> None:
        self._progress.bytes += size


def _tell(exported: list[Exported], arguments: argparse.Namespace, language: str) -> None:
    if arguments.json:
        print_json({"packs": [each._asdict() for each in exported]})
        return
    for each in exported:
        print(say(language, "written", path=each.path))
    orders, size = sum(len(each.work_orders) for each in exported), sum(each.bytes for each in exported)
    print(say(language, "exported", orders=orders, packs=len(exported), mb=size / 1e6))
