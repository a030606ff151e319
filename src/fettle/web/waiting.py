"""Long work for one client, which ends when the client hangs up."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, TypeVar

from fettle.web.transfer import ClientGone

Result = TypeVar("Result")


async def while_wanted(
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]], work: Coroutine[Any, Any, Result]
) -> Result:
    """What the work gives; raises what it raises, and ClientGone, once it has ended, when nobody waits any more."""
    doing, leaving = asyncio.create_task(work), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise ClientGone
        return doing.result()
    finally:
        doing.cancel()
        leaving.cancel()
        await asyncio.gather(doing, leaving, return_exceptions=True)


async def _left(receive: Callable[[], Awaitable[MutableMapping[str, Any]]]) -> None:
    """Return when the client has gone; a body that nobody asked for is let go by."""
    while (await receive())["type"] != "http.disconnect":
        pass
