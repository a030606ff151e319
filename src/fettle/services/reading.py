"""Looking at the record piece by piece: light rows of work orders, and what hangs on one of them, page by page."""

from collections.abc import Sequence
from typing import NamedTuple

from fettle.domain.activity import Entry
from fettle.domain.approvals import Approval
from fettle.domain.catalogue import Component, PartNumber
from fettle.domain.company_rules import CompanyRules
from fettle.domain.completions import Signed
from fettle.domain.errors import NotFound, WorkOrderNotFound
from fettle.domain.evidence import Evidence, Kind, Type
from fettle.domain.files import StoredFile
from fettle.domain.late_photos import LatePhoto
from fettle.domain.legal_holds import LegalHold
from fettle.domain.limits import MAX_COUNTED
from fettle.domain.moves import PossibleMove, possible_moves
from fettle.domain.people import Caller, Scope
from fettle.domain.pictures import FileFacts, is_read
from fettle.domain.required_photos import PhotoProgress, StepProgress, progress_of
from fettle.domain.work_orders import WorkOrder
from fettle.services.byte_reports import ByteReport, byte_report
from fettle.services.completions import signatures_of
from fettle.services.content import hash_content
from fettle.services.moves import situation_of
from fettle.services.ports import Database
from fettle.services.questions import Questions, questions_of
from fettle.services.rows import After, Items, Page, Transaction, WorkOrderFilter
from fettle.services.twins import Twin, twins_of


class Row(NamedTuple):
    """A work order alone, and how far its required photos have come (None where none are required)."""

    order: WorkOrder
    progress: PhotoProgress | None


class Rows(NamedTuple):
    """One page of work orders; `total` counts to 10,000 and `is_exact` tells whether that is all."""

    rows: list[Row]
    total: int
    is_exact: bool


class Summary(NamedTuple):
    """A work order with all that is said of it, and how many attachments and photos it has that are not deleted.

    `content_sha256` is of its content as it is (`domain.content`), `moves` are judged for the caller.
    """

    order: WorkOrder
    approvals: list[Approval]
    attachments: int
    photos: int
    required_photos: Sequence[StepProgress]
    content_sha256: str
    moves: list[PossibleMove]
    signatures: list[Signed]
    hold: LegalHold | None


class Piece(NamedTuple):
    """One entry of evidence; its bytes' row once they are stored, what was read of them, its twins, how late it is."""

    entry: Evidence
    file: StoredFile | None
    facts: FileFacts | None = None
    twins: Sequence[Twin] = ()
    late: LatePhoto | None = None


class WholeOrder(NamedTuple):
    """A work order as a page shows it: all in one snapshot, of the log the newest entries, the newest first."""

    summary: Summary
    component: Component | None
    part_number: PartNumber | None
    rules: CompanyRules
    pieces: list[Piece]
    entries: list[Entry]


