"""The Merkle tree of RFC 6962 section 2.1: its root, and proofs that something is in it or that it only grew.

Hashes are 32 bytes. A tree of `size` leaves is known by its complete subtrees: `complete(level, place)` is the hash of
the 2^level leaves from `place` * 2^level on.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

Complete = Callable[[int, int], bytes]

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """SHA-256 of 0x00 and the content."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both."""
    return hashlib.sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of equally many leaves each; there is a power of two of them."""
    while len(hashes) > 1:
        hashes = [node_hash(*hashes[place : place + 2]) for place in range(0, len(hashes), 2)]
    return hashes[0]


def root_of(size: int, complete: Complete) -> bytes:
    """The root of the first `size` leaves."""
    return _range(0, size, complete) if size else EMPTY_ROOT


def inclusion(index: int, size: int, complete: Complete) -> list[bytes]:
    """The audit path of a leaf (section 2.1.1); 0 ≤ index < size."""
    path: list[bytes] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(_range(middle, last, complete))
            last = middle
        else:
            path.append(_range(first, middle, complete))
            first = middle
    return path[::-1]


def consistency(old: int, new: int, complete: Complete) -> list[bytes]:
    """The proof that the first `old` leaves are still there in a tree of `new` (section 2.1.2); 0 ≤ old ≤ new."""
    if old in (0, new):
        return []
    path: list[bytes] = []
    first, last, is_old_tree = 0, new, True
    while old != last:
        middle = first + _split(last - first)
        if old <= middle:
            path.append(_range(middle, last, complete))
            last = middle
        else:
            path.append(_range(first, middle, complete))
            first, is_old_tree = middle, False
    if not is_old_tree:
        path.append(_range(first, last, complete))
    return path[::-1]


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the leaf's hash stands at the index of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found, sha256 = index, size - 1, leaf, hashlib.sha256
    for sibling in path:
        if last == 0:
            return False
        # As `node_hash`, whose call would cost as much as the hash.
        if place & 1 or place == last:
            found = sha256(b"\1" + sibling + found).digest()
            if not place & 1:
                place, last = _up_while_left(place, last)
        else:
            found = sha256(b"\1" + found + sibling).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(old_root: bytes, old: int, new_root: bytes, new: int, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree only grew from `old` to `new` leaves (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not path and old_root == (EMPTY_ROOT if old == 0 else new_root)
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    return bool(hashes) and _both_roots(hashes, place, last) == (old_root, new_root)


def _both_roots(hashes: Sequence[bytes], place: int, last: int) -> tuple[bytes, bytes] | None:
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            place, last = _up_while_left(place, last)
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _up_while_left(place: int, last: int) -> tuple[int, int]:
    """Past the levels at which the last node of the tree has no sibling."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _range(first: int, last: int, complete: Complete) -> bytes:
    size = last - first
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return complete(level, first >> level)
    middle = first + _split(size)
    return node_hash(_range(first, middle, complete), _range(middle, last, complete))


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1
