"""The log of a company: entries get their places, checkpoints are signed, and what is in it can be proven."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial
from typing import Final, NamedTuple, TypeVar

from fettle.domain.activity import Entry, leaf_of
from fettle.domain.checkpoint_copies import Destination
from fettle.domain.checkpoints import Checkpoint, checkpoint_text, origin_of, signed_note, verifier_key
from fettle.domain.errors import Detail, Invalid, NotFound, Unavailable, WorkOrderNotFound
from fettle.domain.instants import Instant
from fettle.domain.merkle import consistency, inclusion, root_of
from fettle.domain.people import Caller
from fettle.services.checkpoint_copies import add_copies
from fettle.services.log_ports import Signer
from fettle.services.log_tree import StoredTree, add_nodes
from fettle.services.ports import Clock, Database
from fettle.services.rows import Page, Transaction

# Bounds how long one command holds the event loop: some five milliseconds.
_AT_ONCE: Final = 256

Result = TypeVar("Result")


class Proof(NamedTuple):
    """That an entry is in a log: `leaf` is what is hashed, `path` is as RFC 6962 section 2.1.1 has it."""

    entry: Entry
    leaf: bytes
    path: list[bytes]


class Growth(NamedTuple):
    """That a log of `new` entries has grown out of a smaller one (RFC 6962 section 2.1.2)."""

    new: int
    path: list[bytes]


class Proofs(NamedTuple):
    """Those of some entries, against one checkpoint."""

    checkpoint: Checkpoint
    proofs: list[Proof]


class Log:
    """One writer at a time places entries; whoever reads needs only the right to read the company's work orders."""

    def __init__(
        self, database: Database, clock: Clock, signer: Signer, destinations: Collection[Destination] = ()
    ) -> None:
        """All come from `build.py`; a copy of every checkpoint goes to each of the destinations."""
        self._database = database
        self._clock = clock
        self._signer = signer
        self._destinations = destinations

    def key_of(self, company_id: str) -> str:
        """The public key that signs the company's checkpoints, as C2SP signed-note writes it."""
        return verifier_key(origin_of(company_id), self._signer.public_key)

    def note_of(self, company_id: str, text: str) -> str:
        """The text with the signature of the company's key below it."""
        signature = self._signer.sign(text.encode())
        return signed_note(text, origin_of(company_id), self._signer.public_key, signature)

    async def place_all(self) -> int:
        """Give a place to every entry that has none; how many there were. Raises as `in_turn`."""
        companies = await self._database.read(lambda tx: tx.log.growing())
        return sum(await in_turn(companies, self.place))

    async def place(self, company_id: str) -> int:
        """The same for one company. Entries that are written meanwhile may have to wait for the next time."""
        total, placed = 0, _AT_ONCE
        while placed == _AT_ONCE:
            placed = await self._database.write(lambda tx: _place(tx, company_id))
            total += placed
        return total

    async def check_in_all(self, not_before: Instant | None = None) -> list[Checkpoint]:
        """Sign a checkpoint for each company whose log grew since its last; a last one after `not_before` will do.

        Raises as `in_turn`.
        """
        companies = await self._database.read(lambda tx: [company.id for company in tx.people.companies()])
        made = await in_turn(companies, partial(self._check_in, not_before=not_before))
        return [each for each in made if each is not None]

    async def check_in(self, company_id: str) -> Checkpoint:
        """A signed checkpoint that covers everything which is in the record now."""
        await self.place(company_id)
        return await self._database.write(lambda tx: self._sign(tx, company_id))

    async def _check_in(self, company_id: str, not_before: Instant | None) -> Checkpoint | None:
        def is_due(tx: Transaction) -> bool:
            last, size = tx.log.newest_checkpoint(company_id), tx.log.size(company_id)
            is_recent = last is not None and not_before is not None and last.made_at > not_before
            return size > (last.size if last else 0) and not is_recent

        await self.place(company_id)
        return await self.check_in(company_id) if await self._database.read(is_due) else None

    def _sign(self, tx: Transaction, company_id: str) -> Checkpoint:
        """The newest checkpoint where it says all that there is and is of our key, else a new one."""
        size, last = tx.log.lock(company_id), tx.log.newest_checkpoint(company_id)
        root = root_of(size, StoredTree(tx, company_id).complete)
        note = self.note_of(company_id, checkpoint_text(origin_of(company_id), size, root))
        if last is not None and last.note == note:
            return last
        made = Checkpoint(company_id, size, root.hex(), self._clock.now(), note)
        tx.log.add_checkpoint(made)
        add_copies(tx, made, self._destinations, self._clock)
        return made

    async def unsigned_since(self) -> Instant | None:
        """When the oldest entry was made that no checkpoint covers, of all companies."""
        return await self._database.read(lambda tx: tx.log.unsigned_since())

    async def size(self, caller: Caller) -> int:
        """How many entries have a place in the log of the caller's company."""
        return await self._database.peek(lambda tx: tx.log.size(caller.company_id))

    async def newest(self, caller: Caller) -> Checkpoint:
        """The newest checkpoint; raises NotFound before there is one."""
        found = await self._database.read(lambda tx: tx.log.newest_checkpoint(caller.company_id))
        if found is None:
            raise NotFound
        return found

    async def consistency(self, caller: Caller, old: int, new: int | None) -> Growth:
        """The proof that the log of `new` entries (of all, for None) has grown out of that of `old`.

        Raises INVALID_PARAMETER.
        """

        def query(tx: Transaction) -> Growth:
            size = tx.log.size(caller.company_id)
            later = size if new is None else new
            for field, value, most in (("new", later, size), ("old", old, later)):
                if not 0 <= value <= most:
                    raise Invalid("INVALID_PARAMETER", Detail(field, "number_range", {"min": 0, "max": most}))
            return Growth(later, consistency(old, later, StoredTree(tx, caller.company_id).complete))

        return await self._database.read(query)

    async def proofs(self, caller: Caller, work_order_id: str, first: int, limit: int) -> Proofs:
        """That entries of a work order, from version `first` on, are in the log of the newest checkpoint.

        What is too new for it is placed and signed for first; what is written meanwhile is not among them. Raises
        WorkOrderNotFound.
        """

        def query(tx: Transaction, version: int | None = None) -> tuple[int, Proofs | None]:
            """Those of what is there in that version, or now, and its number; None where the checkpoint is older."""
            order = tx.work_orders.find(caller.company_id, work_order_id)
            if order is None:
                raise WorkOrderNotFound
            last = order.version if version is None else version
            entries = tx.activity.page(order.id, Page(limit + 1, None, max(first - 2, 0)))
            known = [entry for entry in entries if entry.seq <= last]
            checkpoint = tx.log.newest_checkpoint(caller.company_id)
            return last, None if checkpoint is None else proofs_of(tx, known, first, limit, checkpoint)

        last, found = await self._database.read(query)
        if found is None:
            await self.check_in(caller.company_id)
            _, found = await self._database.read(partial(query, version=last))
        if found is None:
            raise LookupError(work_order_id)
        return found


