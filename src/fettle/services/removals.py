"""Bytes that are removed for good: those of deleted evidence when their time is over. Row first, bytes later."""

import contextlib
import logging
from collections.abc import Sequence
from typing import Any, Final

from fettle.domain.activity import EntryType
from fettle.domain.errors import FettleError
from fettle.domain.evidence import Evidence, Type
from fettle.domain.files import StoredFile
from fettle.domain.instants import Instant
from fettle.domain.people import Company
from fettle.services.activity import record
from fettle.services.files import find_sent
from fettle.services.gate import Act, Done, Gate
from fettle.services.pack_jobs import drop_packs
from fettle.services.ports import BlobStore, Clock, Database
from fettle.services.rows import Transaction

_BATCH: Final = 100
_log = logging.getLogger(__name__)


class Removals:
    """What a crash leaves of the bytes the sweep takes, for no row names them any more."""

    def __init__(self, database: Database, gate: Gate, blobs: BlobStore, clock: Clock) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._blobs = blobs
        self._clock = clock

    async def retire(self) -> int:
        """Remove the bytes of what was deleted longer ago than its company keeps them; of how many entries."""
        removed = 0
        for company in await self._database.read(lambda tx: tx.people.companies()):
            while count := await self._retire_some(company):
                removed += count
        return removed

    async def delete(self, storage_keys: Sequence[str]) -> None:
        """Delete bytes that no row names any more; those of a store that does not answer are left to the sweep."""
        for key in storage_keys:
            with contextlib.suppress(FettleError):
                await self._blobs.delete(key)

    async def _retire_some(self, company: Company) -> int:
        now = self._clock.now()

        def query(tx: Transaction) -> list[Evidence]:
            before = tx.company_rules.of_company(company.id).removable_before(now)
            return [] if before is None else tx.removals.due(company.id, before, _BATCH)

        return sum([await self._retire_one(entry) for entry in await self._database.read(query)])

    async def _retire_one(self, seen: Evidence) -> bool:
        freed: list[str] = []

        def command(tx: Transaction, act: Act) -> Done:
            freed.clear()
            order = tx.work_orders.get_for_change(act.company_id, seen.work_order_id)
            entry = tx.evidence.find_by_id(seen.id)
            file = tx.files.find_for_change(act.company_id, seen.file_name)
            file = file or find_sent(tx, act.company_id, seen.object_key or "")
            if entry is None or not _is_due(tx, act, entry):
                return Done(seen.id, replayed=True)
            freed.extend(release(tx, act, [entry]))
            changes, about = removal_of(entry, file)
            record(tx, act, order, EntryType.EVIDENCE_BYTES_REMOVED, changes, **about)
            freed.extend(drop_packs(tx, act.company_id, order.id))
            return Done(entry.id)

        done = await self._gate.write_as_server(seen.company_id, command, work_order_id=seen.work_order_id)
        await self.delete(freed)
        _log.info("bytes_removed", extra={"evidence_id": seen.id, "file_name": seen.file_name})
        return not done.replayed


def _is_due(tx: Transaction, act: Act, entry: Evidence) -> bool:
    """Asked again once nothing can change it: deleted long enough ago, not held, and needed by nothing else."""
    before = tx.company_rules.of_company(act.company_id).removable_before(act.now)
    if before is None or entry.bytes_removed_at is not None or tx.legal_holds.find(entry.work_order_id) is not None:
        return False
    is_old = entry.deleted_at is not None and entry.deleted_at <= before
    return is_old and not tx.removals.is_needed(act.company_id, entry.file_name, {entry.id}, before)


def release(tx: Transaction, act: Act, entries: Sequence[Evidence]) -> list[str]:
    """Note that the bytes of entries are gone; the storage keys of what nothing needs any more, to be deleted then.

    A file goes with the last entry that needs it, and so does the one that was sent by itself and copied. The text of a
    TEXT is its bytes.
    """
    for entry in entries:
        text = {"value": ""} if entry.type is Type.TEXT else {}
        tx.evidence.change(entry.id, bytes_removed_at=act.now, **text)
    names = dict.fromkeys(name for entry in entries for name in entry.file_names)
    return [key for name in names for key in _free(tx, act, name)]


def removal_of(entry: Evidence, file: StoredFile | None) -> tuple[dict[str, tuple[Any, Any]], dict[str, Any]]:
    """What the log says of it: the change, and which bytes they were, where that is known."""
    about: dict[str, Any] = {"evidence_id": entry.id, "name": entry.name, "stored_name": entry.file_name}
    if file is not None:
        about |= {"stored_name": file.name, "sha256": file.sha256, "size": file.size}
    return removed_change(entry), about


def removed_change(entry: Evidence) -> dict[str, tuple[Any, Any]]:
    """The change of an entry whose bytes are gone for good."""
    return {f"evidence.{entry.id}.removed": (False, True)}


def _free(tx: Transaction, act: Act, name: str) -> list[str]:
    file = tx.files.find_for_change(act.company_id, name)
    if file is None or file.removed_at is not None or tx.removals.is_needed(act.company_id, name, (), None):
        return []
    return [file.storage_key, *forget(tx, file, act.now)]


def forget(tx: Transaction, file: StoredFile, now: Instant) -> list[str]:
    """Mark the file as removed, with the pictures made of it; their storage keys."""
    tx.files.change(file.name, removed_at=now)
    return tx.pictures.forget(file.name)
