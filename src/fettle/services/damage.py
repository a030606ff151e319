"""Bytes that we took and lost: marked, told, and unmarked when they are back."""

import logging

from fettle.domain.activity import EntryType
from fettle.domain.errors import FettleError
from fettle.domain.evidence import Evidence, State
from fettle.domain.files import StoredFile
from fettle.domain.instants import Instant
from fettle.services.activity import record
from fettle.services.gate import Act, Done, Gate
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction

_log = logging.getLogger(__name__)


class Damage:
    """Fulfils `files.Alarm`. The file is marked first and unmarked last: what a crash interrupts is completed later."""

    def __init__(self, database: Database, gate: Gate, clock: Clock) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._clock = clock

    async def damaged(self, file: StoredFile) -> None:
        """Mark the file and its evidence, and raise the alarm; a database that does not answer only delays the mark."""
        _log.error("bytes_damaged", extra={"file_name": file.name, "storage_key": file.storage_key})
        try:
            await self.mark(file)
        except FettleError:
            _log.exception("damage_not_marked", extra={"file_name": file.name})

    async def mark(self, file: StoredFile) -> None:
        """Mark the file as damaged and its stored evidence too, unless it is gone on purpose; raises Unavailable."""
        now = await self._database.read(lambda tx: tx.files.find(file.company_id, file.name))
        if now is not None and now.removed_at is not None:
            return
        if file.damaged_at is None:
            await self._set(file, self._clock.now())
        await self._move(file, State.STORED, State.DAMAGED)

    async def unmark(self, file: StoredFile) -> None:
        """The bytes are what they were: the reverse of `mark`."""
        await self._move(file, State.DAMAGED, State.STORED)
        await self._set(file, None)

    async def _move(self, file: StoredFile, old: State, new: State) -> None:
        entries = await self._database.read(lambda tx: tx.files.evidence_of(file.name))
        for entry in entries:
            if entry.state is old:
                await self._move_entry(entry, new)

    async def _move_entry(self, seen: Evidence, new: State) -> None:
        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, seen.work_order_id)
            entry = tx.evidence.find_by_id(seen.id)
            if entry is None or entry.state is not seen.state:
                return Done(seen.id, replayed=True)
            tx.evidence.change(entry.id, state=new)
            changes = {f"evidence.{entry.id}.state": (entry.state, new)}
            kind = EntryType.EVIDENCE_STATE_CHANGED
            record(tx, act, order, kind, changes, evidence_id=entry.id, name=entry.name)
            return Done(entry.id)

        await self._gate.write_as_server(seen.company_id, command, work_order_id=seen.work_order_id)

    async def _set(self, file: StoredFile, damaged_at: Instant | None) -> None:
        await self._database.write(lambda tx: tx.files.change(file.name, damaged_at=damaged_at))
