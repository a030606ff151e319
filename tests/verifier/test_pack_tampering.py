"""Of random changes to a pack every one is found, with its place; also by who has the key, given a kept checkpoint."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from fettle.build import open_parts
from fettle.domain.checkpoints import NotANote, read_note, read_verifier_key
from fettle.domain.verdict import Steps
from fettle.domain.verification import Finding
from fettle.settings import Settings
from fettle.signing import open_signer
from fettle.verifier.packs import Trusted, verify
from tests.verifier.database_tampering import Tamperer
from tests.verifier.pack_tampering import PackTamperer
from tests.verifier.pack_writer import make_pack, written
from tests.verifier.world import World, sign_in_again

QUICK, LONG = 150, 1000


def test_every_change_is_found(world: World, tmp_path: Path, *, long_run: bool) -> None:
    content, path = written(world.made, world.signer), tmp_path / "pack.zip"
    stranger = open_signer(tmp_path / "stranger.pem")
    trusted = Trusted(read_verifier_key(world.key), read_note(world.newest))
    unseen, unnamed = {}, {}
    for seed in range(LONG if long_run else QUICK):
        change = PackTamperer(seed, content, world.made, world.signer, stranger).change()
        assert change.content != content, change.what
        path.write_bytes(change.content)
        verdict = verify(path, trusted, Steps())
        if verdict.holds:
            unseen[seed] = change.what
        elif not any(change.names_it(problem.where) for problem in verdict.problems):
            unnamed[seed] = (change.what, change.places, verdict.problems[:3])
    assert (unseen, unnamed) == ({}, {})


def test_every_byte_counts(world: World, tmp_path: Path) -> None:
    """Each byte of the ZIP's own structure, and of the note, of which no hash is kept."""
    content, path = written(world.made, world.signer), tmp_path / "pack.zip"
    note = content.index(b"fettle-evidence-pack-1 ")
    places = [*range(note - 60, note + 330), *range(len(content) - 22 - 120, len(content)), *range(40)]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert not verify(path, Trusted(), Steps()).holds, place


def test_a_log_that_was_rewritten_with_the_right_key_is_found(world: World, tmp_path: Path) -> None:
    """By a pack that was made from it afterwards, given a checkpoint from before."""
    for seed in range(5):
        data = tmp_path / f"data{seed}"
        shutil.copytree(world.settings.data, data)
        with closing(sqlite3.connect(data / "fettle.db", isolation_level=None)) as connection:
            Tamperer(connection, seed, world.company_id, world.signer).rewrite()
        content = asyncio.run(pack_of(data, world))
        path = tmp_path / "pack.zip"
        path.write_bytes(content)
        trusted = Trusted(read_verifier_key(world.key), read_note(world.newest))
        problems = verify(path, trusted, Steps()).problems
        assert (Finding.LOG_REWRITTEN, "checkpoint 26") in problems


async def pack_of(data: Path, world: World) -> bytes:
    async with open_parts(Settings(data=data), is_server=False) as parts:
        company = await sign_in_again(parts, world)
        made = await make_pack(company, world.order_ids)
    return await asyncio.to_thread(written, made, world.signer)


def test_a_state_of_earlier_is_found(world: World, tmp_path: Path) -> None:
    """A pack from before the checkpoint, signed with the right key, does not prove what came later."""
    older = read_note(world.newest)._replace(size=27)
    path = tmp_path / "pack.zip"
    path.write_bytes(written(world.made, world.signer))
    assert verify(path, Trusted(checkpoint=older), Steps()).problems == [(Finding.GROWTH_NOT_PROVEN, "checkpoint 27")]


def test_a_note_is_written_in_one_way_only(world: World) -> None:
    """The last letter of base64 has bits that say nothing."""
    head, last = world.kept[:-3], world.kept[-3]
    others = [head + letter + world.kept[-2:] for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" if letter != last]
    readable = 0
    for text in others:
        try:
            readable += read_note(text).signatures == read_note(world.kept).signatures
        except NotANote:
            continue
    assert readable == 0
