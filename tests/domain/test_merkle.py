"""The Merkle tree of RFC 6962, compared with its definition written down word for word, and with known roots."""

import hashlib

import pytest

from fettle.domain.merkle import (
    EMPTY_ROOT,
    consistency,
    extends,
    fold,
    includes,
    inclusion,
    leaf_hash,
    node_hash,
    root_of,
)

MOST = 40
LEAVES = [leaf_hash(bytes([number])) for number in range(MOST)]


def complete(level: int, place: int) -> bytes:
    return fold(LEAVES[place << level : place + 1 << level])


def defined_root(hashes: list[bytes]) -> bytes:
    """MTH of section 2.1."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(defined_root(hashes[:split]), defined_root(hashes[split:]))


def test_hashes_are_told_apart() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert node_hash(b"", b"") != leaf_hash(b"")
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize("size", range(MOST + 1))
def test_the_root(size: int) -> None:
    assert root_of(size, complete) == defined_root(LEAVES[:size])


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_leaf_is_proven_at_its_place_only(size: int) -> None:
    root = root_of(size, complete)
    for index in range(size):
        path = inclusion(index, size, complete)
        assert includes(root, size, index, LEAVES[index], path)
        assert not includes(root, size, index, leaf_hash(b"other"), path)
        assert not includes(root, size, index, LEAVES[index], [*path, root])
        assert not any(
            includes(root, size, other, LEAVES[index], path) for other in range(-1, size + 2) if other != index
        )
        for place in range(len(path)):
            assert not includes(root, size, index, LEAVES[index], path[:place] + path[place + 1 :])
            assert not includes(root, size, index, LEAVES[index], [*path[:place], root, *path[place + 1 :]])


@pytest.mark.parametrize("new", range(MOST + 1))
def test_growth_is_proven_and_nothing_else(new: int) -> None:
    new_root, rewritten = root_of(new, complete), leaf_hash(b"rewritten")
    for old in range(new + 1):
        old_root, path = root_of(old, complete), consistency(old, new, complete)
        assert extends(old_root, old, new_root, new, path)
        assert not extends(rewritten, old, new_root, new, path)
        assert not extends(old_root, old, new_root, new, [*path, rewritten])
        if 0 < old < new:
            assert not extends(old_root, old, rewritten, new, path)
            assert not any(extends(old_root, other, new_root, new, path) for other in range(1, new) if other != old)
            assert not extends(old_root, old, new_root, new, path[1:])
    assert not extends(new_root, new + 1, new_root, new, [])
