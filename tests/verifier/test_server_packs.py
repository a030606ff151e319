"""What the server packs verifies by `fettle verify`, and by who knows only the documentation."""

import asyncio
from pathlib import Path

import pytest

from fettle.build import open_parts
from fettle.domain.checkpoints import read_note, read_verifier_key
from fettle.domain.reports import Wanted
from fettle.domain.verdict import Steps
from fettle.services.evidence_packs import PackWanted
from fettle.verifier.packs import Trusted, verify
from tests.verifier import by_the_book
from tests.verifier.world import World


@pytest.fixture(scope="session")
def packed(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The pack of each order, by the server itself."""
    folder = tmp_path_factory.mktemp("packed")

    async def pack() -> list[Path]:
        made = []
        async with open_parts(world.settings, is_server=False) as parts:
            for order_id in world.order_ids:
                archive = await parts.services.evidence_packs.of_order(
                    world.company_id, order_id, PackWanted(Wanted("en"))
                )
                content = b"".join([chunk async for chunk in archive.chunks()])
                assert len(content) == archive.size
                made.append(folder / f"{order_id}.zip")
                made[-1].write_bytes(content)
        return made

    return asyncio.run(pack())


def test_the_servers_packs_hold(world: World, packed: list[Path]) -> None:
    for path in packed:
        found = verify(path, Trusted(read_verifier_key(world.key), read_note(world.kept)), Steps())
        assert found.holds, found
        assert found.entries == by_the_book.verify(str(path), world.kept) > 1


def test_a_changed_byte_of_them_is_found(world: World, packed: list[Path], tmp_path: Path) -> None:
    content = packed[0].read_bytes()
    for number in range(40):
        place = len(content) * number // 40
        path = tmp_path / "changed.zip"
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert not verify(path, Trusted(read_verifier_key(world.key), read_note(world.kept)), Steps()).holds
