"""What was erased by the rules leaves a pack and a log that hold, and that tell of it."""

import asyncio
import shutil
from pathlib import Path

import pytest

from fettle.build import open_parts
from fettle.domain.checkpoints import read_note, read_verifier_key
from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.people import Scope
from fettle.domain.verdict import Steps
from fettle.services.log_check import LogReport
from fettle.settings import Settings
from fettle.verifier.packs import Trusted, verify
from tests.verifier import by_the_book
from tests.verifier.pack_writer import make_pack, written
from tests.verifier.world import World, sign_in_again


async def erased(data: Path, world: World, what: Erasable) -> tuple[bytes, LogReport]:
    """The pack afterwards, and what the check of the log finds."""
    async with open_parts(Settings(data=data), is_server=False) as parts:
        company, order_id = await sign_in_again(parts, world), world.order_ids[0]
        view = await parts.services.work_orders.get(company.admin, order_id)
        ids = frozenset({view.evidence[1].id, view.evidence[3].id}) if what is Erasable.BYTES else None
        wanted = Wanted(frozenset({what}), "asked for", evidence_ids=ids)
        await parts.services.erasures.of_order(company.intent(Scope.USERS), order_id, wanted)
        made = await make_pack(company, world.order_ids)
        report = await parts.log_check.of_company(world.company_id, read_note(world.newest))
    return await asyncio.to_thread(written, made, world.signer), report


@pytest.mark.parametrize("what", Erasable)
def test_an_erasure_leaves_proof(world: World, tmp_path: Path, what: Erasable) -> None:
    shutil.copytree(world.settings.data, tmp_path / "data")
    content, report = asyncio.run(erased(tmp_path / "data", world, what))
    assert report.problems == []
    assert report.entries == 27
    (tmp_path / "pack.zip").write_bytes(content)
    trusted = Trusted(read_verifier_key(world.key), read_note(world.newest))
    found = verify(tmp_path / "pack.zip", trusted, Steps())
    assert found.problems == []
    assert (found.erased > 0) == (report.erased > 0) == (what is not Erasable.PLACES)
    assert by_the_book.verify(str(tmp_path / "pack.zip"), world.newest) == found.entries
