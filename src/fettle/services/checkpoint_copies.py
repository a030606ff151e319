"""Checkpoints go out of the server's hands: each to every destination, for as long as that takes."""

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Final, NamedTuple

from fettle.domain.checkpoint_copies import COPY_JOBS, CheckpointCopy, Destination
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.instants import Instant
from fettle.domain.jobs import Job
from fettle.domain.people import Caller
from fettle.services.copy_ports import CheckpointTaker, NotCopied
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction

_ON_A_PAGE: Final = 100


class Copied(NamedTuple):
    """A checkpoint and its copies, by destination."""

    checkpoint: Checkpoint
    copies: list[CheckpointCopy]


class CheckpointCopies:
    """`destinations` are those of this server; copies for others wait until they are configured again."""

    def __init__(self, database: Database, clock: Clock, destinations: Collection[Destination]) -> None:
        """All come from `build.py`."""
        self._database = database
        self._clock = clock
        self._destinations = destinations

    async def deliver(self, copy_id: str, taker: CheckpointTaker) -> None:
        """Hand over one checkpoint; what is delivered stays so. Raises NotCopied once that is noted."""
        found = await self._database.read(lambda tx: _find(tx, copy_id))
        if found is None:
            return
        try:
            proof = await taker.take(found)
        except NotCopied as error:
            fault = error.fault
            await self._database.write(lambda tx: tx.checkpoint_copies.note_failure(copy_id, fault))
            raise
        now = self._clock.now()
        await self._database.write(lambda tx: tx.checkpoint_copies.note_delivery(copy_id, now, proof))

    async def add_missing(self) -> int:
        """Copies of each company's newest checkpoint for destinations that are newer than it is; how many."""
        lacking = await self._database.read(self._lacking) if self._destinations else []
        return sum([await self._add(checkpoint) for checkpoint in lacking])

    async def page(self, caller: Caller, before_size: int) -> list[Copied]:
        """Some 100 checkpoints of fewer entries with their copies, the largest first; all or none of one size."""

        def query(tx: Transaction) -> list[Copied]:
            found = tx.log.checkpoints(caller.company_id, before_size, _ON_A_PAGE + 1)
            sizes = [list(group) for _, group in groupby(found, key=lambda checkpoint: checkpoint.size)]
            whole = sizes[:-1] if len(found) > _ON_A_PAGE and len(sizes) > 1 else sizes
            shown = [checkpoint for group in whole for checkpoint in group]
            if not shown:
                return []
            copies = tx.checkpoint_copies.of_sizes(caller.company_id, shown[-1].size, shown[0].size)
            return [Copied(each, [copy for copy in copies if copy.note == each.note]) for each in shown]

        return await self._database.read(query)

    async def waiting_since(self) -> Mapping[Destination, Instant | None]:
        """When the oldest checkpoint was made that waits for its copy, for each destination of this server."""
        found = await self._database.read(lambda tx: tx.checkpoint_copies.waiting_since())
        return {destination: found.get(destination) for destination in self._destinations}

    def _lacking(self, tx: Transaction) -> list[Checkpoint]:
        found = [tx.log.newest_checkpoint(company.id) for company in tx.people.companies()]
        return [each for each in found if each is not None and not set(self._destinations) <= _destinations(tx, each)]

    async def _add(self, checkpoint: Checkpoint) -> int:
        return await self._database.write(lambda tx: add_copies(tx, checkpoint, self._destinations, self._clock))


def add_copies(tx: Transaction, checkpoint: Checkpoint, destinations: Collection[Destination], clock: Clock) -> int:
    """Have copies made of a checkpoint where there is none yet; how many."""
    return sum(_add(tx, checkpoint, destination, clock) for destination in destinations)


def _add(tx: Transaction, checkpoint: Checkpoint, destination: Destination, clock: Clock) -> bool:
    about = checkpoint.company_id, checkpoint.size, checkpoint.note, destination, checkpoint.made_at
    copy, now = CheckpointCopy(clock.new_id(), *about), clock.now()
    if not tx.checkpoint_copies.add_unless_there(copy):
        return False
    tx.jobs.add(Job(clock.new_id(), copy.company_id, COPY_JOBS[destination], copy.id, now, now))
    return True


def _destinations(tx: Transaction, checkpoint: Checkpoint) -> set[Destination]:
    """Where copies of the checkpoint go."""
    copies = tx.checkpoint_copies.of_sizes(checkpoint.company_id, checkpoint.size, checkpoint.size)
    return {copy.destination for copy in copies if copy.note == checkpoint.note}


def _find(tx: Transaction, copy_id: str) -> Checkpoint | None:
    """The checkpoint that is still to be handed over."""
    copy = tx.checkpoint_copies.find(copy_id)
    if copy is None or copy.delivered_at is not None:
        return None
    return tx.log.find_checkpoint(copy.company_id, copy.size, copy.note)
