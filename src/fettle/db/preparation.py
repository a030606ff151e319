"""What is done with a database before it is opened: making its tables, and looking whether a server may have it."""

from collections.abc import Callable
from typing import TypeVar

from fettle.db import schema
from fettle.db.server_lock import ServerLock
from fettle.db.urls import sqlite_path

Result = TypeVar("Result")


def migrate(url: str) -> bool:
    """Make the tables, or bring them up to date; whether anything had to be done.

    Raises DatabaseRefused, also while a server runs on a SQLite file that has to change, and Unavailable.
    """
    path = sqlite_path(url)
    if path is None:
        return _in_postgres(lambda: schema.upgrade(url))
    if schema.current_version(url) == schema.HEAD:
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = ServerLock(path)
    lock.take()
    try:
        return schema.upgrade(url)
    finally:
        lock.release()


def make_embedded(url: str) -> None:
    """Make a SQLite file that is not there yet; everything else is for `migrate`."""
    if sqlite_path(url) is not None and schema.current_version(url) is None:
        migrate(url)


def require_startable(url: str) -> None:
    """Raise DatabaseRefused or Unavailable when a server could not open it."""
    path = sqlite_path(url)
    if path is None:
        return _in_postgres(lambda: schema.require_current(url))
    schema.require_current(url)
    lock = ServerLock(path)
    lock.take()
    return lock.release()


def _in_postgres(work: Callable[[], Result]) -> Result:
    from fettle.db.postgres_errors import failure_of  # noqa: PLC0415 - its driver is not loaded without need

    try:
        return work()
    except Exception as error:
        raise failure_of(error) or error from error
