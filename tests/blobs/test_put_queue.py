"""Few puts at once: a slow store is waited for, a silent one is not."""

import asyncio
import time

import pytest

from fettle.blobs import put_queue
from fettle.blobs.put_queue import PutQueue


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second for what takes twenty in earnest."""
    monkeypatch.setattr(put_queue, "ANSWER_S", 1.0)
    monkeypatch.setattr(put_queue, "_LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(put_queue, "_LEAST_S", 0.05)


async def put(queue: PutQueue, for_s: float) -> float:
    """Put for a time; the answer is what the queue allowed."""
    async with queue.place() as within_s, asyncio.timeout(within_s):
        await asyncio.sleep(for_s)
        return within_s


async def test_no_more_run_at_once_than_there_are_places() -> None:
    queue, running, most = PutQueue(3), 0, 0

    async def one() -> None:
        nonlocal running, most
        async with queue.place():
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1

    await asyncio.gather(*(one() for _ in range(20)))
    assert (running, most) == (0, 3)


async def test_a_slow_store_is_waited_for() -> None:
    """20 puts of 0.2 s in 2 places take 2 s: longer than any may wait for a silent store."""
    queue = PutQueue(2)
    allowed = await asyncio.gather(*(put(queue, 0.2) for _ in range(20)))
    assert min(allowed) > 0.7


async def test_nobody_waits_long_for_a_silent_store() -> None:
    queue = PutQueue(2)
    started = time.monotonic()
    results = await asyncio.gather(*(put(queue, 60) for _ in range(20)), return_exceptions=True)
    assert {type(result) for result in results} == {TimeoutError}
    assert time.monotonic() - started < 1.5


async def test_who_comes_while_the_store_is_silent_waits_no_longer_than_others() -> None:
    queue = PutQueue(1)
    first = asyncio.create_task(put(queue, 60))
    await asyncio.sleep(0.5)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        await put(queue, 60)
    assert time.monotonic() - started < 1.5
    with pytest.raises(TimeoutError):
        await first


async def test_a_place_is_free_again_after_a_failure() -> None:
    queue = PutQueue(1)
    with pytest.raises(TimeoutError):
        await put(queue, 60)
    assert await put(queue, 0) > 0.9
