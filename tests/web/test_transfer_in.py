"""Bytes in: as they come, not for ever, and never from a client that is gone."""

import asyncio
import time
from collections.abc import MutableMapping
from typing import Any

import pytest

from fettle.domain.errors import Invalid
from fettle.web.transfer import ClientGone, Receive, body_chunks, drain

Message = MutableMapping[str, Any]


def receiver(*messages: Message, after_s: float = 0, then_stalls: bool = False) -> Receive:
    """An ASGI `receive` that gives the messages, each after a time, and then hangs up or stalls."""
    left = list(messages)

    async def receive() -> Message:
        await asyncio.sleep(after_s)
        if left:
            return left.pop(0)
        if then_stalls:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    return receive


def chunk(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def collect(receive: Receive, stall_s: float = 5) -> list[bytes]:
    return [piece async for piece in body_chunks(receive, stall_s=stall_s)]


async def test_gives_the_chunks_as_they_come_and_none_that_is_empty() -> None:
    receive = receiver(chunk(b"one"), chunk(b""), chunk(b"two"), chunk(b"", more=False))
    assert await collect(receive) == [b"one", b"two"]


async def test_a_request_without_a_body_has_no_chunks() -> None:
    assert await collect(receiver({"type": "http.request"})) == []


async def test_stops_at_the_last_chunk() -> None:
    assert await collect(receiver(chunk(b"all", more=False), then_stalls=True)) == [b"all"]


async def test_a_client_that_hangs_up_is_gone() -> None:
    with pytest.raises(ClientGone):
        await collect(receiver(chunk(b"half")))


async def test_a_client_that_stalls_is_timed_out() -> None:
    with pytest.raises(Invalid) as caught:
        await collect(receiver(chunk(b"half"), then_stalls=True), stall_s=0.05)
    assert caught.value.code == "REQUEST_TIMEOUT"


async def test_a_slow_client_is_not_timed_out_while_bytes_come() -> None:
    messages = [chunk(b"a") for _ in range(10)]
    receive = receiver(*messages, chunk(b"", more=False), after_s=0.02)
    assert len(await collect(receive, stall_s=0.15)) == 10


async def test_draining_reads_the_rest() -> None:
    left = [chunk(b"a" * 1000, more=index < 9) for index in range(10)]
    read: list[Message] = []

    async def receive() -> Message:
        read.append(left[len(read)])
        return read[-1]

    await drain(receive)
    assert len(read) == 10


@pytest.mark.parametrize("then_stalls", [True, False], ids=["stalls", "hangs up"])
async def test_draining_ends_with_the_client_or_the_time(then_stalls: bool) -> None:  # noqa: FBT001 - a table's cell
    started = time.monotonic()
    await drain(receiver(chunk(b"a"), then_stalls=then_stalls), max_s=0.05)
    assert time.monotonic() - started < 2


async def test_draining_reads_no_more_than_its_share() -> None:
    read = 0

    async def receive() -> Message:
        nonlocal read
        read += 1000
        return chunk(b"a" * 1000)

    await drain(receive, max_bytes=10_000)
    assert read == 11_000
