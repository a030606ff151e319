"""A Merkle tree (see `merkle.py`) while leaves are added to it: little is kept of it, and its root is known."""

from typing import NamedTuple

from fettle.domain.merkle import EMPTY_ROOT, node_hash


class StoredNode(NamedTuple):
    """What is stored as the hash of a complete subtree, in hex; level 0 are the leaves."""

    level: int
    place: int
    sha256: str


class GrowingTree:
    """`size` leaves so far; of the complete subtrees only the largest are kept, one for each bit of the size."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes] = []

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf's hash; level, place and hash of every subtree that it completes."""
        node, level, place, done = leaf, 0, self.size, []
        while place & 1:
            node, level, place = node_hash(self._complete.pop(), node), level + 1, place >> 1
            done.append((level, place, node))
        self._complete.append(node)
        self.size += 1
        return done

    def root(self) -> bytes:
        """Over all leaves so far."""
        if not self._complete:
            return EMPTY_ROOT
        *left, root = self._complete
        for node in reversed(left):
            root = node_hash(node, root)
        return root
