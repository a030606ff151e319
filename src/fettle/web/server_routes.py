"""What the server says of itself: whether it lives and is ready, what it measures, and what can be asked of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from fettle.domain.errors import FettleError, Unavailable
from fettle.domain.jobs import JobKind
from fettle.services.bundle import Services
from fettle.web.answers import Response, as_json, header
from fettle.web.calls import Call
from fettle.web.conditions import is_unchanged
from fettle.web.docs_page import docs_operations
from fettle.web.observe import Observer
from fettle.web.openapi.document import Document
from fettle.web.operations import Operation, Operations

TAG: Final = "server"
CHECK_WITHIN_S: Final = 3.0
_WELL_FOR_S: Final = 1.0

# Raises a FettleError or an OSError (as a timeout is one) unless the part is well.
Check = Callable[[], Awaitable[object]]


class State(msgspec.Struct, frozen=True):
    """`alive` or `ready`."""

    status: str


@dataclass(slots=True)
class Health:
    """What readiness looks at. `build.py` adds parts while the server starts; the database and the store are there."""

    parts: dict[str, Check] = field(default_factory=dict)
    _well_until_s: float = 0.0

    async def require(self, services: Services) -> None:
        """Raise NOT_READY naming the first part that is not well; what was well stays so for a second."""
        if services.clock.elapsed_s() < self._well_until_s:
            return
        checks: dict[str, Check] = {
            "database": lambda: services.database.read(lambda tx: tx.jobs.next_run_at(JobKind.WATCH_PHOTO)),
            "blob store": services.blobs.check,
            **self.parts,
        }
        for part, check in checks.items():
            try:
                async with asyncio.timeout(CHECK_WITHIN_S):
                    await check()
            except (FettleError, OSError) as error:
                raise Unavailable("NOT_READY", part=part) from error
        self._well_until_s = services.clock.elapsed_s() + _WELL_FOR_S


@dataclass(frozen=True, slots=True)
class Server:
    """What the server's own operations speak of; `url` is where clients reach it."""

    version: str
    observer: Observer
    health: Health
    url: str = "/"


def server_operations(server: Server, document: Document) -> list[Operation]:
    """The operations of the server itself; none needs a credential."""
    declare = Operations(TAG)
    declare("GET", "/livez", scope=None, answer=State)(livez)
    declare("GET", "/readyz", scope=None, answer=State, errors=("NOT_READY",))(_readyz(server.health))
    declare("GET", "/metrics", scope=None, answer=str, media_type="text/plain")(_metrics(server.observer))
    declare(
        "GET",
        "/openapi.json",
        scope=None,
        answer=dict,
        headers={"ETag": "Changes with the document."},
    )(_openapi(document))
    return declare.all + docs_operations(TAG)


async def livez(_call: Call) -> Response:
    """Say that the process answers."""
    return as_json(State("alive"))


def _readyz(health: Health) -> Callable[[Call], Awaitable[Response]]:
    async def readyz(call: Call) -> Response:
        """Say whether requests can be served now.

        The database and the blob store answer, the tables are those of this release, the worker is at work.
        """
        await health.require(call.services)
        return as_json(State("ready"))

    return readyz


def _metrics(observer: Observer) -> Callable[[Call], Awaitable[Response]]:
    async def metrics(call: Call) -> Response:
        """Give the measurements of all processes, in the text format of Prometheus."""
        waiting, damaged, oldest = await call.services.database.read(
            lambda tx: (tx.jobs.count(), tx.files.count_damaged(), tx.files.checked_longest_ago())
        )
        observer.jobs_waiting.set(waiting)
        observer.looked_at(damaged, oldest)
        observer.entries_wait(await call.services.log.unsigned_since())
        for destination, since in (await call.services.checkpoint_copies.waiting_since()).items():
            observer.copies_wait(destination, since)
        return Response(200, observer.render(), (header("content-type", "text/plain; version=0.0.4; charset=utf-8"),))

    return metrics


def _openapi(document: Document) -> Callable[[Call], Awaitable[Response]]:
    async def openapi(call: Call) -> Response:
        """Give this description."""
        headers = (header("etag", document.etag), header("cache-control", "public, no-cache"))
        if is_unchanged(call.headers, document.etag):
            return Response(304, headers=headers)
        return Response(200, document.json, (header("content-type", "application/json"), *headers))

    return openapi
