"""The parts of Fettle for the time of one command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fettle.build import Parts, open_parts
from fettle.settings import Settings

Result = TypeVar("Result")


def with_parts(settings: Settings, work: Callable[[Parts], Awaitable[Result]], *, is_alone: bool = False) -> Result:
    """Open everything, do the work, close everything. A server may run beside it, unless it `is_alone`."""

    async def run() -> Result:
        async with open_parts(settings, is_server=False, is_alone=is_alone) as parts:
            return await work(parts)

    return asyncio.run(run())
