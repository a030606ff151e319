"""Time stamps of a real authority, OpenSSL's: verified by us and by `openssl ts -verify`; what is wrong is refused."""

import hashlib
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from fettle.domain.checkpoint_copies import Fault
from fettle.domain.checkpoints import Checkpoint
from fettle.outside.timestamps import TimestampTaker
from fettle.services.copy_ports import NotCopied
from tests.outside.conftest import make_checkpoint
from tests.servers.listener import Heard, Reply
from tests.servers.tsa import TimestampAuthority


@pytest.fixture(autouse=True)
def _as_it_was(authority: TimestampAuthority) -> Iterator[None]:
    answer = authority.answer
    yield
    authority.answer, authority.signer, authority.bend = answer, "good", lambda query: query


async def refusal(authority: TimestampAuthority, checkpoint: Checkpoint, roots: Path | None = None) -> Fault:
    with pytest.raises(NotCopied) as raised:
        await TimestampTaker(authority.url, roots or authority.roots).take(checkpoint)
    return raised.value.fault


async def test_openssl_verifies_what_was_kept(
    authority: TimestampAuthority, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    token = await TimestampTaker(authority.url, authority.roots).take(checkpoint)
    verify(authority, token, tmp_path, checkpoint.note)
    told = authority.run("ts", "-reply", "-in", tmp_path / "token.der", "-token_in", "-text").decode()
    assert "Hash Algorithm: sha256" in told
    with pytest.raises(subprocess.CalledProcessError):
        verify(authority, token, tmp_path, checkpoint.note.replace("7", "8"))


async def test_each_request_has_a_nonce_of_its_own(authority: TimestampAuthority, checkpoint: Checkpoint) -> None:
    before = len(authority.heard)
    taker = TimestampTaker(authority.url, authority.roots)
    assert await taker.take(checkpoint) != await taker.take(checkpoint)
    first, second = authority.heard[before:]
    digest = hashlib.sha256(checkpoint.note.encode()).digest()
    assert digest in first.body
    assert digest in second.body
    assert first.body != second.body


@pytest.mark.parametrize("chain", ["chain.pem", "chain-turned.pem"])
async def test_a_chain_comes_in_any_order(
    authority: TimestampAuthority, checkpoint: Checkpoint, chain: str, tmp_path: Path
) -> None:
    authority.signer, authority.chain = "chained", chain
    verify(authority, await TimestampTaker(authority.url, authority.roots).take(checkpoint), tmp_path)


async def test_another_root_is_not_ours(authority: TimestampAuthority, checkpoint: Checkpoint) -> None:
    assert await refusal(authority, checkpoint, authority.other_roots()) is Fault.NOT_PROVEN


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_without_roots_nothing_is_proven(
    authority: TimestampAuthority, checkpoint: Checkpoint, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "roots.pem").write_text(content)
    assert await refusal(authority, checkpoint, tmp_path / "roots.pem") is Fault.NOT_PROVEN


@pytest.mark.parametrize("signer", ["expired", "unfit"])
async def test_a_certificate_that_will_not_do(
    authority: TimestampAuthority, checkpoint: Checkpoint, signer: str
) -> None:
    authority.signer = "expired" if signer == "expired" else "unfit"
    assert await refusal(authority, checkpoint) is Fault.NOT_PROVEN


async def test_a_stamp_of_something_else(authority: TimestampAuthority, checkpoint: Checkpoint) -> None:
    ours, other = hashlib.sha256(checkpoint.note.encode()).digest(), hashlib.sha256(b"other").digest()
    authority.bend = lambda query: query.replace(ours, other)
    assert await refusal(authority, checkpoint) is Fault.NOT_PROVEN


async def test_a_stamp_for_somebody_else(authority: TimestampAuthority, checkpoint: Checkpoint) -> None:
    digest = hashlib.sha256(checkpoint.note.encode()).hexdigest()
    other = authority.run("ts", "-query", "-digest", digest, "-sha256", "-cert")
    assert hashlib.sha256(checkpoint.note.encode()).digest() in other
    authority.bend = lambda _: other
    assert await refusal(authority, checkpoint) is Fault.NOT_PROVEN


async def test_a_stamp_once_more(authority: TimestampAuthority, checkpoint: Checkpoint) -> None:
    kept = authority.answer(await heard(authority, checkpoint))
    authority.answer = lambda _: kept
    assert await refusal(authority, checkpoint) is Fault.NOT_PROVEN


async def test_an_authority_that_refuses(authority: TimestampAuthority, checkpoint: Checkpoint) -> None:
    authority.bend = lambda query: query[:-1]
    assert await refusal(authority, checkpoint) is Fault.REFUSED


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(body=b"<html>"), Fault.NOT_UNDERSTOOD),
        (Reply(body=b""), Fault.NOT_UNDERSTOOD),
        (Reply(body=b"\x30\x84\xff\xff\xff\xff"), Fault.NOT_UNDERSTOOD),
        (Reply(body=bytes(70_000)), Fault.TOO_LARGE),
        (Reply(503), Fault.REFUSED),
        (Reply(301, headers={"location": "/elsewhere"}), Fault.REDIRECTED),
    ],
    ids=["page", "empty", "long", "large", "fault", "redirect"],
)
async def test_no_stamp_at_all(
    authority: TimestampAuthority, checkpoint: Checkpoint, reply: Reply, fault: Fault
) -> None:
    authority.answer = lambda _: reply
    assert await refusal(authority, checkpoint) is fault


async def test_no_change_of_a_stamp_is_taken(
    authority: TimestampAuthority, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    """Each reply is right but for one bit; where that is one which nobody signed, OpenSSL takes it too."""
    right, random, refused = authority.answer, Random(4), 0  # noqa: S311 - a test that can be repeated
    for _ in range(60):
        place = random.random()

        def bend(heard: Heard, place: float = place) -> Reply:
            body = bytearray(right(heard).body)
            body[int(place * len(body))] ^= 1 << int(place * 8_000) % 8
            return Reply(body=bytes(body))

        authority.answer = bend
        try:
            verify(authority, await TimestampTaker(authority.url, authority.roots).take(checkpoint), tmp_path)
        except NotCopied:
            refused += 1
    assert refused > 50


def verify(authority: TimestampAuthority, token: str, folder: Path, note: str | None = None) -> None:
    """As docs/proof.md says; raises CalledProcessError."""
    (folder / "token.der").write_bytes(b64decode(token))
    (folder / "note.txt").write_text(make_checkpoint(7).note if note is None else note)
    given: list[str | Path] = [
        "-in",
        folder / "token.der",
        "-token_in",
        "-data",
        folder / "note.txt",
        "-CAfile",
        authority.roots,
    ]
    assert b"Verification: OK" in authority.run("ts", "-verify", *given)


async def heard(authority: TimestampAuthority, checkpoint: Checkpoint) -> Heard:
    await TimestampTaker(authority.url, authority.roots).take(checkpoint)
    return authority.heard[-1]
