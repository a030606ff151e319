"""A work order on paper: gathered from one moment of the record, its pictures drawn for print, set in type."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from fettle.domain.errors import Unavailable, WorkOrderNotFound
from fettle.domain.evidence import Evidence
from fettle.domain.files import StoredFile
from fettle.domain.pictures import PrintSize, is_read
from fettle.domain.report_cards import report_of, to_be_drawn
from fettle.domain.report_shapes import MAX_SIGNATURES
from fettle.domain.reports import Item, Record, Wanted, print_size
from fettle.domain.work_orders import WorkOrder
from fettle.services.completions import drawings_of, signatures_of
from fettle.services.pictures import Pictures
from fettle.services.ports import Clock, Database, PrintedReport, Printing, ReportPrinter
from fettle.services.rows import Transaction

# As many as are read at a time; a third one has its bytes ready by then.
_DRAWN_AT_ONCE: Final = 3
_ROWS_A_LOOK: Final = 500
_SIGNATURE_SIZE: Final = PrintSize(600, 40 << 10)


class Reports:
    """Reports are made when they are asked for, and kept by nobody."""

    def __init__(
        self, database: Database, pictures: Pictures, printer: ReportPrinter, clock: Clock, public_url: str | None
    ) -> None:
        """All come from `build.py`; without a public address a report has no QR code."""
        self._database = database
        self._pictures = pictures
        self._printer = printer
        self._clock = clock
        self._public_url = public_url

    async def of_order(self, company_id: str, reference: str | int, wanted: Wanted) -> PrintedReport:
        """The report of one work order, named by id or number.

        A picture that is not there or cannot be drawn is told in its place. Raises WorkOrderNotFound, NoSpace, and
        Unavailable when too many reports are under way.
        """
        async with self._printer.begin() as printing:
            record = await self._database.read(lambda tx: _gather(tx, company_id, reference))
            drawn = await self._draw(printing, to_be_drawn(record)) | await self._draw_signatures(printing, record)
            now = self._clock.now()
            report = msgspec.structs.replace(report_of(record, wanted, drawn, now), url=self._url(record.order))
            return await printing.finish(report, now)

    def _url(self, order: WorkOrder) -> str | None:
        return None if self._public_url is None else f"{self._public_url}/orders/{order.wo_number}"

    async def _draw(self, printing: Printing, items: Sequence[Item]) -> dict[str, str | None]:
        """The names of the pictures, by entry."""
        drawn: dict[str, str | None] = {}
        size, waiting = print_size(len(items)), iter(enumerate(items))
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(_DRAWN_AT_ONCE):
                    tasks.create_task(self._draw_some(printing, waiting, size, drawn))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed
        return drawn

    async def _draw_signatures(self, printing: Printing, record: Record) -> dict[str, str | None]:
        """The names of the pictures, by file."""
        return {
            name: await self._draw_one(printing, f"signature-{number}", file, _SIGNATURE_SIZE)
            for number, (name, file) in enumerate(record.drawings.items())
        }

    async def _draw_some(
        self, printing: Printing, waiting: Iterator[tuple[int, Item]], size: PrintSize, drawn: dict[str, str | None]
    ) -> None:
        for number, item in waiting:
            drawn[item.entry.id] = None
            if item.file is not None:
                drawn[item.entry.id] = await self._draw_one(printing, f"picture-{number}", item.file, size)

    async def _draw_one(self, printing: Printing, name: str, file: StoredFile, size: PrintSize) -> str | None:
        try:
            picture = await self._pictures.draw_print(file, size)
        except Unavailable as error:
            if error.code == "BYTES_DAMAGED":
                return None
            raise
        return None if picture is None else await printing.add_picture(name, picture)


def _gather(tx: Transaction, company_id: str, reference: str | int) -> Record:
    """All rows of one work order, in one snapshot."""
    order = tx.work_orders.find(company_id, reference)
    company = next((each for each in tx.people.companies() if each.id == company_id), None)
    if order is None or company is None:
        raise WorkOrderNotFound
    component = tx.catalogue.find_component(company_id, order.component_id)
    part = tx.catalogue.find_part_number(company_id, order.part_number_id) if order.part_number_id else None
    entries = tx.evidence.of_orders([order.id])
    signatures = signatures_of(tx, order.id)
    return Record(
        company=company.name,
        order=order,
        component=component.name if component else None,
        part_number=part.part_number if part else None,
        users=tx.people.users(company_id),
        approvals=tx.approvals.of_orders([order.id]),
        items=items_of(tx, entries),
        entries=tx.activity.of_orders([order.id]),
        signatures=signatures,
        drawings=drawings_of(tx, company_id, [each.signature for each in signatures[-MAX_SIGNATURES:]]),
    )


def items_of(tx: Transaction, entries: list[Evidence]) -> list[Item]:
    """Entries of one company with what is known of their bytes."""
    return [item for look in _looks(entries) for item in _items(tx, look)]


def _looks(entries: list[Evidence]) -> Iterator[list[Evidence]]:
    yield from (entries[start : start + _ROWS_A_LOOK] for start in range(0, len(entries), _ROWS_A_LOOK))


def _items(tx: Transaction, entries: list[Evidence]) -> Iterator[Item]:
    company_id = entries[0].company_id
    files = {file.name: file for file in tx.files.of_names(company_id, [entry.file_name for entry in entries])}
    read = [name for name, file in files.items() if is_read(file.content_type)]
    facts = {each.file_name: each for each in tx.pictures.facts(company_id, read)}
    late = {each.evidence_id: each for each in tx.late_photos.of_evidence([entry.id for entry in entries])}
    for entry in entries:
        yield Item(entry, files.get(entry.file_name), facts.get(entry.file_name), late.get(entry.id))
