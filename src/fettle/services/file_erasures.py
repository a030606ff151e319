"""What an erasure does to files, which several entries may name, on several orders: it is done for all of them."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from fettle.domain.erasures import OF_FILES, Erasable
from fettle.domain.errors import Conflict
from fettle.domain.evidence import Evidence
from fettle.domain.files import StoredFile
from fettle.services.gate import Act
from fettle.services.removals import release
from fettle.services.rows import Transaction


class FileErasure:
    """That of the files of some evidence, within its transaction; `run` once, then ask what it did.

    `entries` is all evidence of the company that names one of them.
    """

    def __init__(self, tx: Transaction, act: Act, what: frozenset[Erasable]) -> None:
        self._tx = tx
        self._act = act
        self._what = what
        self._files: dict[str, StoredFile] = {}
        self._changed: set[str] = set()
        self._removed: set[str] = set()
        self.entries: list[Evidence] = []

    def run(self, chosen: Sequence[Evidence]) -> list[str]:
        """The storage keys of bytes that may then be deleted; raises FILE_IN_USE."""
        if self._what.isdisjoint(OF_FILES):
            return []
        self._gather(chosen)
        for file in self._files.values():
            self._blank(file)
        return self._release() if Erasable.BYTES in self._what else []

    def touches(self, entry: Evidence) -> bool:
        """Whether something was erased of a file that it names, or its bytes."""
        return self.removes(entry) or not self._changed.isdisjoint(entry.file_names)

    def removes(self, entry: Evidence) -> bool:
        """Whether its bytes went, also those that had not come yet."""
        return entry.id in self._removed

    def file_of(self, entry: Evidence) -> StoredFile | None:
        """Its own file, as it was before."""
        return self._files.get(entry.file_name)

    def besides(self, chosen: Iterable[Evidence]) -> dict[str, list[Evidence]]:
        """The other entries, by the id of their work order."""
        chosen_ids = {entry.id for entry in chosen}
        by_order = attrgetter("work_order_id", "seq")
        others = sorted((entry for entry in self.entries if entry.id not in chosen_ids), key=by_order)
        return {order_id: list(found) for order_id, found in groupby(others, attrgetter("work_order_id"))}

    def _gather(self, chosen: Sequence[Evidence]) -> None:
        """Files are locked before it is asked who names them, so that nobody begins to meanwhile."""
        found = {entry.id: entry for entry in chosen}
        seen: set[str] = set()
        while fresh := {name for entry in found.values() for name in entry.file_names} - seen:
            names = sorted(fresh)
            files = (self._tx.files.find_for_change(self._act.company_id, name) for name in names)
            self._files |= {file.name: file for file in files if file is not None}
            sharing = [
                *self._tx.files.evidence_of_many(self._act.company_id, names),
                *self._tx.removals.copies_of(self._act.company_id, names),
            ]
            found |= {entry.id: entry for entry in sharing}
            seen |= fresh
        self.entries = list(found.values())

    def _blank(self, file: StoredFile) -> None:
        values: dict[str, Any] = {}
        if Erasable.FILE_NAMES in self._what and file.original_file_name is not None:
            values["original_file_name"] = None
        if Erasable.PLACES in self._what and file.place_erased_at is None:
            values["place_erased_at"] = self._act.now
            self._tx.pictures.forget_place(file.name)
        if values:
            self._changed.add(file.name)
            self._tx.files.change(file.name, **values)

    def _release(self) -> list[str]:
        going = [entry for entry in self.entries if entry.bytes_removed_at is None]
        freed = release(self._tx, self._act, going)
        self._removed |= {entry.id for entry in going}
        for name in {name for entry in going for name in entry.file_names}:
            if self._tx.removals.is_needed(self._act.company_id, name, (), None):
                raise Conflict("FILE_IN_USE")
        return freed
