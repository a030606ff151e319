"""Photos by reference: looked for where clients put them, then copied to a key of ours, which alone counts."""

import logging
from typing import Any, Final, NamedTuple

import msgspec

from fettle.domain.activity import EntryType
from fettle.domain.direct_uploads import DirectUpload, ObjectDiffers
from fettle.domain.evidence import Evidence, State
from fettle.domain.files import Origin, StoredFile, clean_file_name
from fettle.domain.ids import parse_uuid
from fettle.domain.instants import SECOND, Instant
from fettle.services.activity import record
from fettle.services.files import Alarm, Files, Kept, Upload, add_file
from fettle.services.gate import Act, Done, Gate
from fettle.services.ports import BlobNotFound, BlobStore, Database, Spool
from fettle.services.rows import Transaction

# Between looks, for an upload that is a little late; then hourly until the grace period is over, then daily.
_FIRST_WAITS_S: Final = (1, 5, 30, 120, 600, 1800)
_HOUR_S: Final = 3600
_DAY_S: Final = 24 * _HOUR_S
_GIVE_UP_AFTER_S: Final = 30 * _DAY_S
_AWAITED: Final = frozenset({State.REFERENCED, State.MISSING})
_log = logging.getLogger(__name__)


class Source(NamedTuple):
    """Where the bytes of a photo are: under which key of the store, and what is known of them.

    That is their row when they came by POST /files, the announcement when they were sent straight to the store.
    """

    key: str
    file: StoredFile | None = None
    announced: DirectUpload | None = None

    @property
    def is_ours(self) -> bool:
        """Whether they were given to Fettle, and are no object that stays a client's own."""
        return self.file is not None or self.announced is not None

    def file_name(self, object_key: str) -> str | None:
        """The name that they came with."""
        if self.file is not None:
            return self.file.original_file_name
        return clean_file_name(object_key) if self.announced is None else self.announced.file_name


