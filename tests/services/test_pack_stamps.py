"""Time stamps in an evidence pack: of a real authority, verified by OpenSSL from the pack alone."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fettle.build import open_parts
from fettle.domain.checkpoint_copies import Destination
from fettle.domain.checkpoints import Checkpoint, checkpoint_text, origin_of
from fettle.domain.merkle import root_of
from fettle.domain.verdict import Steps
from fettle.outside.timestamps import TimestampTaker
from fettle.services.log_tree import StoredTree
from fettle.services.rows import Transaction
from fettle.settings import Settings
from fettle.verifier.packs import Trusted, verify
from tests.outside.test_timestamps import verify as verify_stamp
from tests.servers.tsa import TimestampAuthority
from tests.services.conftest import Company, make_company
from tests.services.packs import Pack
from tests.services.test_evidence_packs import comment, content_of

LATER = 1100


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimestampAuthority]:
    made = TimestampAuthority(tmp_path_factory.mktemp("authority") / "tsa")
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def stamping(settings: Settings, authority: TimestampAuthority) -> AsyncIterator[Company]:
    """A company whose checkpoints are to be stamped."""
    given = replace(settings, timestamp_url=authority.url, timestamp_roots=authority.roots)
    async with open_parts(given, is_server=False) as parts:
        yield await make_company(parts)


async def stamp_all(company: Company, authority: TimestampAuthority) -> None:
    """As the worker does."""
    taker, copies = TimestampTaker(authority.url, authority.roots), company.parts.services.checkpoint_copies
    await copies.add_missing()
    found = await company.parts.database.read(lambda tx: tx.checkpoint_copies.of_sizes(company.id, 0, 1 << 40))
    for copy in found:
        if copy.destination is Destination.TIMESTAMP and copy.proof is None:
            await copies.deliver(copy.id, taker)


async def test_stamps_are_in_it_and_their_checkpoints_are_proven(
    stamping: Company, authority: TimestampAuthority, tmp_path: Path
) -> None:
    order_id, log = await stamping.order(), stamping.parts.services.log
    sizes = []
    for text in ("first", "second"):
        await comment(stamping, order_id, text)
        sizes.append((await log.check_in(stamping.id)).size)
    await stamp_all(stamping, authority)
    await comment(stamping, order_id, "not stamped yet")
    content = await content_of(stamping, order_id)
    pack = Pack(content, log.key_of(stamping.id))
    stamped = pack.lines("stamps.jsonl")
    assert [int(line["note"].splitlines()[1]) for line in stamped] == sizes[::-1]
    for line in stamped:
        verify_stamp(authority, line["token"], tmp_path, line["note"])
        size, root = line["note"].splitlines()[1:3]
        assert pack.growth[int(size)]["root"] == root
    (tmp_path / "pack.zip").write_bytes(content)
    assert verify(tmp_path / "pack.zip", Trusted(None, None), Steps()).holds


async def test_only_the_newest_come_along(stamping: Company, authority: TimestampAuthority) -> None:
    order_id = await stamping.order()
    for number in range(23):
        await comment(stamping, order_id, f"remark {number}")
        await stamping.parts.services.log.check_in(stamping.id)
    await stamp_all(stamping, authority)
    pack = Pack(await content_of(stamping, order_id))
    sizes = [int(line["note"].splitlines()[1]) for line in pack.lines("stamps.jsonl")]
    assert sizes == list(range(24, 4, -1))


async def test_a_stamp_comes_along_however_many_checkpoints_came_after_it(
    stamping: Company, authority: TimestampAuthority, tmp_path: Path
) -> None:
    """The authority was away for days: more checkpoints than have lines of growth are without a stamp."""
    order_id, log = await stamping.order(), stamping.parts.services.log
    await comment(stamping, order_id, "stamped")
    await log.check_in(stamping.id)
    await stamp_all(stamping, authority)
    await asyncio.gather(*(comment(stamping, order_id, f"remark {number}") for number in range(LATER)))
    await log.place(stamping.id)

    def sign_each(tx: Transaction) -> None:
        origin, tree = origin_of(stamping.id), StoredTree(tx, stamping.id).complete
        for size in range(3, LATER + 3):
            root = root_of(size, tree)
            note = log.note_of(stamping.id, checkpoint_text(origin, size, root))
            tx.log.add_checkpoint(Checkpoint(stamping.id, size, root.hex(), size, note))

    await stamping.parts.database.write(sign_each)
    content = await content_of(stamping, order_id)
    pack = Pack(content, log.key_of(stamping.id))
    assert [int(line["note"].splitlines()[1]) for line in pack.lines("stamps.jsonl")] == [2]
    assert sorted(pack.growth) == [2, *range(LATER - 998, LATER + 2)]
    (tmp_path / "pack.zip").write_bytes(content)
    verdict = verify(tmp_path / "pack.zip", Trusted(None, None), Steps())
    assert (verdict.problems, verdict.stamped_sizes) == ([], [2])


async def test_without_stamps_there_is_no_such_file(company: Company) -> None:
    order_id = await company.order()
    await company.parts.services.log.check_in(company.id)
    pack = Pack(await content_of(company, order_id))
    assert "stamps.jsonl" not in json.dumps(pack.manifest)