class Reading:
    """Every method raises WorkOrderNotFound for an order that is not the caller's company's."""

    def __init__(self, database: Database, *, shows_twins: bool = True) -> None:
        """The database comes from `build.py`; `shows_twins` whether the same photo elsewhere is told."""
        self._database = database
        self._shows_twins = shows_twins

    async def work_orders(self, caller: Caller, wanted: WorkOrderFilter, page: Page) -> Rows:
        """One page of the company's work orders."""

        def query(tx: Transaction) -> Rows:
            total = tx.work_orders.count(caller.company_id, wanted, MAX_COUNTED + 1)
            orders = tx.work_orders.page(caller.company_id, wanted, page)
            return Rows(_rows(tx, orders), min(total, MAX_COUNTED), total <= MAX_COUNTED)

        return await self._database.read(query)

    async def get_row(self, caller: Caller, work_order_id: str) -> Row:
        """One work order as it is now, alone."""
        return await self._database.peek(lambda tx: _rows(tx, [_get_order(tx, caller, work_order_id)])[0])

    async def work_order(self, caller: Caller, reference: str | int) -> Summary:
        """One work order by id or number, in one snapshot with all that is said of it."""
        return await self._database.read(lambda tx: _summary(tx, caller, _get_order(tx, caller, reference)))

    async def whole_order(self, caller: Caller, work_order_id: str, newest: int, most: int) -> WholeOrder:
        """One work order with `newest` entries of its log, and its evidence that is not deleted, at most so much."""

        def query(tx: Transaction) -> WholeOrder:
            order = _get_order(tx, caller, work_order_id)
            entries = tx.evidence.page(order.id, None, Page(most), deleted=False)
            return WholeOrder(
                _summary(tx, caller, order),
                tx.catalogue.find_component(order.company_id, order.component_id),
                tx.catalogue.find_part_number(order.company_id, order.part_number_id) if order.part_number_id else None,
                tx.company_rules.of_company(order.company_id),
                self._pieces(tx, entries),
                _entries_before(tx, order, order.version + 1, newest),
            )

        return await self._database.read(query)

    async def earlier(self, caller: Caller, work_order_id: str, before: int, most: int) -> list[Entry]:
        """The entries of a log before that of the version `before`, the newest first."""
        return await self._database.read(
            lambda tx: _entries_before(tx, _get_order(tx, caller, work_order_id), before, most)
        )

    async def evidence(
        self, caller: Caller, work_order_id: str, kind: Kind, page: Page, *, deleted: bool
    ) -> Items[Piece]:
        """One page of an order's attachments or photos; `deleted` for those that were deleted too."""

        def query(tx: Transaction) -> Items[Piece]:
            order = _get_order(tx, caller, work_order_id)
            entries = tx.evidence.page(order.id, kind, page, deleted=deleted)
            return Items(self._pieces(tx, entries), tx.evidence.count(order.id, kind, deleted=deleted))

        return await self._database.read(query)

    async def get_evidence(self, caller: Caller, work_order_id: str, evidence_id: str, kind: Kind) -> Piece:
        """One attachment or photo, deleted or not; raises NotFound for what is none of this kind."""

        def query(tx: Transaction) -> Piece:
            order = _get_order(tx, caller, work_order_id)
            entry = tx.evidence.find(caller.company_id, order.id, evidence_id)
            if entry is None or not _is_of(entry, kind):
                raise NotFound
            return self._pieces(tx, [entry])[0]

        return await self._database.read(query)

    async def activity(self, caller: Caller, work_order_id: str, page: Page) -> Items[Entry]:
        """One page of an order's log, oldest first."""

        def query(tx: Transaction) -> Items[Entry]:
            order = _get_order(tx, caller, work_order_id)
            return Items(tx.activity.page(order.id, page), tx.activity.count(order.id))

        return await self._database.read(query)

    async def byte_report(self, caller: Caller) -> ByteReport:
        """What the check of bytes has found of the files of the caller's company."""
        return await self._database.read(lambda tx: byte_report(tx, caller.company_id))

    async def questions(self, caller: Caller, limit: int) -> Questions:
        """The work orders that wait for the caller's answer, so many at most."""
        return await self._database.read(lambda tx: questions_of(tx, caller, limit))

    async def count_questions(self, caller: Caller) -> int:
        """How many there are."""
        return await self._database.peek(lambda tx: tx.work_orders.count_awaiting(caller.company_id, caller.user_id))

    def _pieces(self, tx: Transaction, entries: list[Evidence]) -> list[Piece]:
        if not entries:
            return []
        company_id, names = entries[0].company_id, [entry.file_name for entry in entries]
        files = {file.name: file for file in tx.files.of_names(company_id, names)}
        read = [name for name, file in files.items() if is_read(file.content_type)]
        facts = {each.file_name: each for each in tx.pictures.facts(company_id, read)}
        photos = [entry for entry in entries if entry.kind is Kind.PHOTO and entry.deleted_at is None]
        pictures = {name: files[name] for name in read}
        twins = twins_of(tx, photos, pictures, facts) if self._shows_twins else {}
        late = {each.evidence_id: each for each in tx.late_photos.of_evidence([entry.id for entry in photos])}
        return [
            Piece(
                entry,
                files.get(entry.file_name),
                facts.get(entry.file_name),
                twins.get(entry.id, ()),
                late.get(entry.id),
            )
            for entry in entries
        ]


def _rows(tx: Transaction, orders: list[WorkOrder]) -> list[Row]:
    """One statement more, however many orders there are."""
    steps: dict[str, list[StepProgress]] = {order.id: [] for order in orders}
    for each in tx.required_photos.progress(list(steps)):
        steps[each.work_order_id].append(each)
    return [Row(order, progress_of(steps[order.id])) for order in orders]


def _summary(tx: Transaction, caller: Caller, order: WorkOrder) -> Summary:
    attachments = tx.evidence.count(order.id, Kind.ATTACHMENT, deleted=False)
    photos = tx.evidence.count(order.id, Kind.PHOTO, deleted=False)
    found = situation_of(tx, order, (caller.role,), has_right=Scope.STATUS in caller.scopes)
    approvals, sha256 = list(found.approvals), hash_content(tx, order)
    moves, hold = possible_moves(found), tx.legal_holds.find(order.id)
    signatures = signatures_of(tx, order.id)
    return Summary(order, approvals, attachments, photos, found.photos, sha256, moves, signatures, hold)


def _entries_before(tx: Transaction, order: WorkOrder, before: int, most: int) -> list[Entry]:
    """Every version made one entry, so that what came before a version is found by counting down."""
    first = max(0, before - 1 - most)
    found = tx.activity.page(order.id, Page(before - 1 - first, After(first, "")))
    return found[::-1]


def _get_order(tx: Transaction, caller: Caller, reference: str | int) -> WorkOrder:
    order = tx.work_orders.find(caller.company_id, reference)
    if order is None:
        raise WorkOrderNotFound
    return order


def _is_of(entry: Evidence, kind: Kind) -> bool:
    """A photo list also holds images that were attached (contract B, "One record, two dialects")."""
    return entry.kind is kind or (kind is Kind.PHOTO and entry.type is Type.IMAGE)
