"""How often a file is read whole for the sake of its ranges."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fettle.clock import SystemClock
from fettle.domain.errors import Unavailable
from fettle.services.seen_whole import SeenWhole


class LaterClock(SystemClock):
    later_s = 0.0

    def elapsed_s(self) -> float:
        return super().elapsed_s() + self.later_s


class Reading:
    """Reads in two pieces, and fails at the end while `is_damaged`."""

    def __init__(self, seen: SeenWhole) -> None:
        self._seen = seen
        self.times = 0
        self.is_damaged = False

    async def __call__(self) -> AsyncIterator[bytes]:
        self.times += 1
        return self._pieces()

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.sleep(0.01)
        if self.is_damaged:
            raise Unavailable("BYTES_DAMAGED")
        self._seen.note("kept/one")
        yield b"b"


async def test_many_ranges_at_once_and_within_the_hour_cost_one_reading() -> None:
    clock = LaterClock()
    seen = SeenWhole(clock)
    read = Reading(seen)
    await asyncio.gather(*(seen.require("kept/one", read) for _ in range(20)))
    clock.later_s = 3590
    await seen.require("kept/one", read)
    assert read.times == 1
    clock.later_s = 3700
    await seen.require("kept/one", read)
    assert read.times == 2


async def test_what_was_not_right_is_read_again() -> None:
    seen = SeenWhole(SystemClock())
    read = Reading(seen)
    read.is_damaged = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await seen.require("kept/one", read)
    read.is_damaged = False
    await seen.require("kept/one", read)
    assert read.times == 3


async def test_the_file_that_was_seen_the_longest_ago_is_forgotten_first() -> None:
    seen = SeenWhole(SystemClock())
    read = Reading(seen)
    await seen.require("kept/one", read)
    for number in range(4096):
        seen.note(f"kept/{number}")
    await seen.require("kept/one", read)
    assert read.times == 2
