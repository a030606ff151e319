"""Sharing one file: a link that carries its own right, and can be taken back."""

from fettle.domain.errors import NotFound
from fettle.domain.file_links import FileLink, LinkExpired
from fettle.domain.files import StoredFile
from fettle.domain.people import Caller
from fettle.services.files import Files
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction
from fettle.services.signatures import Signatures


class FileLinks:
    """Whoever may add evidence may share it, and may take a link of the company back."""

    def __init__(self, database: Database, gate: Gate, files: Files, signatures: Signatures, clock: Clock) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._files = files
        self._signatures = signatures
        self._clock = clock

    async def add(self, intent: Intent, file_name: str, lasts: int) -> Done:
        """Make a link that lasts so many microseconds; the answer is its id. Raises NotFound, NOT_STORED."""
        await self._files.get(intent.caller, file_name)

        def command(tx: Transaction, act: Act) -> Done:
            link = FileLink(act.new_id(), act.company_id, file_name, act.actor_id, act.now, act.now + lasts)
            tx.file_links.add(link)
            return Done(link.id)

        return await self._gate.write(intent, command)

    async def get(self, caller: Caller, link_id: str) -> FileLink:
        """A link of the caller's company; raises NotFound."""
        link = await self._database.peek(lambda tx: tx.file_links.find(link_id))
        if link is None or link.company_id != caller.company_id:
            raise NotFound
        return link

    async def signature(self, link: FileLink) -> str:
        """What makes its address work."""
        return await self._signatures.sign(link.company_id, _signed_text(link))

    async def of_file(self, caller: Caller, file_name: str) -> list[FileLink]:
        """The links to a file that count now, the oldest first; raises NotFound, NOT_STORED."""
        await self._files.get(caller, file_name)
        now = self._clock.now()
        return await self._database.read(lambda tx: tx.file_links.of_file(caller.company_id, file_name, now))

    async def revoke(self, intent: Intent, link_id: str) -> Done:
        """Take a link back; taken back before: a repeat. Raises NotFound."""
        await self.get(intent.caller, link_id)

        def command(tx: Transaction, act: Act) -> Done:
            return Done(link_id, replayed=not tx.file_links.revoke(link_id, act.now))

        return await self._gate.write(intent, command)

    async def open(self, link_id: str, signature: str) -> StoredFile:
        """The file that a link shows.

        Raises NotFound unless the address is signed, LinkExpired when it is over, was taken back, or its maker or the
        bytes are gone.
        """
        link = await self._database.peek(lambda tx: tx.file_links.find(link_id))
        if link is None or not await self._signatures.is_signed(link.company_id, _signed_text(link), signature):
            raise NotFound

        def query(tx: Transaction) -> StoredFile | None:
            maker = tx.people.find_user(link.company_id, link.created_by_user_id)
            is_good = maker is not None and maker.is_active and link.counts_at(self._clock.now())
            found = tx.files.find(link.company_id, link.file_name) if is_good else None
            return found if found is not None and found.removed_at is None else None

        file = await self._database.peek(query)
        if file is None:
            raise LinkExpired
        return file


def _signed_text(link: FileLink) -> str:
    return f"GET file {link.id} {link.file_name} {link.expires_at}"
