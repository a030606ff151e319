"""Evidence packs: all that there is of work orders, with its proofs, in one ZIP that can be verified without us.

Its form is in `domain/packs.py` and docs/proof.md.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, NamedTuple, TypeVar

from fettle.domain.errors import Unavailable
from fettle.domain.reports import Wanted
from fettle.services.files import Files
from fettle.services.log import Log
from fettle.services.originals import Archive
from fettle.services.pack_logs import Outdated, require_checkpoint
from fettle.services.pack_rows import PackRows, Which, find_orders, read_rows
from fettle.services.packing import Packing, Sources
from fettle.services.ports import Clock, Database, PrintedReport
from fettle.services.reports import Reports
from fettle.services.rows import Transaction
from fettle.services.zip_writer import archive_size, write_archive

_REPORT_TRIES: Final = 60
_REPORT_AGAIN_S: Final = 3
_MOST_BEGINNINGS: Final = 20

Result = TypeVar("Result")
# Is told of how many work orders all is there, of how many.
Told = Callable[[int, int], None]


class PackWanted(NamedTuple):
    """How a pack's reports are written, and the size of an earlier checkpoint from which it is to prove growth."""

    report: Wanted
    since: int | None = None


class Packed(NamedTuple):
    """A pack of many work orders: the rows that it tells of, and its bytes."""

    rows: PackRows
    chunks: AsyncIterator[bytes]


class EvidencePacks:
    """A pack is of one moment of the record; its reports may tell of what was done a little later.

    Every method raises TOO_MANY_ORIGINALS beyond 1,000 work orders or 10,000 files, INVALID_PARAMETER where there is no
    checkpoint of the size `since`, NoSpace, and Unavailable.
    """

    def __init__(self, database: Database, log: Log, reports: Reports, files: Files, clock: Clock) -> None:
        """All come from `build.py`."""
        self._database = database
        self._log = log
        self._reports = reports
        self._files = files
        self._clock = clock

    async def of_order(self, company_id: str, reference: str | int, wanted: PackWanted) -> Archive:
        """The pack of one work order, named by id or number; raises WorkOrderNotFound.

        Its length is known. A file that turns out to be damaged, or an erasure in a long log, ends its bytes with
        Unavailable before it is whole.
        """

        async def report(order_id: str) -> PrintedReport:
            return await self._reports.of_order(company_id, order_id, wanted.report)

        async def make() -> Archive:
            packing, _ = await self._begin(company_id, [reference], wanted)
            entries = [entry async for entry in packing.entries(report, wanted.since, lambda _count: None)]
            return Archive(entries, archive_size(entries))

        return await until_whole(make)

    async def numbers(self, company_id: str, which: Which) -> list[int]:
        """Those of the work orders; raises WorkOrderNotFound."""
        orders = await self._database.read(lambda tx: find_orders(tx, company_id, which))
        return [order.wo_number for order in orders]

    async def of_many(self, company_id: str, which: Which, wanted: PackWanted, told: Told) -> Packed:
        """One pack of many work orders, by their number; its bytes are made while they are taken.

        A report is made when its turn comes, and waits for those that others want. A file that turns out to be damaged,
        or an erasure before the log was read, ends the bytes with Unavailable. Raises WorkOrderNotFound.
        """

        async def report(order_id: str) -> PrintedReport:
            return await self._patiently(company_id, order_id, wanted.report)

        packing, rows = await self._begin(company_id, which, wanted)
        count = len(rows.orders)
        told(0, count)
        return Packed(rows, write_archive(packing.entries(report, wanted.since, lambda done: told(done, count))))

    async def _begin(self, company_id: str, which: Which, wanted: PackWanted) -> tuple[Packing, PackRows]:
        """The record of these orders, then a checkpoint, which so covers all of it; and the rows."""

        def query(tx: Transaction) -> PackRows:
            require_checkpoint(tx, company_id, wanted.since)
            return read_rows(tx, company_id, find_orders(tx, company_id, which))

        rows = await self._database.read(query)
        checkpoint = await self._log.check_in(company_id)
        sources = Sources(self._database, self._log, self._files)
        return Packing(sources, checkpoint, rows, self._clock.now()), rows

    async def _patiently(self, company_id: str, order_id: str, wanted: Wanted) -> PrintedReport:
        for _ in range(_REPORT_TRIES - 1):
            try:
                return await self._reports.of_order(company_id, order_id, wanted)
            except Unavailable:
                await asyncio.sleep(_REPORT_AGAIN_S)
        return await self._reports.of_order(company_id, order_id, wanted)


async def until_whole(making: Callable[[], Awaitable[Result]]) -> Result:
    """Make a pack, anew where a file turns out to be damaged or something was erased: then the pack tells of it.

    Raises what the making raises, BYTES_DAMAGED and Outdated too where that does not end.
    """
    for _ in range(_MOST_BEGINNINGS - 1):
        try:
            return await making()
        except Unavailable as error:
            if error.code != "BYTES_DAMAGED" and not isinstance(error, Outdated):
                raise
    return await making()
