"""The originals of work orders, all in one archive that is read while it is sent."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial

import msgspec

from fettle.domain.errors import Invalid, WorkOrderNotFound
from fettle.domain.evidence import Evidence, Kind, State
from fettle.domain.files import StoredFile
from fettle.domain.instants import show_instant
from fettle.domain.late_photos import LateState
from fettle.domain.originals import MAX_ORDERS, MAX_ORIGINALS, distinct, is_there, path_of, shown_state
from fettle.domain.people import Caller
from fettle.domain.work_orders import WorkOrder
from fettle.services.files import Files
from fettle.services.ports import Database
from fettle.services.rows import Page, Transaction, WorkOrderFilter
from fettle.services.zip_writer import Entry, archive_size, write_archive

_FILES_A_LOOK = 500


class Listed(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True):
    """One line of the manifest; without `path` the bytes are not in the archive, and `state` says why."""

    evidence_id: str
    work_order_id: str
    wo_number: int
    kind: Kind
    name: str
    state: State
    file_name: str
    added_at: str
    path: str | None = None
    step: str | None = None
    original_file_name: str | None = None
    content_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    late: LateState | None = None


class Manifest(msgspec.Struct, frozen=True):
    """Every entry of evidence, by work order and in its order, whether its bytes are there or not."""

    originals: list[Listed]


@dataclass(frozen=True, slots=True)
class Archive:
    """A ZIP that has not been written yet, and how long it will be."""

    entries: list[Entry]
    size: int

    def chunks(self) -> AsyncIterator[bytes]:
        """Its bytes. A file that is gone or changed ends them with Unavailable, before the archive is whole."""
        return write_archive(self.entries)


@dataclass(frozen=True, slots=True)
class _Original:
    wo_number: int
    entry: Evidence
    file: StoredFile | None
    late: LateState | None


class Originals:
    """Every method raises TOO_MANY_ORIGINALS beyond 1,000 work orders or 10,000 files."""

    def __init__(self, database: Database, files: Files) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._files = files

    async def of_order(self, caller: Caller, work_order_id: str) -> Archive:
        """The originals of one work order; raises WorkOrderNotFound."""

        def query(tx: Transaction) -> list[_Original]:
            order = tx.work_orders.find(caller.company_id, work_order_id)
            if order is None:
                raise WorkOrderNotFound
            return _originals(tx, [order])

        return self._archive(await self._database.read(query))

    async def of_filter(self, caller: Caller, wanted: WorkOrderFilter) -> Archive:
        """The originals of all work orders under a filter, by their number."""
        by_number = wanted._replace(sort="wo_number", descending=False)

        def query(tx: Transaction) -> list[_Original]:
            orders = tx.work_orders.page(caller.company_id, by_number, Page(MAX_ORDERS + 1))
            if len(orders) > MAX_ORDERS:
                raise too_many()
            return _originals(tx, orders)

        return self._archive(await self._database.read(query))

    def _archive(self, found: list[_Original]) -> Archive:
        there = [(each, each.file) for each in found if each.file is not None and is_there(each.entry, each.file)]
        paths = list(distinct(_path_of(each, file) for each, file in there))
        path_by_id = {each.entry.id: path for (each, _), path in zip(there, paths, strict=True)}
        entries = [
            Entry(path, file.size, file.created_at, partial(self._files.open, file))
            for (_, file), path in zip(there, paths, strict=True)
        ]
        entries.insert(0, _manifest(found, path_by_id))
        return Archive(entries, archive_size(entries))


def _originals(tx: Transaction, orders: list[WorkOrder]) -> list[_Original]:
    found: list[tuple[int, Evidence]] = []
    for order in orders:
        room = MAX_ORIGINALS + 1 - len(found)
        found += ((order.wo_number, entry) for entry in tx.evidence.page(order.id, None, Page(room), deleted=False))
        if len(found) > MAX_ORIGINALS:
            raise too_many()
    files: dict[str, StoredFile] = {}
    late: dict[str, LateState] = {}
    for start in range(0, len(found), _FILES_A_LOOK):
        entries = [entry for _, entry in found[start : start + _FILES_A_LOOK]]
        names = [entry.file_name for entry in entries]
        files |= {file.name: file for file in tx.files.of_names(entries[0].company_id, names)}
        late |= {each.evidence_id: each.state for each in tx.late_photos.of_evidence([entry.id for entry in entries])}
    return [_Original(number, entry, files.get(entry.file_name), late.get(entry.id)) for number, entry in found]


def _path_of(original: _Original, file: StoredFile) -> str:
    return path_of(original.wo_number, original.entry, file, is_late=original.late is not None)


def too_many() -> Invalid:
    """TOO_MANY_ORIGINALS."""
    return Invalid("TOO_MANY_ORIGINALS", orders=MAX_ORDERS, files=MAX_ORIGINALS)


def _manifest(found: list[_Original], path_by_id: dict[str, str]) -> Entry:
    """The first entry; as old as what it tells of, so that the same record gives the same archive."""
    manifest = Manifest([_listed(each, path_by_id.get(each.entry.id)) for each in found])
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    newest = max((each.entry.added_at for each in found), default=0)

    async def open_manifest() -> AsyncIterator[bytes]:
        return pieces_of(content)

    return Entry("manifest.json", len(content), newest, open_manifest)


async def pieces_of(content: bytes) -> AsyncIterator[bytes]:
    """Bytes that are in memory, as files come."""
    for piece in _cut(content):
        yield piece


def _cut(content: bytes, piece_bytes: int = 256 << 10) -> Iterator[bytes]:
    yield from (content[start : start + piece_bytes] for start in range(0, len(content), piece_bytes))


def _listed(original: _Original, path: str | None) -> Listed:
    entry, file = original.entry, original.file
    listed = Listed(
        evidence_id=entry.id,
        work_order_id=entry.work_order_id,
        wo_number=original.wo_number,
        kind=entry.kind,
        name=entry.name,
        state=shown_state(entry, file),
        file_name=entry.file_name,
        added_at=show_instant(entry.added_at),
        path=path,
        step=entry.step,
        late=original.late,
    )
    if file is None:
        return listed
    return msgspec.structs.replace(
        listed,
        original_file_name=file.original_file_name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
    )
