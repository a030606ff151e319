"""A company's log as a Merkle tree over its rows: entries by place, and the nodes of every eighth level."""

from typing import Final

from fettle.domain.merkle import fold
from fettle.services.rows import Transaction

_STEP = 8
_WIDTH = 1 << _STEP
_HIGHEST = 3 * _STEP
LEVELS: Final = tuple(range(_STEP, _HIGHEST + 1, _STEP))


class StoredTree:
    """Lives for one transaction; `complete` is what `domain.merkle` asks for."""

    def __init__(self, tx: Transaction, company_id: str) -> None:
        self._tx = tx
        self._company_id = company_id
        self._known: dict[tuple[int, int], bytes] = {}

    def complete(self, level: int, place: int) -> bytes:
        """The hash of a complete subtree; raises LookupError where rows are gone."""
        found = self._known.get((level, place))
        if found is None:
            found = self._known[level, place] = self._fold(level, place)
        return found

    def _fold(self, level: int, place: int) -> bytes:
        stored = min(level - level % _STEP, _HIGHEST)
        width = 1 << (level - stored)
        hashes = self._tx.log.hashes(self._company_id, stored, place * width, (place + 1) * width)
        if len(hashes) != width:
            raise LookupError(self._company_id, level, place)
        return fold(hashes)


def add_nodes(tx: Transaction, company_id: str, old: int, new: int) -> None:
    """Keep the nodes that became complete while the log grew from `old` to `new` entries."""
    for level in LEVELS:
        for place in range(old >> level, new >> level):
            below = tx.log.hashes(company_id, level - _STEP, place * _WIDTH, (place + 1) * _WIDTH)
            tx.log.add_node(company_id, level, place, fold(below))
