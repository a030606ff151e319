"""Settings in, running service out: the only file that knows every part."""

import asyncio
import gc
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from fettle import __version__
from fettle.assembly import assemble
from fettle.background import Parts, make_worker
from fettle.blobs.open import open_blobs
from fettle.clock import SystemClock
from fettle.db import preparation, schema
from fettle.db.open import open_database
from fettle.db.refusals import SchemaNotCurrent
from fettle.domain.crash_points import arm
from fettle.domain.errors import Unavailable
from fettle.media.pictures import PictureReader
from fettle.services.bundle import Services
from fettle.settings import Settings

if TYPE_CHECKING:
    from fettle.blobs.disk import DiskBlobs
    from fettle.blobs.s3 import S3Blobs
    from fettle.web.app import App
    from fettle.web.observe import Observer

__all__ = [
    "Parts",
    "database_url",
    "load_app",
    "migrate",
    "open_parts",
    "prepare",
    "serving",
]
_HOUR_S: Final = 3600
_STOP_WITHIN_S: Final = 10
_ALLOCATIONS_BETWEEN_COLLECTIONS: Final = 10_000


def database_url(settings: Settings) -> str:
    """Where rows are kept."""
    return settings.database_url or f"sqlite://{settings.data.absolute() / 'fettle.db'}"


def migrate(settings: Settings) -> bool:
    """As `db.preparation.migrate`."""
    return preparation.migrate(database_url(settings))


def prepare(settings: Settings) -> None:
    """Make an embedded database on the first start; raises DatabaseRefused or Unavailable where none can be opened."""
    preparation.make_embedded(database_url(settings))
    preparation.require_startable(database_url(settings))


@asynccontextmanager
async def open_parts(settings: Settings, *, is_server: bool, is_alone: bool = False) -> AsyncIterator[Parts]:
    """All parts over an open database. Raises DatabaseRefused, Unavailable, NotAStoreAddress or OSError.

    A second server on one SQLite file is refused; a command may work beside a server, unless it `is_alone`.
    """
    database = open_database(database_url(settings), exclusive=is_server, alone=is_alone)
    await database.start()
    try:
        blobs = _open_blobs(settings)
        reader = PictureReader(settings.spool or settings.data.absolute() / "spool")
        try:
            parts = assemble(settings, database, blobs, reader)
            yield parts
            await parts.services.people.finish()
        finally:
            reader.close()
            blobs.close()
    finally:
        await database.close()


def load_app(settings: Settings) -> "App":
    """The whole server as an ASGI application, in the process that will serve it."""
    from fettle.web.api import operations_and_pages  # noqa: PLC0415 - commands do without the web room
    from fettle.web.app import App, WebSettings  # noqa: PLC0415 - as above
    from fettle.web.observe import Observer, configure_logging  # noqa: PLC0415 - as above
    from fettle.web.pages.problems import problem_page  # noqa: PLC0415 - as above
    from fettle.web.server_routes import Health, Server  # noqa: PLC0415 - as above

    configure_logging(getattr(logging, settings.log_level.upper()))
    if settings.crash_point is not None:
        arm(*settings.crash_point)
    observer, health = Observer(), Health()
    server = Server(__version__, observer, health, settings.public_url or "/")
    web = WebSettings(
        language=settings.language,
        max_upload_bytes=settings.max_upload_bytes,
        cors_origins=frozenset(settings.cors_origins),
        trusted_proxies=settings.trusted_proxies,
        public_url=settings.public_url,
    )
    lifespan = partial(serving, settings, health.parts, observer)
    operations = operations_and_pages(server)
    return App(lifespan, operations, web, SystemClock().elapsed_s, observer, problem_page)


@asynccontextmanager
async def serving(
    settings: Settings, health: MutableMapping[str, Callable[[], Awaitable[object]]], observer: "Observer"
) -> AsyncIterator[Services]:
    """What a server needs while it serves: all parts, and the worker beside them, whose health can be asked for."""
    log = structlog.get_logger("fettle.server")
    async with open_parts(settings, is_server=True) as parts:
        await asyncio.to_thread(parts.blobs.clean_spool)
        worker = make_worker(settings, parts)
        worker.start()
        health["worker"] = worker.require_at_work
        health["tables"] = partial(asyncio.to_thread, _require_tables, database_url(settings))
        parts.database.watch_groups(observer.grouped)
        parts.check.watch(observer.checked)
        observer.describe(__version__, parts.database.version, (settings.blobs_url or "disk").partition(":")[0])
        log.info(
            "started", version=__version__, host=settings.host, port=settings.port, database=parts.database.version
        )
        _settle_memory()
        try:
            yield parts.services
        finally:
            await worker.stop(_STOP_WITHIN_S)
    log.info("stopped")


def _settle_memory() -> None:
    """What was loaded stays, so the collector need not look at it; and a request leaves few cycles to look for.

    Measured: a tenth less processor time for a photo registration.
    """
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS, 20, 20)


def _require_tables(url: str) -> None:
    """Raise Unavailable unless the tables are those of this release: a newer one may have changed them meanwhile."""
    try:
        schema.require_current(url)
    except SchemaNotCurrent as refused:
        raise Unavailable from refused


def _open_blobs(settings: Settings) -> "DiskBlobs | S3Blobs":
    data = settings.data.absolute()
    url = settings.blobs_url or str(data / "files")
    spool = settings.spool or (data / "spool" if url.startswith("s3:") else None)
    return open_blobs(url, spool, settings.s3_public_endpoint, _s3_environment(settings))


def _s3_environment(settings: Settings) -> Mapping[str, str]:
    ours = {
        "AWS_ACCESS_KEY_ID": settings.s3_access_key_id,
        "AWS_SECRET_ACCESS_KEY": settings.s3_secret_access_key,
    }
    return {**os.environ, **{name: value for name, value in ours.items() if value is not None}}
