"""A long request that adds to an upload, and what fails in the middle of it: only what is durable is told to be so."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Any

import pytest

from fettle.build import open_parts
from fettle.domain.errors import NoSpace, Unauthenticated, Unavailable
from fettle.domain.people import Caller
from fettle.domain.uploads import UploadBusy
from fettle.services.gate import Done, Gate
from fettle.settings import Settings
from tests.servers.seaweed import SeaweedServer
from tests.services.conftest import Company, make_company, sign_in
from tests.services.test_uploads import chunks, create, intent

PIECE = 90_000
# So many bytes are settled together, after 16 MiB, and all but the last piece of them are written before.
SETTLED = 187 * PIECE
CONTENT = token_bytes(SETTLED + 8 * PIECE)


@pytest.fixture(params=["disk", "s3"])
async def anywhere(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Company]:
    if request.param == "s3":
        s3: SeaweedServer = request.getfixturevalue("s3_server")
        settings = replace(
            settings,
            blobs_url=s3.url(token_hex(6)),
            s3_access_key_id=s3.access_key,
            s3_secret_access_key=s3.secret_key,
        )
    async with open_parts(settings, is_server=False) as parts:
        yield await make_company(parts)


def pieces(content: bytes) -> AsyncIterator[bytes]:
    return chunks(*(content[at : at + PIECE] for at in range(0, len(content), PIECE)))


async def require_whole(company: Company, upload_id: str, received: int, caller: Caller | None = None) -> None:
    """What is told to be there is, and with the rest it is the whole."""
    parts, wish = company.parts, replace(intent(company), caller=caller or company.admin)
    assert (await parts.services.uploads.find(wish.caller, upload_id)).received == received
    await parts.services.uploads.append(wish, upload_id, received, pieces(CONTENT[received:]))
    (kept,) = [stat.key async for stat in parts.blobs.list("kept/")]
    assert b"".join([piece async for piece in await parts.blobs.open(kept)]) == CONTENT


async def test_a_flush_that_failed_is_not_repeated_and_trusted(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id, flush = await create(company, len(CONTENT)), os.fsync
    refused: list[int] = []

    def fsync(descriptor: int) -> None:
        if not refused and Path(f"/proc/self/fd/{descriptor}").readlink().name == upload_id:
            refused.append(descriptor)
            raise OSError(errno.EIO, "the kernel may have dropped the pages")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(Unavailable):
        await company.parts.services.uploads.append(intent(company), upload_id, 0, pieces(CONTENT))
    await require_whole(company, upload_id, 0)


async def test_what_found_no_room_is_not_told_to_be_there(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id, write = await create(company, len(CONTENT)), os.write
    refused: list[int] = []

    def full(descriptor: int, content: Any) -> int:
        if not refused and os.fstat(descriptor).st_size == SETTLED - PIECE:
            refused.append(descriptor)
            raise OSError(errno.ENOSPC, "full")
        return write(descriptor, content)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(NoSpace):
        await company.parts.services.uploads.append(intent(company), upload_id, 0, pieces(CONTENT))
    await require_whole(company, upload_id, 0)


async def test_whoever_may_no_longer_is_told_so(anywhere: Company) -> None:
    upload_id, services = await create(anywhere, len(CONTENT)), anywhere.parts.services

    async def until_signed_out() -> AsyncIterator[bytes]:
        async for piece in pieces(CONTENT[: SETTLED - PIECE]):
            yield piece
        await services.sessions.sign_out(intent(anywhere))
        async for piece in pieces(CONTENT[SETTLED - PIECE :]):
            yield piece

    with pytest.raises(Unauthenticated):
        await services.uploads.append(intent(anywhere), upload_id, 0, until_signed_out())
    await require_whole(anywhere, upload_id, 0, await sign_in(anywhere.parts, anywhere.email))


async def test_a_lost_answer_of_the_database_loses_no_byte(anywhere: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id, write = await create(anywhere, len(CONTENT)), Gate.write

    async def unheard(*sent: Any, **more: Any) -> Done:
        await write(*sent, **more)
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(Gate, "write", unheard)
        with pytest.raises(Unavailable):
            await anywhere.parts.services.uploads.append(intent(anywhere), upload_id, 0, pieces(CONTENT))
    await require_whole(anywhere, upload_id, SETTLED)


@pytest.mark.parametrize("brought", [b"12345", b"1234567890"], ids=["a part", "the end"])
async def test_a_look_ends_no_request_whose_bytes_have_all_come(
    company: Company, monkeypatch: pytest.MonkeyPatch, brought: bytes
) -> None:
    upload_id, uploads, flush = await create(company, 10), company.parts.services.uploads, os.fsync

    def slowly(descriptor: int) -> None:
        time.sleep(2.5)
        flush(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", slowly)
        adding = asyncio.create_task(uploads.append(intent(company), upload_id, 0, chunks(brought)))
        await asyncio.sleep(2.3)
        assert (await uploads.look(company.admin, upload_id)).received == 0
        with pytest.raises(UploadBusy):
            await uploads.append(intent(company), upload_id, 0, chunks(brought))
        added = await adding
    assert (added.received, added.evidence_id is not None) == (len(brought), len(brought) == added.length)