async def in_turn(company_ids: Iterable[str], work: Callable[[str], Awaitable[Result]]) -> list[Result]:
    """What came of each; a log that is broken keeps no other waiting.

    What failed is raised, as an ExceptionGroup, once all have had their turn; Unavailable at once, as it is so for all.
    """
    done: list[Result] = []
    failed: list[Exception] = []
    for company_id in company_ids:
        try:
            done.append(await work(company_id))
        except Unavailable:
            raise
        except Exception as failure:  # noqa: BLE001 - it is raised below
            failure.add_note(f"company {company_id}")
            failed.append(failure)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of the logs cannot grow", failed)
    return done


def _place(tx: Transaction, company_id: str) -> int:
    size = tx.log.lock(company_id)
    placed = tx.log.place(company_id, size, _AT_ONCE)
    add_nodes(tx, company_id, size, size + placed)
    return placed


def proofs_of(tx: Transaction, entries: list[Entry], first: int, limit: int, checkpoint: Checkpoint) -> Proofs | None:
    """Those of so many entries from version `first` on; `entries` hold the one before it, for its hash.

    None where the checkpoint is older than one of the entries.
    """
    tree, before = StoredTree(tx, checkpoint.company_id), {entry.seq + 1: entry.sha256 for entry in entries}
    proofs = []
    for entry in [entry for entry in entries if entry.seq >= first][:limit]:
        if entry.leaf_index is None or entry.leaf_index >= checkpoint.size:
            return None
        path = inclusion(entry.leaf_index, checkpoint.size, tree.complete)
        proofs.append(Proof(entry, leaf_of(entry, before.get(entry.seq)), path))
    return Proofs(checkpoint, proofs)
