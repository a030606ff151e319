"""The root of a growing tree is the root of the same tree at once."""

from fettle.domain.merkle import leaf_hash, node_hash, root_of
from fettle.domain.merkle_growth import GrowingTree


def test_the_root_at_every_size() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(70)]

    def complete(level: int, place: int) -> bytes:
        if level == 0:
            return leaves[place]
        return node_hash(complete(level - 1, 2 * place), complete(level - 1, 2 * place + 1))

    tree, nodes = GrowingTree(), dict[tuple[int, int], bytes]()
    assert tree.root() == root_of(0, complete)
    for size, leaf in enumerate(leaves, 1):
        nodes |= {(level, place): node for level, place, node in tree.add(leaf)}
        assert (tree.size, tree.root()) == (size, root_of(size, complete))
    assert nodes == {(level, place): complete(level, place) for level in range(1, 7) for place in range(70 >> level)}