class PhotoWatch:
    """Raises Unavailable or NoSpace where the store cannot be asked or filled: then nothing was decided."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        blobs: BlobStore,
        files: Files,
        alarm: Alarm,
        *,
        grace_s: int,
        max_bytes: int,
    ) -> None:
        """All come from `build.py`. An object of more than `max_bytes` is as one that is not there."""
        self._database = database
        self._gate = gate
        self._blobs = blobs
        self._files = files
        self._alarm = alarm
        self._grace_s = grace_s
        self._max_bytes = max_bytes

    async def exists(self, company_id: str, object_key: str) -> bool:
        """Whether the company's part of the store has the object now."""
        return await self._find(company_id, object_key) is not None

    def first_look_after_s(self, company_id: str, object_key: str) -> int:
        """At once, unless nothing can ever put such an object into this store: then only to call it missing."""
        is_possible = parse_uuid(object_key) is not None or self._blobs.incoming_key(company_id, object_key) is not None
        return 0 if is_possible else self._grace_s

    async def look(self, evidence_id: str, looks: int, now: Instant) -> Instant | None:
        """Look for a photo's object for the `looks`-th time, from 1; when to look again, None for never.

        Found: copied, and the photo is `stored`. Not found within the grace period: `missing`, once. Of a deleted photo
        only what was given to Fettle is copied, so that it is kept like all that is deleted; nothing more is awaited.
        """
        photo = await self._database.read(lambda tx: tx.evidence.find_by_id(evidence_id))
        if photo is None or not _is_awaited(photo):
            return None
        source = await self._find(photo.company_id, photo.object_key) if photo.object_key else None
        is_wanted = source is not None and (photo.deleted_at is None or source.is_ours)
        if source is not None and is_wanted and await self._copy(photo, source):
            return None
        if photo.deleted_at is not None:
            return None
        age_s = (now - photo.added_at) // SECOND
        if age_s >= self._grace_s and photo.state is State.REFERENCED:
            await self._gate.write_as_server(
                photo.company_id,
                lambda tx, act: _set_state(tx, act, photo, State.MISSING, None),
                work_order_id=photo.work_order_id,
            )
        wait_s = self._wait_s(looks, age_s)
        return None if wait_s is None else now + wait_s * SECOND

    def _wait_s(self, looks: int, age_s: int) -> int | None:
        if age_s >= self._grace_s:
            return _DAY_S if age_s < _GIVE_UP_AFTER_S else None
        wait_s = _FIRST_WAITS_S[looks - 1] if looks <= len(_FIRST_WAITS_S) else _HOUR_S
        return min(wait_s, self._grace_s - age_s)

    async def _find(self, company_id: str, object_key: str) -> Source | None:
        name = parse_uuid(object_key)
        file = await self._database.peek(lambda tx: tx.files.find(company_id, name)) if name else None
        if file is not None and file.origin is Origin.UPLOAD:
            return Source(file.storage_key, file) if file.is_whole else None
        key = self._blobs.incoming_key(company_id, object_key)
        stat = await self._blobs.stat(key) if key is not None else None
        if stat is None or stat.size > self._max_bytes:
            return None
        sent = await self._database.peek(lambda tx: tx.direct_uploads.find(name)) if name else None
        return Source(stat.key, announced=sent if sent is not None and sent.company_id == company_id else None)

    async def _copy(self, photo: Evidence, source: Source) -> bool:
        async with self._blobs.spool() as spool:
            if not await self._fill(spool, source):
                return False
            async with self._files.keeping(Upload(spool, source.file_name(photo.object_key or ""))) as kept:
                if kept is not None:
                    await self._store(photo, kept, source.file)
        return True

    async def _fill(self, spool: Spool, source: Source) -> bool:
        """Whether the bytes are in the spool, and are those that were stored or announced, as far as is known."""
        try:
            async for chunk in await self._blobs.open(source.key):
                await spool.write(chunk)
        except BlobNotFound:
            is_whole = False
        else:
            is_whole = source.file is None or source.file.sha256 == spool.sha256
        if source.file is not None and not is_whole:
            await self._alarm.damaged(source.file)
        return is_whole and (source.announced is None or self._is_same(source.announced, spool))

    def _is_same(self, announced: DirectUpload, spool: Spool) -> bool:
        """The signed request is good for a while after the registration, so other bytes may lie there since."""
        content_type = self._files.type_of_head(spool.head)
        try:
            announced.require_same(size=spool.size, content_type=content_type, sha256=spool.sha256)
        except ObjectDiffers:
            found = {"size": spool.size, "content_type": content_type}
            _log.warning("object_differs", extra={"evidence_id": announced.evidence_id, **found})
            return False
        return True

    async def _store(self, photo: Evidence, kept: Kept, source: StoredFile | None) -> None:
        def command(tx: Transaction, act: Act) -> Done:
            file = msgspec.structs.replace(kept.file(act), name=photo.file_name, **_left_of(tx, source))
            done = _set_state(tx, act, photo, State.STORED, file)
            if not done.replayed:
                add_file(tx, act, file)
            return done

        done = await self._gate.write_as_server(photo.company_id, command, work_order_id=photo.work_order_id)
        kept.is_used = not done.replayed


def _left_of(tx: Transaction, source: StoredFile | None) -> dict[str, Any]:
    """What a copy takes along of the file it is made of, whose name and place may have been erased."""
    file = None if source is None else tx.files.find_for_change(source.company_id, source.name)
    names = ("original_file_name", "place_erased_at")
    return {} if file is None else {name: getattr(file, name) for name in names}


def _is_awaited(photo: Evidence) -> bool:
    return photo.state in _AWAITED and photo.bytes_removed_at is None


def _set_state(tx: Transaction, act: Act, seen: Evidence, state: State, file: StoredFile | None) -> Done:
    """Change the state that was seen; a repeat when the photo is no longer awaited, or has that state already."""
    order = tx.work_orders.get_for_change(act.company_id, seen.work_order_id)
    photo = tx.evidence.find_by_id(seen.id)
    if photo is None or not _is_awaited(photo) or photo.state is state:
        return Done(seen.id, replayed=True)
    tx.evidence.change(photo.id, state=state)
    about: dict[str, Any] = {}
    if file is not None:
        about = {"sha256": file.sha256, "size": file.size, "content_type": file.content_type}
    changes = {f"evidence.{photo.id}.state": (photo.state, state)}
    kind = EntryType.EVIDENCE_STATE_CHANGED
    record(tx, act, order, kind, changes, evidence_id=photo.id, name=photo.name, **about)
    return Done(photo.id)
